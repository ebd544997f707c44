"""What scripts cannot show of flows I, K and L: positions dropped, links on cards, long texts, real lists."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.menus.rules import read_menus
from app.settings import Settings
from app.town import actions, rules
from bot_flows import child_words, event_card, facility_card, guide
from bot_flows.engine import step
from bot_flows.outcomes import Talk
from bot_flows.town_facts import KINDS, Facility, TownEvent, Window
from bot_flows.town_spoken import as_read
from bot_flows.types import Child, Facts, Incoming, Resident, State
from content.languages import offered
from content.notice import make
from content.sentences import say
from tests.flows.bubbles import actions_in, check, said_in
from tests.flows.chat import JST, NOON, Chat
from tests.flows.measure import sample_town
from tests.flows.tables import EVENTS
from tests.flows.town import SmallTown

HERE = (33.60712, 130.50734)


def pressed(data: str, town: Any, **more: Any) -> tuple[dict[str, Any], ...]:
    facts = Facts(town, Resident(), more.pop("now", NOON), **more)
    turn = step(State(), Incoming("postback", data), facts)
    check(turn)
    return turn.messages


def test_a_position_is_gone_once_it_is_answered() -> None:
    chat = Chat()
    chat.types("避難所")
    chat.does(Incoming("location", position=HERE))
    assert "33.607" not in str(chat.state) and "130.507" not in str(chat.state)


def test_a_position_sent_first_is_kept_only_roughly_and_only_until_the_answer() -> None:
    chat = Chat()
    chat.does(Incoming("location", position=HERE))
    assert chat.state.step == "alone", (
        "exact only until it is said what for: damage is reported at the very spot"
    )
    chat.types("ほかの施設")
    assert "33.6071" not in str(chat.state) and chat.state.data["form"] == {"at": [33.607, 130.507]}
    chat.types("AED")
    assert "33.607" not in str(chat.state)
    chat.does(Incoming("location", position=HERE))
    chat.types("設定")
    assert "33.607" not in str(chat.state), "another subject puts nothing aside"


def test_sharing_a_shelter_says_nothing_of_where_the_resident_is() -> None:
    chat = Chat()
    chat.types("避難所")
    turn = chat.does(Incoming("location", position=HERE))
    share = next(each for each in actions_in(turn.messages) if each["label"] == "家族に知らせる")
    assert share["uri"].startswith("https://line.me/R/share?text=")
    assert "%2F%3Fapi%3D1" in share["uri"] and "33.60" in share["uri"] and "33.607" not in share["uri"]


def test_a_name_of_ten_facilities_asks_for_more_of_it_once_and_then_shows_another_way() -> None:
    many = [Facility(f"{n}", "shelter", f"{n}番小学校", 33.6, 130.5) for n in range(10)]
    chat = Chat(town=SmallTown(facilities=many))
    chat.types("避難所")
    assert "10か所以上あります" in said_in(chat.types("小学校").messages)
    assert "「地区から選ぶ」を押してください" in said_in(chat.types("小学校").messages)
    assert "3番小学校から いちばん近い" in said_in(chat.types("3番小学校").messages)


def test_the_calendar_is_the_second_touch() -> None:
    card = pressed("f=menu&a=events", SmallTown(), public_url="https://kairan.example.jp")[-1]
    bubbles = card["contents"]["contents"]
    assert len(bubbles) == 5
    for bubble in bubbles:
        calendar = next(a for a in actions_in((bubble,)) if a["label"] == "カレンダーに入れる")
        assert calendar["uri"].startswith("https://kairan.example.jp/e/")
        assert calendar["uri"].endswith(".ics?openExternalBrowser=1"), "LINE's own browser saves no file"


def test_beside_the_file_there_is_the_form_of_google() -> None:
    said = pressed("f=events&a=show&id=e5", SmallTown(), public_url="https://kairan.example.jp")
    forms = [each["uri"] for each in actions_in(said) if each.get("label") == "Googleカレンダー"]
    assert len(forms) == 1 and "dates=20261203T100000%2F20261203T120000" in forms[0]


def test_without_an_address_of_our_own_the_calendar_form_has_day_and_hours() -> None:
    talk = Talk(Facts(SmallTown(), Resident(), NOON))
    assert "dates=20261203T100000%2F20261203T120000" in event_card.calendar_url(talk, EVENTS[4])


def test_leaflets_in_a_cell_still_fit() -> None:
    long = "とても長い説明。" * 500
    fields = {
        "イベント名": long[:300],
        "内容": long,
        "会場": long[:400],
        "開催日": "2026年12月5日（土）",
        "料金": "無料",
    }
    event = TownEvent("x", make("event", fields), date(2026, 12, 5), date(2026, 12, 5))
    place = Facility(
        "x",
        "public",
        long[:300],
        33.6,
        130.5,
        address=long[:200],
        details=(long, long),
        note=long,
        hours_note=long,
    )

    class Wordy(SmallTown):
        def facility(self, facility_id: str) -> Facility | None:
            return place

    town = Wordy(events=(event, event), windows=(Window("checkup", long[:100], 0, 200, long),))
    for data in ("f=menu&a=events", "f=events&a=show&id=x", "f=nearby&a=show&id=x"):
        assert pressed(data, town)
    resident = Resident(children=(Child(1, date(2026, 5, 1)),))
    for data in ("f=menu&a=children", "f=childcare&a=all&id=1&about=children"):
        check(step(State(), Incoming("postback", data), Facts(town, resident, NOON)))


def test_a_town_without_lists_hands_to_its_pages() -> None:
    class Empty(SmallTown):
        @property
        def facility_kinds(self) -> frozenset[str]:
            return frozenset()

    town = Empty(events=(), windows=())
    for area in ("shelter", "map", "children", "vaccination", "events"):
        assert pressed(f"f=menu&a={area}", town)
    turn = step(State(), Incoming("location", position=HERE), Facts(town, Resident(), NOON))
    assert "もえるごみ" in turn.messages[0]["text"], "without lists a position still means garbage"


def test_april_children_learn_that_the_first_of_april_is_a_year_earlier() -> None:
    window = Window("vaccination", "MR2期", 60, 83, "年度で決まります。", grades=(0, 0))
    resident = Resident(children=(Child(1, date(2021, 4, 1)),))
    town = SmallTown(windows=(window,))
    now = NOON.replace(year=2027)
    turn = step(State(), Incoming("postback", "f=menu&a=vaccination"), Facts(town, resident, now))
    assert "2028年3月末ごろまで" in turn.messages[0]["text"]
    assert "4月1日生まれのお子さんは、1年早くなります。" in turn.messages[0]["text"]


def test_everything_the_sample_town_lists_fits_a_message() -> None:
    pack = Path(str(Settings.model_fields["town_dir"].default))
    town, problems = rules.read_pack(actions.folder_files(pack))
    assert problems == []
    _open_everything(town)


@pytest.mark.real_data
def test_everything_real_towns_list_fits_a_message() -> None:
    pack = actions.folder_files(Path(str(Settings.model_fields["town_dir"].default)))
    real = Path(os.environ["KAIRAN_REAL_DATA"])
    for folder, name in (("facilities", "places"), ("events", "events")):
        for number, path in enumerate(sorted((real / folder).rglob("*.csv"))):
            pack[f"{name}/real{number}.csv"] = path.read_bytes()
    town, _ = rules.read_pack(pack)
    assert len(town.events) > 400 and sum(1 for _ in town.facilities.all()) > 700
    assert town.facility_kinds >= set(KINDS) - {"medical"}
    _open_everything(town)


def _open_everything(town: rules.LoadedTown) -> None:
    for event in town.events:
        first = NOON.replace(year=event.first.year, month=event.first.month, day=1)
        pressed(f"f=events&a=show&id={event.id}", town, now=first, public_url="https://kairan.example.jp")
    for facility in town.facilities.all():
        pressed(f"f=nearby&a=show&id={facility.id}", town)
        talk = Talk(Facts(town, Resident(), NOON))
        near = town.nearest(facility.kind, facility.latitude, facility.longitude, 5)
        assert near[0].metres == 0 and facility_card.several(talk, "ここ", near).text
    for days in range(-700, 200, 30):
        now = NOON.astimezone(JST) + timedelta(days=days)
        for search in ("next", "week", "weekend", "month", "free"):
            pressed(f"f=events&a=list&w={search}", town, now=now)


def test_ages_are_said_as_parents_say_them() -> None:
    talk = Talk(Facts(SmallTown(), Resident(), NOON))
    said = {months: child_words.age_said(talk, date(2026 - months // 12, 11, 1)) for months in (12, 36, 72)}
    assert said == {12: "1歳ごろ", 36: "3歳ごろ", 72: "6歳ごろ"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "12月31日（木）から1月3日（日）まで、収集を休みます。"),
        ("en", "There is no collection from Thu 31 Dec to Sun 3 Jan."),
    ],
)
def test_the_sample_town_says_why_nothing_is_collected_at_new_year(language: str, said: str) -> None:
    town = sample_town()
    [home] = [place.district for place in town.places if place.district.name == "寺町"]
    who = Resident(ward=home.ward, district=home.code, is_new=False, language=language)
    eve = datetime(2026, 12, 31, 10, tzinfo=JST)
    for asked, line in (("あしたのごみ", 1), ("ごみの予定", 2)):
        turn = step(State(), Incoming("text", asked), Facts(town, who, eve))
        assert said in turn.messages[0]["text"].split("\n")[: line + 1]
    assert "：" not in turn.messages[0]["text"] or language == "ja"


def test_no_reading_of_easy_japanese_is_torn_from_its_word() -> None:
    town = sample_town()
    facts = Facts(town, Resident(language="ja-easy"), NOON)
    hours = [guide.section(Talk(as_read(facts)), each.id).hours for each in town.sections]
    assert len(hours) > 9
    assert not [each for each in hours if re.search("、[ぁ-ん]+$", each)]


def test_whatever_stands_on_a_menu_can_be_typed_in_its_language() -> None:
    town = sample_town()
    menus, problems = read_menus(actions.folder_files(Path(str(Settings.model_fields["town_dir"].default))))
    assert not problems
    asked = [(menu.language, area) for menu in menus for area in menu.areas if area.opens]
    assert len({language for language, _ in asked}) == 8
    for language, area in asked:
        facts = Facts(town, Resident(language=language, is_new=False), NOON)
        typed = step(State(), Incoming("text", area.label), facts)
        tapped = step(State(), Incoming("postback", f"f=menu&a={area.opens}"), facts)
        assert typed.messages == tapped.messages, (language, area.label)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("らいしゅうの かようび", "12月1日"),
        ("12がつ 1にち", "12月1日"),
        ("ソファを すてたい", "「ソファ」は、どのくらいの 大（おお）きさですか。"),
        ("でんちを すてたい です", "ものによって"),
    ],
)
def test_easy_japanese_is_read_as_it_is_written_to_its_readers(text: str, first: str) -> None:
    resident = Resident(ward="中区", district="naka-02", language="ja-easy", is_new=False)
    turn = step(State(), Incoming("text", text), Facts(sample_town(), resident, NOON))
    assert first in turn.messages[0]["text"].splitlines()[0]


def test_an_answer_in_the_town_s_own_words_says_to_readers_of_easy_japanese_that_it_is_not_theirs() -> None:
    resident = Resident(language="ja-easy", is_new=False)
    turn = step(State(), Incoming("text", "引っ越しの手続き"), Facts(sample_town(), resident, NOON))
    assert "14日のうちに" in turn.messages[0]["text"] and "まだ ありません" in turn.messages[0]["text"]


@pytest.mark.parametrize("code", [each.code for each in offered() if each.code not in ("ja", "ja-easy")])
def test_who_was_not_understood_is_shown_words_of_their_own_language(code: str) -> None:
    said = say("menu.unknown_first", code)
    assert not re.search("[ぁ-ん]", said), said


@pytest.mark.parametrize(
    "text", ["Tôi không biết tiếng Nhật", "Do you speak English?", "中文可以吗", "नेपालीमा"]
)
def test_who_asks_for_a_language_is_asked_which_one(text: str) -> None:
    turn = step(State(), Incoming("text", text), Facts(sample_town(), Resident(), NOON))
    assert turn.messages[0]["text"].startswith("どの言葉で案内しますか。")
