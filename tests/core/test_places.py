"""Place lists: the kind by its columns, every problem with its row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.places.rules import check_digit, code_fault, read_places
from app.settings import Settings

PACK = Path(str(Settings.model_fields["town_dir"].default)) / "places"
HEAD = "市区町村コード,名称,緯度,経度,開始時間,SSID"
GOOD = "401307,駅,33.59,130.42,09:00,x"


def columns(*rows: str, head: str = HEAD) -> list[tuple[int | None, str]]:
    found = read_places("\n".join([head, *rows]).encode(), "x.csv")
    return [(p.row, p.column) for p in found.problems]


def test_a_good_list_has_no_problem() -> None:
    found = read_places(f"{HEAD}\n{GOOD}\n".encode(), "x.csv")
    assert (found.kind, found.places, found.problems) == ("公衆無線LAN", 1, ())


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("駅", "", "名称"),
        ("33.59,130.42", "130.42,33.59", "緯度"),
        ("33.59", "369.56056", "緯度"),
        ("33.59,130.42", ",", "緯度"),
        ("33.59", "北緯", "緯度"),
        ("09:00", "24:00", "開始時間"),
        ("09:00", "9時", "開始時間"),
        ("401307", "401308", "市区町村コード"),
        ("401307", "40130", "市区町村コード"),
        (",x", ",-", "SSID"),
    ],
)
def test_each_fault_is_named_with_its_row(old: str, new: str, column: str) -> None:
    assert (3, column) in columns(GOOD, GOOD.replace(old, new))


def test_what_is_no_list_of_places_is_said() -> None:
    found = read_places(b"a,b\n1,2\n", "x.csv")
    assert found.kind == "unknown" and found.places == 0
    assert {p.column for p in found.problems} == {"", "名称", "緯度"}


def test_a_form_with_metadata_rows_has_its_header_in_the_property_row() -> None:
    text = '#license,CC BY\n#property,名称,location\n1,公園,"34.34,134.03"\n#object_type_xsd,a,b\n2,,"0,0"\n'
    found = read_places(text.encode(), "x.csv")
    assert (found.kind, found.places) == ("施設", 1)
    assert {(p.row, p.column) for p in found.problems} == {(5, "名称"), (5, "緯度")}


@pytest.mark.parametrize("code", ["401307", "401315", "131016", "011002", "482013"])
def test_check_digits(code: str) -> None:
    assert check_digit(code[:5]) == code[5] and code_fault(code) == ""


def test_a_lost_leading_zero_is_recognised() -> None:
    assert code_fault("11002") == "先頭の0がありません。"


def test_the_sample_town_s_sixty_places_have_no_problem() -> None:
    found = [read_places(path.read_bytes(), path.name) for path in sorted(PACK.glob("*.csv"))]
    assert sum(each.places for each in found) == 60
    assert [problem for each in found for problem in each.problems] == []


@pytest.mark.real_data
def test_every_real_list_is_recognised() -> None:
    folder = Path(os.environ["KAIRAN_REAL_DATA"]) / "facilities"
    files = sorted(folder.rglob("*.csv"))
    print(f"\n{'file':40} {'kind':16} {'places':>6} {'problems':>8}")
    for path in files:
        found = read_places(path.read_bytes(), path.name)
        print(f"{path.name:40} {found.kind:16} {found.places:6} {len(found.problems):8}")
        assert found.kind != "unknown" and found.places
    assert len(files) >= 13
