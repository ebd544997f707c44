"""The pack's events with the ages they name, and its childcare windows: bad rows, school years, ends of months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.settings import Settings
from app.town import childcare, events
from app.town.events import ages_in
from bot_flows.days import add_months
from bot_flows.event_search import Search, asked, find, months_with_events, similar, span
from bot_flows.town_facts import Ages, TownEvent, Window
from bot_flows.windows import Timeline, school_entry, timeline
from content.notice import make

PACK = Path(str(Settings.model_fields["town_dir"].default))
HEADER = (
    "名称,開始日,終了日,開始時刻,終了時刻,場所名称,住所市区町村,住所町名,対象者,料金(基本),状態,イベント種類"
)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("5か月から6か月の子と保護者", Ages(5, 6)),
        ("０歳〜２歳の子", Ages(0, 35)),
        ("3歳以上6歳未満", Ages(36, 71)),
        ("3歳から小学生", Ages(36, 155)),
        ("4歳から小学3年生", Ages(48, 119)),
        ("小学生", Ages(72, 155)),
        ("小学生以上", Ages(72, None)),
        ("1歳までの子と保護者", Ages(0, 23)),
        ("2歳未満", Ages(0, 23)),
        ("60歳以上の市民", Ages(720, None)),
        ("未就学児と保護者", Ages(0, 83)),
        ("4月に入学する子の保護者", Ages(60, 83)),
        ("親子", Ages(0, 227)),
        ("どなたでも", None),
        ("", None),
        ("市内で事業を始めたい人", None),
    ],
)
def test_ages_named_by_a_text(text: str, ages: Ages | None) -> None:
    assert ages_in(text) == ages


def test_a_family_event_without_an_age_counts_for_every_child() -> None:
    assert ages_in("", is_for_families=True) == Ages(0, 227)
    assert ages_in("60歳以上", is_for_families=True) == Ages(720, None)


def listed(*lines: str) -> tuple[tuple[TownEvent, ...], list[tuple[int | None, str]]]:
    data = "\r\n".join([HEADER, *lines]).encode()
    found, problems = events.read({"events/a.csv": data}, ("中区", "東区"))
    return found, [(problem.row, problem.column) for problem in problems]


def test_events_are_read_with_ward_price_and_state_and_bad_rows_are_named() -> None:
    found, problems = listed(
        "茶会,2026-12-05,2026-12-05,10:00,12:00,浜公民館,汐野市,東区浜1,どなたでも,0,中止,音楽",
        ",2026-12-05,2026-12-05,10:00,12:00,浜公民館,汐野市,東区浜1,,0,,",
        "日のない会,,,,,浜公民館,汐野市,東区浜1,,500,,",
        "変な日の会,2026-02-30,,,,浜公民館,汐野市,東区浜1,,500,,",
        "茶会,2026-12-05,2026-12-05,10:00,12:00,浜公民館,汐野市,東区浜1,どなたでも,0,,音楽",
    )
    assert [(each.name, each.ward, each.is_free, each.is_cancelled) for each in found] == [
        ("茶会", "東区", True, True)
    ]
    assert {row for row, _ in problems} == {3, 4, 5}
    assert (4, "開始日") in problems


def test_an_empty_price_is_not_free() -> None:
    found, _ = listed("茶会,2026-12-05,2026-12-05,,,浜公民館,汐野市,東区浜1,,,,")
    assert found[0].is_free is False


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"a,b\r\n1,2", HEADER.encode()])
def test_a_file_without_a_single_event_is_refused_when_something_is_wrong(data: bytes) -> None:
    assert bool(events.fatal("events/a.csv", data)) == (data != HEADER.encode())


def event(name: str, first: str, last: str = "") -> TownEvent:
    begins = date.fromisoformat(first)
    return TownEvent(name, make("event", {"イベント名": name}), begins, date.fromisoformat(last or first))


def test_what_is_over_is_never_found_and_what_goes_on_is() -> None:
    known = [
        event("過ぎた", "2026-11-22"),
        event("きょう", "2026-11-23"),
        event("続く", "2026-11-01", "2026-11-23"),
        event("先", "2027-11-23"),
    ]
    assert [each.name for each in find(known, Search(), TODAY)] == ["きょう", "続く", "先"]
    assert [each.name for each in find(known, Search("week"), TODAY)] == ["きょう", "続く"]
    assert months_with_events(known, TODAY) == [date(2026, 11, 1)]


def test_of_one_day_the_own_ward_comes_first() -> None:
    far, near = (replace(event(ward, "2026-11-28"), ward=ward) for ward in ("中央区", "東区"))
    before = replace(event("前の日", "2026-11-27"), ward="中央区")
    assert find([far, near, before], Search(), TODAY, "東区") == [before, near, far]
    assert find([far, near, before], Search(), TODAY) == [before, far, near]


def test_for_a_full_event_its_other_day_comes_first() -> None:
    full, again, other = (
        replace(event("会", day), id=day, kind="音楽") for day in ("2026-11-28", "2026-12-05", "2026-11-30")
    )
    other = replace(other, notice=make("event", {"イベント名": "別の会"}))
    taken = replace(other, id="taken", state="満員")
    assert similar([full, again, other, taken], full, TODAY) == [again, other]


@pytest.mark.parametrize(
    ("what", "today", "days"),
    [
        ("week", "2026-11-23", ("2026-11-23", "2026-11-29")),
        ("week", "2026-11-29", ("2026-11-29", "2026-11-29")),
        ("weekend", "2026-11-23", ("2026-11-28", "2026-11-29")),
        ("weekend", "2026-11-28", ("2026-11-28", "2026-11-29")),
        ("weekend", "2026-11-29", ("2026-11-29", "2026-11-29")),
        ("month", "2026-12-31", ("2026-12-31", "2026-12-31")),
    ],
)
def test_spans_begin_today_and_end_with_the_week_or_month(
    what: str, today: str, days: tuple[str, str]
) -> None:
    found = span(asked({"w": what}), date.fromisoformat(today))
    assert found == tuple(map(date.fromisoformat, days))


def test_a_search_survives_its_button() -> None:
    several = Search("month", "2026-12", ward="東区", age=36, free=True)
    for search in (
        Search("month", "2026-12", page=2),
        Search("area", ward="東区"),
        Search("age", age=0),
        several,
    ):
        assert asked(search.door()) == search
    assert asked({"w": "x", "d": "2026-13", "m": "-1", "p": "９"}) == Search()


# ---- childcare -------------------------------------------------------------------------------------------

GOOD = '[[window]]\nname = "BCG"\nfrom_months = 5\nto_months = 11\nnote = "1回"\n'


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ('[[window]]\nfrom_months = 1\nto_months = 2\nnote = "x"\n', 2, "name"),
        ('[[window]]\nname = "x"\nfrom_months = 1\nto_months = 2\n', 2, "note"),
        ('[[window]]\nname = "x"\nfrom_months = "1"\nto_months = 2\nnote = "x"\n', 2, "from_months"),
        ('[[window]]\nname = "x"\nfrom_months = true\nto_months = 2\nnote = "x"\n', 2, "from_months"),
        ('[[window]]\nname = "x"\nfrom_months = 3\nto_months = 2\nnote = "x"\n', 2, "to_months"),
        (
            '[[window]]\nname = "x"\nfrom_months = 1\nto_months = 2\nnote = "x"\nbook = "http://x.example.jp/"\n',
            2,
            "book",
        ),
        ('[[window]]\nname = "x"\nfrom_months = 3\nto_months = 900\nnote = "x"\n', 2, "to_months"),
        (
            '[[window]]\nname = "x"\nfrom_months = 3\nto_months = 9\nnote = "x"\nfrom_grade = 3\n',
            2,
            "from_grade",
        ),
        (GOOD, None, "name"),
    ],
)
def test_one_fault_refuses_the_whole_file(text: str, row: int | None, column: str) -> None:
    windows, problems = childcare.read_one("childcare/vaccination.toml", (GOOD + text).encode())
    assert windows == ()
    assert [(problem.row, problem.column) for problem in problems] == [(row, column)]


@pytest.mark.parametrize("data", [b"", b"\xff", b"[[window", b"window = 3"])
def test_what_is_no_list_of_windows_is_refused(data: bytes) -> None:
    windows, problems = childcare.read_one("childcare/vaccination.toml", data)
    assert windows == () and len(problems) == 1


def test_a_file_of_another_name_is_named() -> None:
    assert childcare.read({"childcare/other.toml": GOOD.encode()})[1]


BCG = Window("vaccination", "BCG", 5, 11, "")
MR2 = Window("vaccination", "MR2", 60, 83, "", grades=(0, 0))


def names(line: Timeline) -> tuple[list[str], list[str], list[str]]:
    found = (line.now, line.following, line.past)
    now, following, past = ([due.window.name for due in dues] for dues in found)
    return now, following, past


@pytest.mark.parametrize(
    ("birth", "today", "where"),
    [
        ("2026-06-01", "2026-10-31", 1),
        ("2026-06-01", "2026-11-01", 0),
        ("2026-06-01", "2027-05-31", 0),
        ("2026-06-01", "2027-06-30", 0),
        ("2026-06-01", "2027-07-01", 2),
    ],
)
def test_a_window_opens_in_its_month_and_closes_on_the_day_of_birth(
    birth: str, today: str, where: int
) -> None:
    line = timeline([BCG], date.fromisoformat(birth), date.fromisoformat(today))
    assert names(line)[where] == ["BCG"]
    assert [len(each) for each in names(line)].count(0) == 2


def test_the_end_said_is_the_last_whole_month_and_the_last_one_is_a_last_call() -> None:
    (due,) = timeline([BCG], date(2026, 6, 1), date(2027, 1, 5)).now
    assert (due.ends, due.is_last_call) == (date(2027, 5, 1), False)
    (due,) = timeline([BCG], date(2026, 6, 1), date(2027, 6, 5)).now
    assert due.is_last_call


@pytest.mark.parametrize(
    ("birth", "entry"),
    [("2021-03-01", 2027), ("2021-04-01", 2028), ("2020-12-01", 2027), ("2021-01-01", 2027)],
)
def test_primary_school_begins_in_april_after_the_sixth_birthday(birth: str, entry: int) -> None:
    assert school_entry(date.fromisoformat(birth)) == entry


@pytest.mark.parametrize(
    ("today", "where"), [("2026-03-31", 1), ("2026-04-01", 0), ("2027-03-31", 0), ("2027-04-01", 2)]
)
def test_a_window_by_school_year_does_not_look_at_the_birthday(today: str, where: int) -> None:
    line = timeline([MR2], date(2021, 3, 1), date.fromisoformat(today))
    assert names(line)[where] == ["MR2"]


def test_the_sample_towns_files_are_read_without_a_problem() -> None:
    files = {f"childcare/{path.name}": path.read_bytes() for path in (PACK / "childcare").glob("*.toml")}
    windows, problems = childcare.read(files)
    assert problems == [] and len(windows) == 23
    assert {each.name: each.grades for each in windows if each.grades} == {
        "MR（麻しん・風しん）2期": (0, 0),
        "HPV": (6, 10),
    }


ENDS_BY_LAW: dict[str, int | timedelta] = {
    "ロタウイルス 1回目": timedelta(weeks=14, days=6),
    "ロタウイルス 2回目・3回目": timedelta(weeks=32),
    "B型肝炎": 12,
    "五種混合 初回": 90,
    "五種混合 追加": 90,
    "小児用肺炎球菌 初回": 60,
    "小児用肺炎球菌 追加": 60,
    "BCG": 12,
    "MR（麻しん・風しん）1期": 24,
    "水ぼうそう 1回目": 36,
    "水ぼうそう 2回目": 36,
    "日本脳炎 1期初回": 90,
    "日本脳炎 1期追加": 90,
    "日本脳炎 2期": 13 * 12,
    "二種混合 2期": 13 * 12,
}
"""予防接種法施行令1条の3 (April 2026): months 「に至るまで」, that is the day before, or an age in days, itself included."""


def test_no_vaccination_is_said_to_last_longer_than_the_law_has_it() -> None:
    """Whatever the day of birth is, of which only the month is known; school years are tested above."""
    windows, _ = childcare.read_one(
        "childcare/vaccination.toml", (PACK / "childcare/vaccination.toml").read_bytes()
    )
    by_age = {each.name: each for each in windows if not each.grades}
    assert by_age.keys() == ENDS_BY_LAW.keys()
    for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(365)):
        for name, window in by_age.items():
            law = ENDS_BY_LAW[name]
            last = day + law if isinstance(law, timedelta) else add_months(day, law) - timedelta(1)
            month = day.replace(day=1)
            whole = add_months(month, window.last_month + 1) - timedelta(1)
            assert whole <= last, f"{name}, born {day}: said to last until {whole}, by law {last}"
            if window.has_last_call:
                called = add_months(day, window.last_month + 1) - timedelta(1)
                assert called <= last, f"{name}, born {day}: called until {called}, by law {last}"


def test_what_ends_after_days_has_no_last_call() -> None:
    """The checkup of 28 to 41 days: in the month after the next it is over for everybody but a few."""
    files = {f"childcare/{path.name}": path.read_bytes() for path in (PACK / "childcare").glob("*.toml")}
    line = timeline(childcare.read(files)[0], date(2026, 9, 1), date(2026, 11, 24))
    assert "1か月児健診" in [due.window.name for due in line.past]
    assert not any(due.is_last_call and due.window.name == "1か月児健診" for due in line.now)
