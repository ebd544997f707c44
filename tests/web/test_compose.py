"""Writing a notice: fields put right in sight, red lines, a look before asking."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import Sessions
from app.notices.models import Notice, TrackedLink
from tests import builders as given
from tests.web.browser import Browser
from tests.web.writing import FIELDS, choose, form, stored, write


def test_every_type_of_the_list_opens_its_form(author: Browser) -> None:
    page = author.get("/console/notices/new")
    addresses = [part.partition('"')[0] for part in page.split('class="card" href="')[1:]]
    assert "/console/notices/new/event" in addresses
    for address in addresses:
        author.get(address)


def test_canonical_fields_are_stored_as_they_are(author: Browser, db: Sessions) -> None:
    write(author)
    notice = stored(db)
    assert (notice.state, notice.title, notice.fields) == ("draft", FIELDS["イベント名"], FIELDS)
    assert notice.rule == {}


def test_what_is_put_right_is_shown_before_it_is_stored(author: Browser, db: Sessions) -> None:
    typed = form(開催日="２０２６年１２月５日", 時間="10時〜12時")
    author.post("/console/notices/new/event", 200, **typed)
    assert "2か所を、読みやすい形に直しました" in author.page
    assert "「２０２６年１２月５日」を「2026年12月5日（土）」" in author.page
    assert 'value="10:00-12:00"' in author.page
    with db() as session:
        assert session.scalars(select(Notice)).all() == []


def test_a_correction_can_be_taken_back(author: Browser, db: Sessions) -> None:
    author.post("/console/notices/new/event", 200, **form(時間="10時〜12時"))
    back = form(時間="10:00-12:00") | {"was:時間": "10時〜12時", "undo": "時間"}
    author.post("/console/notices/new/event", 200, **back)
    assert 'value="10時〜12時"' in author.page
    author.post("/console/notices/new/event", **(form(時間="10時〜12時") | {"keep:時間": "yes"}))
    assert stored(db).fields["時間"] == "10時〜12時"


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("開催日", "", "開催日を入力してください"),
        ("開催日", "12月の土曜", "日付として読めません"),
        ("連絡先", "でんわ", "電話番号"),
        ("内容", "あ" * 1001, "1字減らしてください"),
        ("詳細情報", "javascript:alert(1)", "https://"),
    ],
)
def test_a_field_that_cannot_be_read_says_why_and_keeps_what_was_typed(
    author: Browser, db: Sessions, label: str, typed: str, sentence: str
) -> None:
    author.post("/console/notices/new/event", 422, **form(**{label: typed}))
    assert "直すところが1つあります" in author.page
    assert author.page.count(sentence) >= 2
    assert 'aria-invalid="true"' in author.page
    assert typed in author.page
    with db() as session:
        assert session.scalars(select(Notice)).all() == []


def test_the_check_shows_what_will_be_sent_and_asking_freezes_it(author: Browser, db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    address = write(author)
    choose(author, address)
    page = author.get(f"{address}/check")
    assert "【イベント名】汐野みなと冬まつり" in page
    assert "「イベント」を選んだ人 30人に届きます" in page
    assert "✕ 直す" not in page
    assert "申し込" in page
    page = author.follow(author.post(f"{address}/submit"))
    assert "承認を依頼しました" in page
    notice = stored(db)
    assert (notice.state, notice.expected_count) == ("content_frozen", 30)
    assert notice.messages is not None
    with db() as session:
        links = session.scalars(select(TrackedLink)).all()
        assert {link.url for link in links} >= {"https://apply.shiono.example.jp/fuyu/"}
        assert all(link.id.encode() in (notice.messages or b"") for link in links)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"開催日": "2026年11月5日（木）"}, "過ぎた日です"),
        ({"備考": "1234 5678 9018 の方へ"}, "個人番号"),
        ({"備考": "4111 1111 1111 1111"}, "カード番号"),
        ({"内容": "避難指示が出ました。"}, "緊急のときのことば"),
    ],
)
def test_a_red_line_cannot_be_crossed(
    author: Browser, db: Sessions, changes: dict[str, str], sentence: str
) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    address = write(author, **changes)
    choose(author, address)
    assert sentence in author.get(f"{address}/check")
    assert "の承認を依頼する</button>" not in author.page
    page = author.follow(author.post(f"{address}/submit"))
    assert "直すところが" in page
    assert stored(db).state == "draft"


def test_a_notice_that_changed_meanwhile_is_not_written_over(author: Browser, db: Sessions) -> None:
    address = write(author)
    author.get(f"{address}/fields")
    author.post(f"{address}/fields", 409, **(form(会場="西区民会館") | {"version": "0"}))
    assert "ほかの画面でこのお知らせが変更されました" in author.page
    assert "西区民会館" in author.page
    assert stored(db).fields["会場"] == FIELDS["会場"]


def test_typing_a_field_asks_the_same_reading(author: Browser) -> None:
    answer = author.client.get(
        "/console/notice-types/event/read", query_string={"label": "時間", "value": "10時〜12時"}
    )
    assert answer.json == {
        "text": "10:00-12:00",
        "sentence": "「10時〜12時」を「10:00-12:00」に直しました。",
        "problem": False,
    }


def test_nothing_staff_write_becomes_markup(author: Browser, db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 3)
    evil = "<script>alert(1)</script>{{7919*7919}}{% raw %}"
    address = write(author, 会場=evil, 備考=evil)
    choose(author, address)
    for page in ("", "/fields", "/audience", "/check"):
        answer = author.client.get(address + page)
        assert "<script>alert" not in answer.text
        assert "62710561" not in answer.text
    assert "{{7919*7919}}" in author.get(f"{address}/check")
