"""The pack's place lists: what is read of a row, what is named and left out, and the nearest of thousands."""

from __future__ import annotations

import random
import time as clock
from datetime import datetime, time
from math import cos, hypot, radians
from zoneinfo import ZoneInfo

import pytest

from app.town import places
from app.town.head import BadTown, read_neighbours
from app.town.places import Facilities, sorted_in
from bot_flows.facility_card import distance
from bot_flows.town_facts import Facility, Near, open_state
from tests.flows.measure import sample_town

SHELTERS = (
    "NO,名称,名称_カナ,住所,緯度,経度,電話番号,市区町村コード,災害種別_洪水,災害種別_崖崩れ、土石流及び地滑り,災害種別_高潮,"
    "災害種別_地震,災害種別_津波,災害種別_大規模な火事,災害種別_内水氾濫,災害種別_火山現象,指定避難所との重複,備考"
)
AEDS = "名称,名称_カナ,住所,緯度,経度,設置位置,電話番号,利用可能曜日,開始時間,終了時間,小児対応設備の有無"


def rows(header: str, *lines: str) -> bytes:
    return "\r\n".join([header, *lines]).encode()


def read(**files: bytes) -> tuple[Facilities, list[tuple[str, int | None, str]]]:
    named = {f"places/{name}.csv": data for name, data in files.items()}
    found, problems = places.read(named)
    return found, [(problem.file, problem.row, problem.column) for problem in problems]


def test_a_shelter_keeps_what_it_is_for_and_what_it_is_not_for() -> None:
    line = "1,浜小学校,ハマショウガッコウ,汐野市浜1,33.14,133.6,0889-00-1,482013,1,,,1,,,,,1,体育館は2階です"
    found, problems = read(a=rows(SHELTERS, line))
    assert problems == []
    (one,) = found.all()
    assert one.kind == "shelter" and one.is_asked_shelter and one.note == "体育館は2階です"
    assert [name for name, fits in one.hazards.items() if fits] == ["洪水", "地震"]
    assert one.hazards["津波"] is False and len(one.hazards) == 8


def test_a_bad_row_is_named_and_only_it_is_left_out() -> None:
    found, problems = read(
        a=rows(
            AEDS,
            "市役所,シヤクショ,汐野市1,33.14,133.6,1階,,月火,08:30,17:15,有",
            "消えた所,キエタ,汐野市2,,,1階,,月,08:30,17:15,有",
            "海の向こう,ウミ,汐野市3,369.5,133.6,1階,,月,08:30,17:15,有",
            "逆の所,ギャク,汐野市4,133.6,33.1,1階,,月,08:30,17:15,有",
            "時刻の所,ジコク,汐野市5,33.15,133.6,1階,,月,八時,25:00,有",
        )
    )
    assert [each.name for each in found.all()] == ["市役所", "時刻の所"]
    assert {(row, column) for _, row, column in problems} == {
        (3, "緯度"),
        (4, "緯度"),
        (5, "緯度"),
        (6, "開始時間"),
        (6, "終了時間"),
    }
    assert {file for file, _, _ in problems} == {"places/a.csv"}
    assert next(each for each in found.all() if each.name == "時刻の所").opens is None


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xff\xff", b"a,b\r\n1,2", rows(AEDS), 'なまえ\n"閉じない'.encode(), b"\x00\x01"]
)
def test_a_file_that_is_no_list_is_refused_whole(data: bytes) -> None:
    assert places.fatal("places/x.csv", data)
    found, problems = read(x=data)
    assert list(found.all()) == [] and problems


def test_a_public_building_with_a_toilet_is_found_among_the_toilets() -> None:
    header = "名称,名称_カナ,住所,緯度,経度,POIコード,バリアフリー情報,利用可能曜日,開始時間,終了時間"
    found, problems = read(
        a=rows(
            header,
            "図書館,トショカン,汐野市1,33.14,133.6,,車いす用トイレ;エレベーター,火,09:00,24:00",
            "集会所,シュウカイジョ,汐野市2,33.15,133.6,,スロープ,火,09:00,17:00",
        )
    )
    assert [each.name for each in found.by_kind["toilet"]] == ["図書館"]
    assert found.by_kind["toilet"][0].details == ("車いす用トイレ",)
    assert found.by_kind["public"][0].closes == time(23, 59)
    assert len({each.id for each in found.all()}) == 3
    assert {column for _, _, column in problems} <= {"終了時間"}


@pytest.mark.parametrize(
    ("facts", "is_one"),
    [
        ("1401,,", True),
        (",,車いす用トイレ;授乳室", True),
        (",2階に授乳コーナーがあります。,", True),
        (",授乳室はありません。,", False),
        (",授乳室なし,", False),
        (",,車いす用トイレ", False),
    ],
)
def test_a_place_with_a_nursing_room_is_found_among_those(facts: str, is_one: bool) -> None:
    """By its code in the national list of places or by a word about it, unless the word says that there is none."""
    header = "名称,住所,緯度,経度,POIコード,説明,バリアフリー情報,利用可能曜日,開始時間,終了時間"
    found, _ = read(a=rows(header, f"図書館,汐野市1,33.14,133.6,{facts},月火,09:00,17:00"))
    near = found.nearest("nursing", 33.14, 133.6, 3)
    assert [each.facility.name for each in near] == (["図書館"] if is_one else [])
    assert all("トイレ" not in detail for each in near for detail in each.facility.details)
    assert len({each.id for each in found.all()}) == len(list(found.all()))


