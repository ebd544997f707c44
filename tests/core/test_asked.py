"""faq.toml, synonyms.toml, payment.toml and places of a pack: faults are named, the rest still counts."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import Problem
from app.town.faq import FAQ, SYNONYMS, read_faq, read_synonyms
from app.town.payment import PAYMENT, read_payment
from app.town.public_places import read_places

SECTIONS = frozenset({"general"})
GOOD = '[[faq]]\nid = "a"\nquestions = ["袋"]\nanswer = "店です。"\nsection = "general"\n'


def test_a_good_question_is_read_with_its_words() -> None:
    problems: list[Problem] = []
    faq, words = read_faq({FAQ: (GOOD + 'words = ["袋 買"]\n').encode()}, SECTIONS, problems)
    assert (faq[0].id, faq[0].questions, words["a"], problems) == ("a", ("袋",), ("袋 買",), [])


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (GOOD, "id"),
        (GOOD.replace('id = "a"', 'id = ""'), "id"),
        (GOOD.replace('"a"', '"b"').replace('["袋"]', "[]"), "questions"),
        (GOOD.replace('"a"', '"b"').replace('["袋"]', '"袋"'), "questions"),
        (GOOD.replace('"a"', '"b"').replace("店です。", ""), "answer"),
        (GOOD.replace('"a"', '"b"').replace('"general"', '"nobody"'), "section"),
    ],
)
def test_a_fault_is_named_and_the_others_count(entry: str, field: str) -> None:
    problems: list[Problem] = []
    faq, _ = read_faq({FAQ: (GOOD + entry).encode()}, SECTIONS, problems)
    assert [each.id for each in faq] == ["a"]
    assert [(problem.file, problem.row, problem.column) for problem in problems] == [(FAQ, 2, field)]


def test_unreadable_files_are_a_problem_and_not_the_end() -> None:
    problems: list[Problem] = []
    assert read_faq({FAQ: b"[["}, SECTIONS, problems)[0] == ()
    assert read_synonyms({SYNONYMS: b"\xff"}, problems).groups == ()
    assert read_payment({PAYMENT: b"[["}, SECTIONS, problems) == ((), ())
    assert [problem.file for problem in problems] == [FAQ, SYNONYMS, PAYMENT]


def test_synonyms_of_the_wrong_shape_are_named() -> None:
    problems: list[Problem] = []
    found = read_synonyms({SYNONYMS: 'groups = [1]\n[areas]\npay = "税"\n'.encode()}, problems)
    assert (found.groups, dict(found.areas)) == ((), {})
    assert [problem.column for problem in problems] == ["groups", "areas"]


def test_fees_come_in_the_order_of_their_days() -> None:
    text = (
        '[[fee]]\nid = "t"\nname = "税"\nsection = "general"\n'
        'due = [{ name = "第2期", day = 2027-02-01 }, { name = "第1期", day = 2026-06-30 }]\n'
        '[[fee]]\nid = "u"\nname = "税"\nsection = "nobody"\n'
        '[[fee]]\nid = "v"\nname = "税"\nsection = "general"\ndue = [{ name = "第1期", day = "6月" }]\n'
        '[[way]]\nname = "コンビニ"\n'
    )
    problems: list[Problem] = []
    fees, ways = read_payment({PAYMENT: text.encode()}, SECTIONS, problems)
    assert fees[0].due == (("第1期", date(2026, 6, 30)), ("第2期", date(2027, 2, 1)))
    assert (len(fees), ways) == (1, ())
    assert [problem.column for problem in problems] == ["section", "due", "name"]


def test_a_place_on_two_lists_is_one_place_as_the_better_list_has_it() -> None:
    files = {
        "places/1_aed.csv": "名称,住所\n図書館,裏口\n".encode(),
        "places/1_public_facility.csv": "名称,名称_カナ,住所\n図書館,トショカン,本町1\n".encode(),
    }
    places, names = read_places(files)
    assert [(place.name, place.address) for place in places] == [("図書館", "本町1")]
    assert names["図書館"] == ("トショカン",)


def test_a_fee_names_its_pages_and_a_way_its_fees() -> None:
    text = (
        '[[fee]]\nid = "t"\nname = "税"\nsection = "general"\npages = ["p"]\naccount = "a"\n'
        '[[way]]\nname = "コンビニ"\nlimits = "30万円まで。"\nfees = ["t"]\n'
    )
    problems: list[Problem] = []
    fees, ways = read_payment({PAYMENT: text.encode()}, SECTIONS, problems)
    assert (fees[0].pages, fees[0].account, ways[0].fees, problems) == (("p",), "a", ("t",), [])
