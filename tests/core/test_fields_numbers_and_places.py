"""Money, phones, addresses, links, positions and numbers that are names: one form each, never a wrong value."""

from __future__ import annotations

from datetime import date

import pytest

from content.fields.kinds import KINDS, LONGEST, read, write
from content.fields.values import Age, Capacity, Money, Phone, Position, Price

TODAY = date(2026, 11, 23)
DOUBT = None

CASES: dict[str, list[tuple[str, str | None]]] = {
    "money": [
        ("500円", "¥500"),
        ("￥５００（テキスト代）", "¥500（テキスト代）"),
        ("12300円", "¥12,300"),
        ("3万5千円", "¥35,000"),
        ("1万5,000円", "¥15,000"),
        ("0円", "無料"),
        ("無料（要予約）", "無料（要予約）"),
        ("実費", "実費"),
        ("未定", "未定"),
        ("大人:2,000円 小・中・高:1,000円 未就学児:無料", "大人：¥2,000、小・中・高：¥1,000、未就学児：無料"),
        ("各コース2,940円", "各コース：¥2,940"),
        ("約500円", DOUBT),
        ("500円から1,000円", DOUBT),
        ("500円程度", DOUBT),
        ("3億5,000万円", DOUBT),
        ("5,00円", DOUBT),
        ("500", DOUBT),
        ("500円、300円", DOUBT),
        ("無料ではありません", DOUBT),
        ("10円玉", DOUBT),
    ],
    "phone": [
        ("(092)711-4111", "092-711-4111"),
        ("０９２－７１１－４１１１", "092-711-4111"),
        ("0927114111", "092-711-4111"),
        ("0927-11-4111", "092-711-4111"),
        ("047(424)9840", "047-424-9840"),
        ("03 3228 5623", "03-3228-5623"),
        ("+81 92-711-4111", "092-711-4111"),
        ("0120999999", "0120-999-999"),
        ("090-1234-5678", "090-1234-5678"),
        ("0889-00-1111", "0889-00-1111"),
        ("電話：0889-00-1111 内線319", "0889-00-1111（内線 319）"),
        ("(043)421-6133/(043)421-6134", "043-421-6133、043-421-6134"),
        ("TEL 0889-00-1111 FAX 0889-00-1112", "0889-00-1111、0889-00-1112（ファクス）"),
        ("119", "119"),
        ("#7119", "#7119"),
        ("72-6981", DOUBT),
        ("092-711-411", DOUBT),
        ("092-711-41111", DOUBT),
        ("2026-12-05", DOUBT),
        ("広報課へ", DOUBT),
        ("1.23E+11", DOUBT),
    ],
    "address": [
        ("焼津市駅北5丁目2-11", "焼津市駅北5-2-11"),
        ("汐野市中区本町３丁目３番１号　市民会館２階", "汐野市中区本町3-3-1 市民会館2階"),
        ("汐野市中区本町3ー3ー1", "汐野市中区本町3-3-1"),
        ("霞が関3の3の1", "霞が関3-3-1"),
        ("汐野市西区十二丁目4番地の5", "汐野市西区12-4-5"),
        ("汐野市東区浜町895番地14", "汐野市東区浜町895-14"),
        ("駅前町二丁目", "駅前町2丁目"),
        ("〒749-0001 汐野市中区駅前町1-2", "汐野市中区駅前町1-2"),
        ("3丁目24番地", DOUBT),
        ("本町1-20JR汐野駅1階", "本町1-20 JR汐野駅1階"),
        ("本町１丁目１～３番地", DOUBT),
        ("本町3808地先", DOUBT),
        ("本町1丁目2番付近", DOUBT),
        ("550番地", DOUBT),
        ("集会室3-1・3-2", DOUBT),
        ("本町5-6-1 電話0889-00-1111", DOUBT),
        ("本町5-6-1（東側", DOUBT),
    ],
    "url": [
        ("https://www.city.shiono.example.jp/a?b=c#d", "https://www.city.shiono.example.jp/a?b=c#d"),
        ("HTTPS://WWW.City.Shiono.Example.JP/Aa", "https://www.city.shiono.example.jp/Aa"),
        ("ｈｔｔｐｓ：／／ｗｗｗ．ｅｘａｍｐｌｅ．ｊｐ／", "https://www.example.jp/"),
        ("https://example.jp/をご覧ください", DOUBT),
        ("https://example.jp/%", DOUBT),
        ("https://user@example.jp/", DOUBT),
        ("https://www.fEr", DOUBT),
        ("www.example.jp", DOUBT),
        ("javascript:alert(1)", DOUBT),
    ],
    "mail": [
        ("koho＠city.shiono.example.jp", "koho@city.shiono.example.jp"),
        ("A.b@Example.JP", "A.b@example.jp"),
        ("koho@city", DOUBT),
        ("koho@@example.jp", DOUBT),
        ("ko..ho@example.jp", DOUBT),
    ],
    "postcode": [("〒７４９－０００１", "749-0001"), ("7490001", "749-0001"), ("749-001", DOUBT)],
    "coordinates": [
        ("33.590188, 130.420685", "33.590188,130.420685"),
        ("33°35.411'N 130°25.241'E", "33.590183,130.420683"),
        ("33度35分24.7秒、130度25分14.5秒", "33.590194,130.420694"),
        ("東経130度25分14.5秒、北緯33度35分24.7秒", "33.590194,130.420694"),
        ("130.420685,33.590188", "33.590188,130.420685"),
        ("0,0", DOUBT),
        ("369.56056,130.42", DOUBT),
        ("33.59", DOUBT),
        ("33度75分0秒、130度25分0秒", DOUBT),
    ],
    "capacity": [
        ("定員３０名", "30人"),
        ("先着30人", "30人（先着順）"),
        ("20組（40人）", "20組（40人）"),
        ("なし", "なし"),
        ("20組40人", DOUBT),
        ("若干名", DOUBT),
    ],
    "age": [
        ("65歳以上", "65歳以上"),
        ("3歳から6歳未満", "3歳以上6歳未満"),
        ("１歳６ヶ月以上", "1歳6か月以上"),
        ("18歳まで", "18歳以下"),
        ("小学生", DOUBT),
        ("6歳以上3歳以下", DOUBT),
    ],
    "payment_number": [
        ("００１２ ３４５６", "00123456"),
        ("0012-3456", "00123456"),
        ("1.23E+11", DOUBT),
        ("1" * 21, DOUBT),
    ],
    "el_number": [
        ("12345 00123456789012 012345 334", "12345-00123456789012-012345-334"),
        ("123450012345", DOUBT),
    ],
    "code": [("００１２３", "00123"), ("A-01", "A-01"), ("1.2E+05", DOUBT)],
}


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"), [(k, t, c) for k, rows in CASES.items() for t, c in rows]
)
def test_every_kind_reads_what_is_certain_and_leaves_the_rest(
    kind: str, typed: str, canonical: str | None
) -> None:
    reading = read(kind, typed, today=TODAY)
    if canonical is None:
        assert (reading.value, reading.text, reading.changes) == (None, typed, ())
        assert reading.problems
    else:
        assert (reading.text, reading.problems) == (canonical, ())
        again = read(kind, write(kind, reading.value), today=TODAY)
        assert (again.value, again.text, again.changes) == (reading.value, canonical, ())