def test_other_towns_are_named_only_where_they_are_near() -> None:
    town = sample_town()
    known = town.neighbour(33.26, 133.61)
    assert known is not None and known.name == "浜野町"
    assert town.neighbour(35.68, 139.76) is None
    with pytest.raises(BadTown, match="neighbours"):
        read_neighbours(
            {
                "neighbours": [
                    {"name": "となり町", "url": "http://x.example.jp", "latitude": 1.0, "longitude": 2.0}
                ]
            }
        )


def test_a_whole_number_of_degrees_is_a_position() -> None:
    town = {"name": "となり町", "url": "https://x.example.jp", "latitude": 35, "longitude": 139.5}
    [found] = read_neighbours({"neighbours": [town]})
    assert (found.latitude, found.longitude) == (35, 139.5)
    with pytest.raises(BadTown, match="neighbours"):
        read_neighbours({"neighbours": [town | {"latitude": True}]})


def test_names_are_found_by_kana_and_beginning_but_one_letter_fits_nothing_inside() -> None:
    found = sorted_in(
        [
            Facility("1", "public", "中央図書館", 33.1, 133.6, kana="チュウオウトショカン"),
            Facility("2", "public", "東図書館", 33.2, 133.6, kana="ヒガシトショカン"),
        ]
    )
    assert [each.id for each in found.named("ちゅうおう", 5)] == ["1"]
    assert [each.id for each in found.named("図書館", 5)] == ["1", "2"]
    assert found.named("館", 5) == [] and found.named("", 5) == []


def town_of(count: int) -> Facilities:
    chance = random.Random(20261123)
    return sorted_in(
        Facility(str(n), "aed", f"場所{n}", 33.0 + chance.random() / 4, 133.5 + chance.random() / 4)
        for n in range(count)
    )


def test_the_nearest_are_those_that_looking_at_all_of_them_finds() -> None:
    town, chance = town_of(400), random.Random(7)
    for _ in range(200):
        at = 32.9 + chance.random() / 2, 133.4 + chance.random() / 2
        squeeze = cos(radians(at[0]))
        everyone = sorted(
            town.by_kind["aed"],
            key=lambda each: hypot(each.latitude - at[0], (each.longitude - at[1]) * squeeze),
        )
        found = town.nearest("aed", *at, 5)
        assert [near.facility.id for near in found] == [each.id for each in everyone[:5]]
        assert [near.metres for near in found] == sorted(near.metres for near in found)
    assert town.nearest("shelter", 33.0, 133.0, 5) == []
    assert len(town_of(3).nearest("aed", 33.0, 133.0, 5)) == 3


def test_five_thousand_places_are_searched_in_less_than_five_milliseconds() -> None:
    town = town_of(5_000)
    spent = []
    for _ in range(20):
        began = clock.perf_counter()
        town.nearest("aed", 33.12, 133.61, 12)
        spent.append(clock.perf_counter() - began)
    assert min(spent) < 0.005


def test_a_kilometre_is_a_kilometre() -> None:
    town = sorted_in([Facility("1", "aed", "北", 33.0 + 1 / 111.195, 133.0)])
    (near,) = town.nearest("aed", 33.0, 133.0, 1)
    assert abs(near.metres - 1_000) <= 1 and near.minutes == 13


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "10m"), (4, "10m"), (433, "430m"), (994, "990m"), (995, "1.0km"), (1_000, "1.0km"), (1_249, "1.2km"),
        (9_949, "9.9km"), (9_950, "10km"), (12_400, "12km"),
    ],
)  # fmt: skip
def test_distances(metres: int, said: str) -> None:
    assert distance(metres) == said


@pytest.mark.parametrize(("metres", "minutes"), [(0, 1), (80, 1), (81, 2), (800, 10)])
def test_eighty_metres_are_a_minute(metres: int, minutes: int) -> None:
    assert Near(Facility("1", "aed", "北", 33.0, 133.0), metres).minutes == minutes


@pytest.mark.parametrize(
    ("weekdays", "opens", "closes", "now", "state"),
    [
        ("月火", time(8, 30), time(17), "2026-11-23 08:30", "open"),
        ("月火", time(8, 30), time(17), "2026-11-23 08:29", "closed"),
        ("月火", time(8, 30), time(17), "2026-11-23 17:01", "closed"),
        ("火", time(8, 30), time(17), "2026-11-23 12:00", "closed"),
        ("", time(22), time(5), "2026-11-23 01:00", "open"),
        ("", time(22), time(5), "2026-11-23 12:00", "closed"),
        ("月火", None, None, "2026-11-23 12:00", "unknown"),
        ("", None, None, "2026-11-23 12:00", "unknown"),
    ],
)
def test_hours(weekdays: str, opens: time | None, closes: time | None, now: str, state: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    facility = Facility("1", "aed", "北", 33.0, 133.0, weekdays=weekdays, opens=opens, closes=closes)
    assert open_state(facility, at) == state


def test_a_shelter_is_never_called_open() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
    shelter = Facility(
        "1",
        "shelter",
        "浜",
        33.0,
        133.0,
        weekdays="月",
        opens=time(0),
        closes=time(23),
        hazards={"洪水": True},
    )
    assert open_state(shelter, at) == "unknown"


@pytest.mark.parametrize(
    ("weekdays", "state"),
    [("月火水木金", "holiday"), ("火水木金土日", "holiday"), ("月火水木金土日", "open"), ("", "open")],
)
def test_on_a_public_holiday_nobody_knows_of_who_does_not_work_on_sundays(weekdays: str, state: str) -> None:
    """Monday, 23 November 2026, at noon."""
    office = Facility("x", "public", "x", 33.0, 133.0, weekdays=weekdays, opens=time(9), closes=time(17))
    now = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert open_state(office, now, is_holiday=True) == state
