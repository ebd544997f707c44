"""C06: what LINE reads aloud of a rich menu are the words drawn in its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.menus import saying
from app.menus.rules import DISASTER, Menu, read_menus
from app.settings import Settings
from app.town.actions import folder_files
from content.drawing import menu as drawing

DRAWN_IN_ENGLISH = dict.fromkeys(
    ("ko", "ne", "zh-Hans", "zh-Hant"), "the font of the picture lacks its letters"
)
"""Languages whose pictures show other words than the screen reader says, with the reason."""


def _menus() -> Mapping[str, list[Menu]]:
    menus, problems = read_menus(folder_files(Path(str(Settings.model_fields["town_dir"].default))))
    assert problems == []
    return {
        language: [each for each in menus if each.language == language]
        for language in {m.language for m in menus}
    }


def test_c06_menu_areas_read_aloud_what_they_show() -> None:
    """What LINE reads aloud, area by area, against the words the picture is drawn with."""
    every, differs = _menus(), set()
    for language, own in every.items():
        drawn = saying.drawable(own, every)
        for number, menu in enumerate(own):
            said = [area["action"]["label"] for area in saying.in_line_s_words(own, menu)["areas"]]
            if said != _words_on(drawn, number):
                differs.add(language)
    assert differs == set(DRAWN_IN_ENGLISH)


def _words_on(menus: Sequence[Menu], number: int) -> list[str]:
    """The words of a picture in the order of its areas; the tab that is open is no area."""
    menu = menus[number]
    tabs = [each.tab for each in menus if each.kind != DISASTER and each is not menu]
    return [*([] if menu.kind == DISASTER else tabs), *(area.label for area in menu.areas)]


def test_c06_the_picture_is_drawn_with_the_words_that_are_said() -> None:
    """Drawn once more from what LINE reads aloud, it is the same picture, dot for dot; another word is another."""
    own = _menus()["ja"]
    labels = [area["action"]["label"] for area in saying.in_line_s_words(own, own[0])["areas"]]
    tabs, said = (own[0].tab, *labels[:2]), labels[2:]
    tiles = [drawing.Tile(label, a.subtitle, a.icon) for label, a in zip(said, own[0].areas, strict=True)]
    published = saying.drawn_as(own, 0)
    assert published == drawing.draw(tabs, 0, tuple(tiles))
    assert published != drawing.draw(tabs, 0, (replace(tiles[0], label="ちがう"), *tiles[1:]))