def test_values_are_what_machines_need() -> None:
    assert read("money", "¥500（テキスト代）", today=TODAY).value == Money(500, "テキスト代")
    prices = read("money", "大人500円、子ども無料", today=TODAY).value
    assert prices == Money(None, "", (Price("大人", 500), Price("子ども", 0)))
    assert isinstance(prices, Money)
    assert not prices.is_free
    assert read("phone", "0889-00-1112（FAX）", today=TODAY).value == (Phone("0889-00-1112", "ファクス"),)
    assert read("capacity", "20組", today=TODAY).value == Capacity(20, "", "組")
    assert read("age", "1歳6か月以上3歳未満", today=TODAY).value == Age(18, 36, below=True)
    assert read("coordinates", "33.145,133.605", today=TODAY).value == Position(33.145, 133.605)


def test_unknown_is_not_free() -> None:
    for typed in ("", "実費", "未定", "有料", "500円"):
        value = read("money", typed, today=TODAY).value
        assert value is None or (isinstance(value, Money) and not value.is_free)


def test_a_swapped_pair_is_put_right_and_said() -> None:
    (change,) = read("coordinates", "130.42,33.59", today=TODAY).changes
    assert (change.rule, change.from_) == ("coordinates-swapped", "130.42,33.59")


def test_short_numbers_need_a_button_and_a_fax_is_not_to_be_called() -> None:
    assert Phone("#7119").is_short
    assert not Phone("0889-00-1111").is_short
    assert Phone("0889-00-1112", "ファクス").is_fax
    assert Phone("0889-00-1111").digits == "0889001111"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_explains_itself_with_an_example_it_reads(kind: str) -> None:
    spec = KINDS[kind]
    reading = read(kind, spec.example, today=TODAY)
    assert reading.value is not None
    assert (reading.text, reading.changes) == (spec.example, ())
    assert spec.hint.endswith("。")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_written_says_nothing(kind: str) -> None:
    for empty in ("", " ", "\u3000\n"):
        reading = read(kind, empty, today=TODAY)
        assert (reading.value, reading.text, reading.problems) == (None, "", ())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "odd", ["a\ud800b", "a\x00b", "a\u202eb", "a\u2066b", "a\x1bb", "あ" * (LONGEST + 1)]
)
def test_characters_nobody_can_see_are_refused_with_a_sentence(kind: str, odd: str) -> None:
    reading = read(kind, odd, today=TODAY)
    assert (reading.value, reading.text) == (None, odd)
    assert reading.problems[0].message.endswith("。")


@pytest.mark.parametrize(
    "text", ["葛󠄀城", "辻󠄀", "𠮷野家", "髙島﨑", "①㈱㌔", "ｶﾞ", "👨‍👩‍👧‍👦", "🇯🇵", "العربية"]
)
def test_free_text_is_kept_exactly(text: str) -> None:
    for kind in ("text", "longtext", "section"):
        reading = read(kind, text, today=TODAY)
        assert (reading.value, reading.text, reading.changes) == (text, text, ())
