"""Whole folders: suspensions, remarks, names, dictionaries, and the variations of single towns."""

from __future__ import annotations

from datetime import date

import pytest

from app.garbage.pack import UNREADABLE_NOTE, GarbagePack
from app.garbage.rules import NoCalendar, read_pack

HEAD = "地名,センター,燃えるごみ,びん\n"
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


def pack(area_days: str, **more: str) -> GarbagePack:
    files = {"area_days.csv": area_days} | {f"{name}.csv": text for name, text in more.items()}
    return read_pack({name: text.encode() for name, text in files.items()})


def found(
    read: GarbagePack, area: str, first: date = DECEMBER[0], last: date = DECEMBER[1]
) -> list[tuple[str, ...]]:
    return [(f"{d.day:%m-%d}", *d.categories) for d in read.days(area, first, last)]


def messages(read: GarbagePack) -> list[tuple[str, int | None, str, str]]:
    return [(p.file, p.row, p.column, p.value) for p in read.problems]


def test_categories_are_the_headers_and_columns_one_and_two_are_positional() -> None:
    read = pack("校下・地区,,燃えるごみ,,びん\n片岡,,月,x,水1\n")
    assert read.categories == ("燃えるごみ", "びん")
    assert found(read, "片岡", date(2026, 12, 1), date(2026, 12, 8)) == [
        ("12-02", "びん"),
        ("12-07", "燃えるごみ"),
    ]


def test_dates_inside_a_suspension_are_dropped_never_shifted() -> None:
    read = pack(HEAD + "海町,東,火,\n", center="名称,休止開始日,休止終了日\n東,2026/12/29,2027/1/3\n")
    assert found(read, "海町")[-1] == ("12-22", "燃えるごみ")
    assert found(read, "海町", date(2027, 1, 1), date(2027, 1, 6)) == [("01-05", "燃えるごみ")]


def test_every_row_of_a_centre_counts() -> None:
    centre = "名称,休止開始日,休止終了日\n東,2025/12/29,2026/1/3\n東 ,2026/12/29,2027/1/3\n"
    read = pack(HEAD + "海町,東,火,\n", center=centre)
    assert found(read, "海町", date(2025, 12, 30), date(2025, 12, 31)) == []
    assert found(read, "海町", date(2026, 12, 29), date(2026, 12, 31)) == []


def test_a_list_of_single_closed_days_is_no_period() -> None:
    read = pack(HEAD + "海町,東,火,\n", center="名称,休止日,休止日\n東,2026/12/1,2026/12/22\n")
    assert found(read, "海町") == [("12-08", "燃えるごみ"), ("12-15", "燃えるごみ"), ("12-29", "燃えるごみ")]


def test_a_remark_is_said_on_its_days_and_a_missing_one_is_a_problem() -> None:
    read = pack(HEAD + "海町,,火1 *1 *9,\n", remarks="ID,注意事項\n1,朝7時まで\n")
    [only] = read.days("海町", *DECEMBER)
    assert only.notes == ("朝7時まで",)
    assert messages(read) == [("area_days.csv", 2, "燃えるごみ", "*9")]


def test_an_odd_token_marks_every_day_of_its_category() -> None:
    read = pack(HEAD + "海町,,火1 20269999,水1\n")
    assert [d.notes for d in read.days("海町", *DECEMBER)] == [(UNREADABLE_NOTE,), ()]
    assert messages(read) == [("area_days.csv", 2, "燃えるごみ", "20269999")]


def test_a_name_in_several_rows_answers_nothing_and_is_a_problem() -> None:
    read = pack(HEAD + "海町,,火,\n海 町,,水,\n")
    assert read.days("海町", *DECEMBER) == []
    assert "2、3行目" in read.problems[0].message


def test_names_are_found_whatever_the_spaces_and_widths() -> None:
    read = pack(HEAD + "東区 青葉１丁目\u00a0,,火,\n")
    assert found(read, "東区青葉1丁目")


def test_the_template_is_recognised() -> None:
    read = pack(
        "地名,センター,燃やすごみ,燃やさないごみ,資源,びん\n片町,東部管理センター,月 木,水2,火1 火3,水4\n"
    )
    assert [p.message for p in read.problems] == ["ひな形のままです。町の収集日に書きかえてください。"]


def test_groups_of_tokushima_spread_over_their_places() -> None:
    read = pack("収集地区,燃えるごみ\nA,月\nB,火\n", area="地名,センター,収集地区\n藍町,,B\n桜町,,C\n")
    assert [area.name for area in read.areas] == ["藍町"]
    assert found(read, "藍町")[0] == ("12-01", "燃えるごみ")
    assert messages(read) == [("area.csv", 3, "収集地区", "C")]


def test_masters_of_saga_keep_equal_names_apart() -> None:
    area_days = "マスター,地名,センター,燃えるごみ,\n1,栄町,,月,A\n2,栄町,,火,B\n"
    read = pack(area_days, area_master="マスター,区名\n1,北\n2,南\n")
    assert read.categories == ("燃えるごみ",)
    assert len(read.named("栄町")) == 2
    assert found(read, "南 栄町")[0] == ("12-01", "燃えるごみ")


@pytest.mark.parametrize(
    "target",
    [
        "label,name,notice,furigana\nびん,一升びん,洗う,い\n",
        "type,name,notice,furigana\nび ん,一升びん,洗う,い\n",
        "びん,一升びん,洗う,い\n",
    ],
)
def test_the_dictionary_is_read_with_either_header_or_none(target: str) -> None:
    [item] = pack(HEAD + "海町,,火,\n", target=target).items
    assert (item.name, item.category, item.note) == ("一升びん", "びん", "洗う")


def test_a_category_the_calendar_does_not_know_is_told() -> None:
    read = pack(HEAD + "海町,,火,\n", target="label,name,notice,furigana\n金属,釘,,く\n")
    assert messages(read) == [("target.csv", 2, "label", "金属")]
    assert len(read.items) == 1


@pytest.mark.parametrize("name", ["transferdata", "holiday"])
def test_files_of_single_towns_are_said_to_be_left_out(name: str) -> None:
    read = pack(HEAD + "海町,,火,\n", **{name: "燃えるごみ,2026/12/29,2027/1/5,2026/12/20,\n"})
    assert [p.file for p in read.problems] == [f"{name}.csv"]


def test_a_broken_side_file_is_a_problem_and_the_calendar_still_answers() -> None:
    read = pack(HEAD + "海町,,火,\n", remarks='ID,注意事項\n1,"閉じない\n')
    assert [p.file for p in read.problems] == ["remarks.csv"]
    assert found(read, "海町")


def test_a_folder_without_a_calendar_is_refused() -> None:
    with pytest.raises(NoCalendar, match=r"area_days\.csvがありません"):
        read_pack({})


def test_what_a_suspension_drops_is_known_with_its_days_and_nothing_else_is() -> None:
    read = pack(HEAD + "海町,東,火,\n", center="名称,休止開始日,休止終了日\n東,2026/12/29,2027/1/3\n")
    period = (date(2026, 12, 29), date(2027, 1, 3))
    assert read.suspended("海町", date(2026, 12, 1), date(2027, 2, 1)) == [(date(2026, 12, 29), period)]
    assert read.suspended("海町", date(2026, 12, 30), date(2027, 2, 1)) == []
    assert read.suspended("山町", *period) == []
