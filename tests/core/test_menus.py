"""Rich menus: readable, within LINE's limits, every area with an answer, published once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from linebot.v3.messaging import RichMenuRequest
from PIL import Image

from app.menus import actions, rules
from app.settings import Settings
from app.town.actions import folder_files
from content.drawing import font
from content.drawing import menu as drawing

PACK = folder_files(Path(str(Settings.model_fields["town_dir"].default)))
MENUS, PROBLEMS = rules.read_menus(PACK)
READY = rules.make_ready(MENUS)


def test_the_sample_town_s_menus_have_no_problem() -> None:
    assert PROBLEMS == []
    assert [menu.alias for menu in MENUS] == ["home", "family", "safe"]


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_pictures_fit_line_s_limits(ready: rules.Ready) -> None:
    picture = Image.open(io.BytesIO(ready.picture))
    assert picture.format == "PNG" and len(ready.picture) <= drawing.LARGEST
    assert picture.size == (ready.body["size"]["width"], ready.body["size"]["height"])
    assert 800 <= picture.width <= 2500 and picture.width / picture.height >= 1.45


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_the_official_models_take_the_menu_whole(ready: rules.Ready) -> None:
    request = RichMenuRequest.from_dict(dict(ready.body))
    sent = request.to_dict()
    assert len(sent["areas"]) == len(ready.body["areas"]) == 2 + rules.AREAS
    assert {area["action"]["type"] for area in sent["areas"]} == {"postback", "richmenuswitch"}


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_areas_do_not_overlap_and_each_has_a_label_to_read_aloud(ready: rules.Ready) -> None:
    boxes = [area["bounds"] for area in ready.body["areas"]]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart
    assert all(area["action"]["label"] for area in ready.body["areas"])


@pytest.mark.parametrize(("ink", "ground"), drawing.PAIRS)
def test_every_pair_of_colours_can_be_read(ink: str, ground: str) -> None:
    assert drawing.contrast(ink, ground) >= 4.5


def test_words_are_large_enough_for_a_phone() -> None:
    assert min(drawing.LABEL, drawing.SUBTITLE, drawing.TAB) >= 100


def test_a_character_the_font_lacks_is_refused() -> None:
    with pytest.raises(font.NoGlyph, match="ខ"):
        font.drawable("ごみខ")
    assert font.drawable("ごみ Language đ") == "ごみ Language đ"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('area = "garbage"', 'area = "nowhere"', "area"),
        ('icon = "bin"', 'icon = "rocket"', "icon"),
        ('label = "分け方"', 'label = "ごみの日"', "label"),
        ('chat_bar = "メニュー"', 'chat_bar = "とても長いメニューのことばです"', "chat_bar"),
        ('alias = "home"', 'alias = "Home!"', "alias"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, place: str) -> None:
    broken = PACK["menus/home.toml"].decode().replace(old, new).encode()
    _, problems = rules.read_menus({"menus/home.toml": broken})
    assert place in {problem.column for problem in problems}


def test_a_word_that_does_not_fit_is_refused_with_its_file() -> None:
    wide = PACK["menus/home.toml"].decode().replace("地図・施設", "地図と施設の場所").encode()
    menus, _ = rules.read_menus(PACK | {"menus/home.toml": wide})
    with pytest.raises(rules.BadMenu, match=r"menus/home\.toml"):
        rules.make_ready(menus)


@pytest.mark.parametrize(
    ("topics", "tab"), [({"childcare"}, "family"), ({"childcare", "garbage"}, "home"), (set(), "home")]
)
def test_the_first_tab_follows_what_was_chosen(topics: set[str], tab: str) -> None:
    assert rules.first_tab(topics, ["home", "family", "safe"]) == tab


class Remembering:
    """A LINE that keeps menus in memory."""

    def __init__(self) -> None:
        self.menus: dict[str, str] = {"foreign": "made elsewhere"}
        self.alias: dict[str, str] = {}
        self.default = ""
        self.linked: dict[str, str] = {}
        self.calls = 0

    def names(self) -> dict[str, str]:
        return dict(self.menus)

    def create(self, body: Mapping[str, Any], picture: bytes) -> str:
        self.calls += 1
        self.menus[f"richmenu-{self.calls}"] = body["name"]
        return f"richmenu-{self.calls}"

    def delete(self, menu_id: str) -> None:
        assert menu_id not in self.alias.values() and menu_id != self.default
        del self.menus[menu_id]

    def aliases(self) -> dict[str, str]:
        return dict(self.alias)

    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None:
        assert known == (alias in self.alias)
        self.alias[alias] = menu_id

    def set_default(self, menu_id: str) -> None:
        self.default = menu_id

    def link(self, line_user_id: str, menu_id: str) -> None:
        self.linked[line_user_id] = menu_id


def test_publishing_again_creates_nothing() -> None:
    line = Remembering()
    assert len(actions.publish(line, READY).created) == 3
    again = actions.publish(line, READY)
    assert (again.created, len(again.kept), again.deleted, line.calls) == ((), 3, 0, 3)
    assert line.default == line.alias["home"]


def test_a_changed_menu_replaces_its_old_one_and_leaves_others_menus_alone() -> None:
    line = Remembering()
    actions.publish(line, READY)
    changed = PACK["menus/safe.toml"].decode().replace("電話・窓口", "まどぐち").encode()
    menus, _ = rules.read_menus(PACK | {"menus/safe.toml": changed})
    done = actions.publish(line, rules.make_ready(menus))
    assert (len(done.created), done.deleted, len(line.menus)) == (1, 1, 4)
    assert line.menus["foreign"] == "made elsewhere"


def test_a_resident_can_be_linked_to_one_tab() -> None:
    line = Remembering()
    actions.publish(line, READY)
    actions.link(line, ["U1"], "family")
    actions.link(line, ["U2"], "unknown")
    assert line.linked == {"U1": line.alias["family"]}
