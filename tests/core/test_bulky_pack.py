"""bulky.toml: the sample town's is whole; every fault is named and one fault keeps the whole file out."""

from __future__ import annotations

from datetime import date

import pytest

from app.settings import Settings
from app.town import actions, bulky, rules
from bot_flows.bulky_days import coming, last_change, may_change, with_space
from bot_flows.bulky_facts import Book, BulkyFacts
from bot_flows.bulky_words import number_in, receipt
from bot_flows.matching import index_of

FILES = actions.folder_files(Settings.model_fields["town_dir"].default)
GOOD = FILES[bulky.BULKY].decode()
PAY = {"links": [{"kind": "pay", "url": "https://pay.shiono.example.jp/shizei/"}]}


@pytest.fixture(scope="module")
def book() -> Book:
    found, problems = bulky.read(FILES, (), PAY)
    assert problems == [] and found is not None
    return found


def test_the_sample_town(book: Book) -> None:
    assert len(book.items) >= 50 and len(book.not_taken) >= 8
    assert all(kind.size for item in book.items.values() for kind in item.kinds)
    loaded, problems = rules.read_pack(FILES)
    assert [each for each in problems if each.file == bulky.BULKY] == [] and loaded.bulky is not None
    for place in loaded.places:
        assert book.area_of(place.district.ward, place.district.code), place.district.code


def test_every_spelling_finds_its_item_first(book: Book) -> None:
    finds = index_of(book.vocabulary)
    said = [(word, each.id) for each in book.vocabulary.meanings for word in each.phrases if " " not in word]
    wrong = [word for word, own in said if own not in [f.meaning.id for f in finds.find(word)[:4]]]
    assert len(said) > 200 and wrong == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("fee = 500", 'fee = "500円"', "fee"),
        ("fee = 500", "fee = -1", "fee"),
        ("fee = 500", "fee = true", "fee"),
        ('weekdays = "木"', 'weekdays = "木曜"', "weekdays"),
        ("capacity = 12", "", "capacity"),
        ('wards = ["中区"]', "wards = []", "wards"),
        ('id = "chair"', 'id = "sofa"', "item"),
        ('id = "chair"', 'id = "いす"', "id"),
        ('until = "朝8時30分まで"', "", "until"),
        ("most = 10", "most = 1000", "most"),
        ("2026-12-29", '"12-29"', "closed"),
        ("https://pay.shiono", "https://pay.evil", "pay_page"),
        ("https://pay.shiono", "http://pay.shiono", "pay_page"),
        ("https://pay.shiono", "https://a@pay.shiono", "pay_page"),
        ("[rules]", "[rule]", "rules"),
        ("[[area]]", "[[areas]]", "area"),
        ("[[item]]", "[[item]", ""),
        ('id = "two"', 'id = "one"', "kinds"),
    ],
)
def test_one_fault_and_nothing_of_it_counts(old: str, new: str, place: str) -> None:
    assert old in GOOD
    broken = {bulky.BULKY: GOOD.replace(old, new, 1 if old != "[[area]]" else -1).encode()}
    found, problems = bulky.read(broken, (), PAY)
    assert found is None
    assert place in [each.column for each in problems], problems
    assert all(each.file == bulky.BULKY and each.message for each in problems)


def test_a_pack_without_it_has_no_book() -> None:
    assert bulky.read({}, (), PAY) == (None, [])


def test_three_working_days_before() -> None:
    holiday = frozenset({date(2026, 11, 23)})
    assert last_change(date(2026, 12, 3), 3, holiday) == date(2026, 11, 30)
    assert last_change(date(2026, 11, 26), 3, holiday) == date(2026, 11, 20)
    assert last_change(date(2026, 11, 26), 3, frozenset()) == date(2026, 11, 23)


def test_days_on_offer_have_space_and_time(book: Book) -> None:
    zone = book.area("naka")
    assert zone is not None
    today, holidays = date(2026, 12, 1), frozenset({date(2026, 12, 17)})
    known = BulkyFacts(
        taken={("naka", date(2026, 12, 10)): zone.capacity - 1},
        stopped=frozenset({("naka", date(2027, 1, 7))}),
        holidays=holidays,
    )
    days = with_space(book, zone, today, 2, known)
    assert days[:3] == [date(2026, 12, 24), date(2027, 1, 14), date(2027, 1, 21)]
    assert with_space(book, zone, today, 1, known)[0] == date(2026, 12, 10)
    assert all(may_change(book, day, today, holidays) for day in coming(book, zone, today, holidays))


def test_a_receipt_number_shows_a_slip() -> None:
    assert receipt(4821) == "4821-88" and number_in("4821-88") == number_in(" 482188 ") == 4821
    for slip in ("4821-89", "4812-88", "4281-88", "482-188", "", "４８２１-８８", "x"):
        assert number_in(slip) is None
