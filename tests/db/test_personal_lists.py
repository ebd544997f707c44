"""The list of a personal notice: read whole or refused, frozen with its notice, forgotten after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.closing import actions as closing
from app.db import Sessions
from app.errors import Refused
from app.notices.models import Notice
from app.personal import actions as personal
from app.personal.models import PersonalList, PersonalValues
from app.staff.models import Staff
from tests import builders as given
from tests.db.ledger import OK, take
from tests.db.test_personal import NOON, start, tell_all


def load(
    db: Sessions, rows: Callable[[list[int]], list[tuple[int, tuple[str, ...]]]], names: tuple[str, ...]
) -> int:
    with db.begin() as session:
        author = given.staff(session)
        ids = given.residents(session, 3)
        notice = given.actions.draft(session, given.draft(), by=author, now=NOON)
        personal.load(session, notice, names, rows(ids), by=author, now=NOON)
        return notice.id


@pytest.mark.parametrize(
    ("names", "words", "sentence"),
    [
        (("会場",), lambda ids: [(ids[0], ("A",)), (ids[1], (" ",))], "2人目の「会場」：値がありません"),
        (("会場",), lambda ids: [(ids[0], ("A", "B"))], "1人目：値が2個"),
        (("会場",), lambda ids: [(ids[0], ("A\u202eB",))], "1人目の「会場」：見えない文字"),
        (("会場",), lambda ids: [(ids[0], ("番号 1234-5678-9018",))], "1人目の「会場」：個人番号"),
        (("会場",), lambda ids: [(ids[0], ("A",)), (ids[0], ("B",))], "同じ人が2回"),
        (("会場",), lambda ids: [(10**8, ("A",))], "登録のない住民番号があります（100000000）"),
        (("会場",), lambda ids: [], "一覧に人がいません"),
        (("会場", "会場"), lambda ids: [], "同じ名前の列"),
        (("名簿",), lambda ids: [], "「名簿」は差し込めない項目"),
        (("案内ページ",), lambda ids: [(ids[0], ("http://x.example/n/1",))], "アドレスが正しくありません"),
    ],
)  # fmt: skip
def test_a_list_with_a_fault_is_refused_whole_and_says_where(
    db: Sessions,
    names: tuple[str, ...],
    words: Callable[[list[int]], list[tuple[int, tuple[str, ...]]]],
    sentence: str,
) -> None:
    with pytest.raises(Refused, match=sentence):
        load(db, words, names)
    with db() as session:
        assert session.scalars(select(PersonalValues)).all() == []


@pytest.mark.parametrize(
    ("type_", "messages", "sentence"),
    [
        ("event", '[{"type":"text","text":"{{会場}}{{地区}}"}]', "「{{地区}}」の値がありません"),
        ("event", '[{"type":"text","text":"{{名前}}さん"}]', "「{{名前}}」は、.*LINEの本文に入れられません"),
        ("tax_notice", '[{"type":"text","text":"{{会場}}"}]', "「{{会場}}」は、.*LINEの本文に入れられません"),
        ("event", '[{"type":"text","text":"お知らせ"}]', "差し込む所がありません"),
        ("event", '[{"type":"text","text":"%s{{会場}}"}]' % ("あ" * 4999), r"住民番号\d+の人の文"),
    ],
)
def test_what_may_not_go_out_is_refused_before_approval(
    db: Sessions, type_: str, messages: str, sentence: str
) -> None:
    notice_id = load(db, lambda ids: [(ids[0], ("A",)), (ids[1], ("BB",))], ("会場",))
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        notice.type = type_
        with pytest.raises(Refused, match=sentence):
            personal.look(session, notice, messages.encode())


def test_a_template_never_goes_out_without_its_list(db: Sessions) -> None:
    with db.begin() as session:
        author = given.staff(session)
        notice = given.actions.draft(session, given.draft(), by=author, now=NOON)
        with pytest.raises(Refused, match="値がありません"):
            personal.look(session, notice, given.PERSONAL)
        with pytest.raises(Refused, match="値がありません"):
            given.actions.submit(
                session, notice, given.actions.Frozen(given.PERSONAL, 3), by=author, now=NOON
            )


def test_from_its_approval_on_a_list_only_shrinks(db: Sessions) -> None:
    with db.begin() as session:
        notice = given.personal(session, given.residents(session, 3))
        other = given.resident(session)
        author = session.get_one(Staff, notice.author_id)
        with pytest.raises(Refused, match="下書き"):
            personal.load(session, notice, given.NAMES, [(other.id, ("A", "B"))], by=author, now=NOON)
    for words in (
        "INSERT INTO personal_values VALUES (:n, :r, '{a,b}')",
        "UPDATE personal_values SET words = '{a,b}'",
    ):
        with db() as session, pytest.raises(DBAPIError, match="frozen with its notice"):
            session.execute(text(words), {"n": notice.id, "r": other.id} if ":n" in words else {})


def test_another_list_is_another_hash(db: Sessions) -> None:
    with db.begin() as session:
        ids = given.residents(session, 3)
        one, two = given.personal(session, ids), given.personal(session, ids[:2])
        assert one.values_hash != two.values_hash
        before = one.content_hash
        one.values_hash = two.values_hash
        assert given.actions.hash_of(one) != before


def test_a_list_is_forgotten_a_week_after_its_notice(db: Sessions) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    tell_all(db, notice_id, claim, OK)
    with db.begin() as session:
        closing.finish(session, notice_id, NOON)
        personal.forget_old(session, NOON + timedelta(days=6))
        assert session.get(PersonalList, notice_id) is not None
    with db.begin() as session:
        personal.forget_old(session, NOON + timedelta(days=8))
        assert session.scalars(select(PersonalValues)).all() == []
