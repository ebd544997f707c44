"""Rich menus: readable, within LINE's limits, every area with an answer, published once."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from linebot.v3.messaging import RichMenuRequest
from PIL import Image

from app.menus import rules, saying
from app.segments.rules import Person
from app.settings import Settings
from app.town.actions import folder_files
from content.drawing import font
from content.drawing import menu as drawing

PACK = folder_files(Path(str(Settings.model_fields["town_dir"].default)))
MENUS, PROBLEMS = rules.read_menus(PACK)
LANGUAGES = ["ja", "en", "ja-easy", "ko", "ne", "vi", "zh-Hans", "zh-Hant"]
TODAY = date(2026, 11, 25)
ALIASES = [menu.alias for menu in MENUS]


@cache
def ready() -> dict[str, saying.Ready]:
    """By alias; drawn when the first test asks, not in every process that lists the tests."""
    return {each.alias: each for each in saying.make_ready(MENUS)}


def test_the_sample_town_s_menus_have_no_problem() -> None:
    assert PROBLEMS == []
    assert [menu.alias for menu in MENUS if menu.language == "ja"] == ["home", "family", "safe", "disaster"]
    assert list(dict.fromkeys(menu.language for menu in MENUS)) == LANGUAGES


@pytest.mark.parametrize("alias", ALIASES)
def test_pictures_fit_line_s_limits(alias: str) -> None:
    menu = ready()[alias]
    picture = Image.open(io.BytesIO(menu.picture))
    assert picture.format == "PNG" and len(menu.picture) <= drawing.LARGEST
    assert picture.size == (menu.body["size"]["width"], menu.body["size"]["height"])
    assert 800 <= picture.width <= 2500 and picture.width / picture.height >= 1.45


@pytest.mark.parametrize("alias", ALIASES)
def test_the_official_models_take_the_menu_whole(alias: str) -> None:
    menu = ready()[alias]
    request = RichMenuRequest.from_dict(dict(menu.body))
    sent = request.to_dict()
    assert len(sent["areas"]) == len(menu.body["areas"]) == rules.AREAS + (2 if menu.kind == "tab" else 0)
    kinds = {area["action"]["type"] for area in sent["areas"]}
    has_screens = menu.kind == "disaster" or menu.alias.startswith("safe")
    assert kinds == {"postback", "richmenuswitch"} | ({"uri"} if has_screens else set())
    assert ready().keys() >= {
        area["action"]["richMenuAliasId"]
        for area in menu.body["areas"]
        if "richMenuAliasId" in area["action"]
    }


@pytest.mark.parametrize("alias", ALIASES)
def test_areas_do_not_overlap_and_each_has_a_label_to_read_aloud(alias: str) -> None:
    menu = ready()[alias]
    boxes = [area["bounds"] for area in menu.body["areas"]]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart
    assert all(area["action"]["label"] for area in menu.body["areas"])


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
        saying.make_ready(menus)


@pytest.mark.parametrize(
    ("topics", "language", "alias"),
    [
        ({"childcare"}, "ja", "family"),
        ({"childcare", "garbage"}, "ja", "home"),
        (set(), "ja", "home"),
        ({"childcare"}, "zh-Hans", "family-zh-hans"),
        (set(), "vi", "home-vi"),
        (set(), "pt", "home"),
    ],
)
def test_the_first_menu_follows_what_was_chosen(topics: set[str], language: str, alias: str) -> None:
    assert rules.first_menu(MENUS, Person(frozenset(topics), language=language), TODAY) == alias


def test_a_rule_of_segments_tells_who_sees_a_tab_first() -> None:
    toml = PACK["menus/safe.toml"].decode() + "\n"
    told = toml.replace("order = 3", 'order = 3\nfirst_for = { ward = "東区" }').encode()
    menus, problems = rules.read_menus(PACK | {"menus/safe.toml": told})
    assert problems == []
    assert rules.first_menu(menus, Person(ward="東区"), TODAY) == "safe"
    unread = toml.replace("order = 3", 'order = 3\nfirst_for = { star = "東区" }').encode()
    _, problems = rules.read_menus(PACK | {"menus/safe.toml": unread})
    assert [problem.file for problem in problems] == ["menus/safe.toml"]


def test_a_language_with_a_missing_word_is_left_out_whole_and_named() -> None:
    words = "\n".join(
        line for line in PACK["menus/words/vi.toml"].decode().splitlines() if not line.startswith("bulky")
    )
    menus, problems = rules.read_menus(PACK | {"menus/words/vi.toml": words.encode()})
    assert [(each.file, each.column, each.value) for each in problems] == [
        ("menus/words/vi.toml", "areas", "bulky")
    ]
    assert "vi" not in {menu.language for menu in menus}


def test_where_the_font_lacks_a_letter_the_picture_is_english_and_the_labels_are_not() -> None:
    by_alias = ready()
    for language in ("ko", "ne", "zh-hans"):
        assert by_alias[f"home-{language}"].picture == by_alias["home-en"].picture
    assert by_alias["home-vi"].picture != by_alias["home-en"].picture
    labels = [area["action"]["label"] for area in by_alias["home-ne"].body["areas"]]
    assert "फोहोर उठाउने दिन" in labels


def test_in_a_disaster_the_first_two_areas_are_twice_as_high() -> None:
    heights = [drawing.calm_bounds(number).height for number in range(rules.AREAS)]
    assert heights[:2] == [2 * height for height in heights[2:4]]
