"""Rich menus: readable, within LINE's limits, every area with an answer, published once."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from linebot.v3.messaging import RichMenuRequest
from PIL import Image

from app.errors import Retry
from app.menus import actions, rules, saying
from app.segments.rules import Person
from app.settings import Settings
from app.town.actions import folder_files
from content.drawing import font
from content.drawing import menu as drawing

PACK = folder_files(Path(str(Settings.model_fields["town_dir"].default)))
MENUS, PROBLEMS = rules.read_menus(PACK)
READY = saying.make_ready(MENUS)
TABS = [ready for ready in READY if ready.kind == "tab"]
LANGUAGES = ["ja", "en", "ja-easy", "ko", "ne", "vi", "zh-Hans", "zh-Hant"]
TODAY = date(2026, 11, 25)


def test_the_sample_town_s_menus_have_no_problem() -> None:
    assert PROBLEMS == []
    assert [menu.alias for menu in MENUS if menu.language == "ja"] == ["home", "family", "safe", "disaster"]
    assert list(dict.fromkeys(menu.language for menu in MENUS)) == LANGUAGES


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_pictures_fit_line_s_limits(ready: saying.Ready) -> None:
    picture = Image.open(io.BytesIO(ready.picture))
    assert picture.format == "PNG" and len(ready.picture) <= drawing.LARGEST
    assert picture.size == (ready.body["size"]["width"], ready.body["size"]["height"])
    assert 800 <= picture.width <= 2500 and picture.width / picture.height >= 1.45


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_the_official_models_take_the_menu_whole(ready: saying.Ready) -> None:
    request = RichMenuRequest.from_dict(dict(ready.body))
    sent = request.to_dict()
    assert len(sent["areas"]) == len(ready.body["areas"]) == rules.AREAS + (2 if ready.kind == "tab" else 0)
    kinds = {area["action"]["type"] for area in sent["areas"]}
    has_screens = ready.kind == "disaster" or ready.alias.startswith("safe")
    assert kinds == {"postback", "richmenuswitch"} | ({"uri"} if has_screens else set())
    assert {each.alias for each in READY} >= {
        area["action"]["richMenuAliasId"]
        for area in ready.body["areas"]
        if "richMenuAliasId" in area["action"]
    }


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.alias)
def test_areas_do_not_overlap_and_each_has_a_label_to_read_aloud(ready: saying.Ready) -> None:
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
    by_alias = {ready.alias: ready for ready in READY}
    for language in ("ko", "ne", "zh-hans"):
        assert by_alias[f"home-{language}"].picture == by_alias["home-en"].picture
    assert by_alias["home-vi"].picture != by_alias["home-en"].picture
    labels = [area["action"]["label"] for area in by_alias["home-ne"].body["areas"]]
    assert "फोहोर उठाउने दिन" in labels


def test_in_a_disaster_the_first_two_areas_are_twice_as_high() -> None:
    heights = [drawing.calm_bounds(number).height for number in range(rules.AREAS)]
    assert heights[:2] == [2 * height for height in heights[2:4]]


class Remembering:
    """A LINE that keeps menus in memory."""

    def __init__(self, an_hour: int = 100) -> None:
        self.left = {"create": an_hour, "delete": an_hour}
        self.moved: list[tuple[str, str]] = []
        self.menus: dict[str, str] = {"foreign": "made elsewhere"}
        self.alias: dict[str, str] = {}
        self.default_id = ""
        self.linked: dict[str, str] = {}
        self.calls = 0
        self.dies_at = -1
        """At which menu the program ends between creating it and giving it its picture."""
        self.is_slow = False
        """Moving people takes longer than anybody waits."""

    def names(self) -> dict[str, str]:
        return dict(self.menus)

    def _spend(self, what: str) -> None:
        if not self.left[what]:
            raise Retry("1時間の上限です。", 3600)
        self.left[what] -= 1

    def create(self, body: Mapping[str, Any], picture: bytes) -> str:
        self._spend("create")
        if self.dies_at == self.calls:
            self.menus["half"] = body["name"]
            raise ConnectionError
        self.calls += 1
        self.menus[f"richmenu-{self.calls}"] = body["name"]
        return f"richmenu-{self.calls}"

    def delete(self, menu_id: str) -> None:
        assert menu_id not in self.alias.values() and menu_id != self.default_id
        self._spend("delete")
        del self.menus[menu_id]
        self.linked = {user: menu for user, menu in self.linked.items() if menu != menu_id}

    def aliases(self) -> dict[str, str]:
        return dict(self.alias)

    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None:
        assert known == (alias in self.alias)
        self.alias[alias] = menu_id

    def drop_alias(self, alias: str) -> None:
        del self.alias[alias]

    def default(self) -> str:
        return self.default_id

    def set_default(self, menu_id: str) -> None:
        self.default_id = menu_id

    def link(self, line_user_id: str, menu_id: str) -> None:
        self.linked[line_user_id] = menu_id

    def unlink(self, line_user_id: str) -> None:
        self.linked.pop(line_user_id, None)

    def move_all(self, pairs: Sequence[tuple[str, str]], key: str, *, wait: float = 0.0) -> bool:
        if self.is_slow:
            return False
        assert len({old for old, _ in pairs}) == len(pairs) <= 1000
        self.moved = list(pairs)
        self.linked = {user: dict(pairs).get(menu, menu) for user, menu in self.linked.items()}
        return True


def test_publishing_again_creates_nothing() -> None:
    line = Remembering()
    assert len(actions.publish(line, READY, key="k").created) == len(READY) == 4 * len(LANGUAGES)
    again = actions.publish(line, READY, key="k")
    assert (again.created, len(again.kept), again.deleted, line.calls) == ((), len(READY), 0, len(READY))
    assert line.default_id == line.alias["home"]


def test_a_changed_menu_replaces_its_old_one_and_leaves_others_menus_alone() -> None:
    line = Remembering()
    actions.publish(line, READY, key="k")
    done = actions.publish(line, changed_safe(), key="k")
    assert (len(done.created), done.deleted, len(line.menus)) == (1, 1, len(READY) + 1)
    assert line.menus["foreign"] == "made elsewhere"


def changed_safe() -> tuple[saying.Ready, ...]:
    """The menus with one word of one tab changed."""
    safe = PACK["menus/safe.toml"].decode().replace("電話・窓口", "まどぐち").encode()
    return saying.make_ready(rules.read_menus(PACK | {"menus/safe.toml": safe})[0])


def test_nobody_loses_the_menu_they_see_when_a_word_of_it_changes() -> None:
    line = Remembering()
    actions.publish(line, READY, key="k")
    actions.show(line, "U1", "safe")
    actions.show(line, "U2", "family-vi")
    line.is_slow = True
    waiting = actions.publish(line, changed_safe(), key="k")
    assert (waiting.deleted, waiting.left) == (0, 1), "deleting would take it from whoever has it"
    line.is_slow = False
    assert actions.publish(line, changed_safe(), key="k").deleted == 1
    assert line.linked == {"U1": line.alias["safe"], "U2": line.alias["family-vi"]}


def test_a_menu_that_got_no_picture_is_made_again() -> None:
    line = Remembering()
    line.dies_at = 2
    with pytest.raises(ConnectionError):
        actions.publish(line, READY, key="k")
    line.dies_at = -1
    done = actions.publish(line, READY, key="k")
    assert (len(done.created), done.left) == (len(READY), 0)
    assert "half" not in line.menus and "half" not in line.alias.values()
    assert len(line.menus) == len(READY) + 1, "what the first run left is cleared as well"


def test_line_s_hour_is_respected_and_the_next_one_goes_on() -> None:
    line = Remembering(an_hour=10)
    first = actions.publish(line, READY, key="k")
    assert (len(first.created), first.left) == (10, len(READY) - 10)
    assert line.default_id == line.alias["home"], "what is there is shown"
    line.left = {"create": 100, "delete": 0}
    assert actions.publish(line, READY, key="k").left == 0
    old = saying.make_ready([menu for menu in MENUS if menu.language == "ja"])
    assert actions.publish(line, old, key="k").left == len(READY) - len(old), (
        "deleting waits for its hour as well"
    )
    line.left = {"create": 100, "delete": 100}
    assert actions.publish(line, READY, most=40, key="k").left == 0


def test_a_resident_sees_their_own_tab_or_what_everybody_sees() -> None:
    line = Remembering()
    actions.publish(line, READY, key="k")
    assert actions.show(line, "U1", "family")
    assert not actions.show(line, "U2", "unknown")
    assert line.linked == {"U1": line.alias["family"]}
    assert actions.show(line, "U1", "home")
    assert line.linked == {}, "the default needs no link"


def test_in_a_disaster_everybody_sees_its_menu_in_their_language_and_afterwards_their_own_again() -> None:
    line = Remembering()
    actions.publish(line, READY, key="k")
    actions.show(line, "U1", "family")
    actions.show(line, "U2", "safe-vi")
    actions.disaster(line, READY, on=True, key="k1")
    assert line.default_id == line.alias["disaster"]
    assert line.linked == {"U1": line.alias["disaster"], "U2": line.alias["disaster-vi"]}
    assert not actions.show(line, "U3", "family"), "nobody is led away from it"
    actions.publish(line, READY, key="k")
    assert line.default_id == line.alias["disaster"], "publishing does not end it"
    actions.disaster(line, READY, on=False, key="k2")
    assert line.default_id == line.alias["home"]
    assert line.linked == {"U1": line.alias["home"], "U2": line.alias["home-vi"]}
