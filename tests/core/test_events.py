"""Event lists: both forms, every doubt named, and nothing a list does not say."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.main import kairan
from app.events.rules import COLUMNS, Event, read_events
from app.settings import Settings
from app.tables import Unreadable
from content.listed import to_notice
from content.standard import parse, render

HEADER = Path(str(Settings.model_fields["town_dir"].default)) / "events" / "482013_event.csv"
CATALOGUE = HEADER.read_text(encoding="utf-8").splitlines()[0].split(",")
WHOLE = {
    "名称": "浜辺の茶会", "説明": "お茶を飲みます。", "主催団体": "浜の会", "開始日": "2026-12-05", "終了日": "2026-12-05",
    "開始時刻": "10:00", "終了時刻": "12:00", "集合場所": "浜公民館", "住所市区町村": "汐野市", "住所町名": "中区港町",
    "住所丁目以下": "3丁目3番1号", "緯度": "33.145", "経度": "133.605", "定員": "20", "料金(基本)": "1000",
    "料金(詳細)": "菓子代", "申込期限日": "2026-12-01", "申込方法": "電話", "対象者": "大人", "連絡先名称": "文化観光局",
    "連絡先電話番号": "(0889)00-5126", "URL": "https://www.city.shiono.example.jp/cha/", "備考": "雨天決行",
}  # fmt: skip


def file(header: Sequence[str], *rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def one(**changed: str) -> tuple[Event, list[str]]:
    """The one event of a one-row file, and the column of every problem."""
    found = read_events(file(CATALOGUE, WHOLE | changed), "o1.csv")
    (event,) = found.events
    return event, [problem.column for problem in found.problems]


def test_a_whole_row_becomes_the_standard_text() -> None:
    event, problems = one()
    assert problems == []
    text = render(event.notice, "汐野市")
    for line in (
        "【イベント名】浜辺の茶会",
        "【定員】20人",
        "【料金】¥1,000（菓子代）",
        "【開催日】2026年12月5日（土）",
        "【時間】10:00-12:00",
        "【連絡先】0889-00-5126",
        "【位置】33.145000,133.605000",
    ):
        assert line in text.split("\n")
    assert (event.row, event.first, event.last) == (2, date(2026, 12, 5), date(2026, 12, 5))


@pytest.mark.parametrize(
    ("changed", "label", "text"),
    [
        ({"料金(基本)": "", "料金(詳細)": ""}, "料金", ""),
        ({"料金(基本)": "0", "料金(詳細)": ""}, "料金", "無料"),
        ({"終了時刻": ""}, "時間", "10:00から"),
        ({"定員": ""}, "定員", ""),
    ],
)
def test_empty_is_not_stated_and_only_zero_is_free(changed: dict[str, str], label: str, text: str) -> None:
    assert one(**changed)[0].notice.get(label) == text


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"終了日": "2026-12-01"}, "終了日"),
        ({"開始日": ""}, "開始日"),
        ({"開始日": "2026-02-30", "終了日": ""}, "開始日"),
        ({"終了時刻": "09:00"}, "終了時刻"),
        ({"連絡先電話番号": "25-1725"}, "連絡先電話番号"),
        ({"緯度": "369.56056"}, "緯度"),
        ({"緯度": "0", "経度": "0"}, "緯度"),
    ],
)
def test_what_is_in_doubt_is_named(changed: dict[str, str], column: str) -> None:
    assert column in one(**changed)[1]


def test_a_row_without_a_name_is_a_problem_and_the_others_still_count() -> None:
    found = read_events(file(CATALOGUE, WHOLE | {"名称": ""}, WHOLE), "o1.csv")
    assert [event.row for event in found.events] == [3]
    assert [(p.row, p.column) for p in found.problems] == [(2, "名称")]


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b'"a\n"b,c'])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_events(data, "x.csv")


@settings(max_examples=75, deadline=None)
@given(st.dictionaries(st.sampled_from(list(COLUMNS)), st.text(max_size=30)))
def test_no_cell_makes_it_fall_and_every_event_reads_back(cells: dict[str, str]) -> None:
    notice = to_notice(cells).notice
    if notice.fields:
        assert parse(render(notice)) == notice


def test_the_sample_town_s_events_have_no_problem() -> None:
    found = read_events(HEADER.read_bytes(), HEADER.name)
    assert (len(found.events), found.problems) == (40, ())


def test_the_command_prints_what_it_promises(tmp_path: Path) -> None:
    path = tmp_path / "o1.csv"
    path.write_bytes(file(CATALOGUE, WHOLE, WHOLE | {"終了日": "2026-12-01"}))
    ran = CliRunner().invoke(kairan, ["events", "check", str(path), "--json"])
    found = orjson.loads(ran.stdout)
    assert ran.exit_code == 0 and set(found) == {"events", "problems", "notices"}
    assert found["events"] == len(found["notices"]) == 2
    assert set(found["problems"][0]) == {"file", "row", "column", "value", "message"}
    assert parse(found["notices"][0]["text"]).fields == found["notices"][0]["fields"]


@pytest.mark.table
@pytest.mark.real_data
def test_every_real_list_is_read_and_reads_back() -> None:
    """18 towns' lists: every named row is an event, and its standard text reads back to the same fields."""
    folder = Path(os.environ["KAIRAN_REAL_DATA"]) / "events"
    files = sorted(folder.glob("*.csv"))
    assert len(files) == 18
    print(f"\n{'file':16} {'events':>6} {'problems':>8}")
    for path in files:
        found = read_events(path.read_bytes(), path.name)
        print(f"{path.name:16} {len(found.events):6} {len(found.problems):8}")
        assert found.events
        assert all(parse(render(event.notice)) == event.notice for event in found.events)
