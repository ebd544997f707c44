"""The second person sees exactly what was frozen and agrees to that, or gives it back with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.db import Sessions
from app.notices import actions
from app.notices.models import Notice
from app.staff import queries as staff_queries
from tests import builders as given
from tests.web.browser import MORNING, Browser

SELF = "自分で作ったお知らせは、自分では承認できません"


@pytest.fixture
def author(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author", "approver")


@pytest.fixture
def approver(person: Callable[..., Browser]) -> Browser:
    return person("shonin", "approver")


@pytest.fixture
def address(author: Browser, db: Sessions) -> str:
    """A notice that waits for approval, written by ``sakusei`` for 30 people."""
    with db.begin() as session:
        given.residents(session, 30)
        by = staff_queries.by_login(session, "sakusei")
        assert by is not None
        notice = actions.draft(session, given.draft(), by=by, now=MORNING)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 30), by=by, now=MORNING)
        return f"/console/notices/{notice.id}"


def stored(db: Sessions) -> Notice:
    with db() as session:
        return session.scalars(select(Notice)).one()


def seen_hash(browser: Browser) -> str:
    return browser.page.partition('name="content_hash" value="')[2].partition('"')[0]


def test_it_is_listed_for_the_second_person_with_its_number(approver: Browser, address: str) -> None:
    page = approver.get("/console/approvals")
    assert "あなたの承認を待っています（1件）" in page
    assert "30人" in page
    assert "承認待ち" in approver.get("/console/")


def test_the_page_shows_the_frozen_messages_and_the_number(
    approver: Browser, address: str, db: Sessions
) -> None:
    page = approver.get(f"{address}/approval")
    assert "お知らせ</div>" in page
    assert "「イベント」を選んだ人 30人に、下の内容をそのまま送ります" in page
    assert seen_hash(approver) == stored(db).content_hash


def test_approving_binds_content_and_number(approver: Browser, address: str, db: Sessions) -> None:
    approver.get(f"{address}/approval")
    page = approver.follow(approver.post(f"{address}/approve", content_hash=seen_hash(approver)))
    assert "30人へのこの内容を承認しました" in page
    notice = stored(db)
    assert (notice.state, notice.approved_count, notice.approved_hash) == (
        "approved",
        30,
        notice.content_hash,
    )


def test_the_author_is_told_why_not(author: Browser, address: str, db: Sessions) -> None:
    page = author.get(f"{address}/approval")
    assert SELF in page
    assert "承認する</button>" not in page
    notice = stored(db)
    author.get("/console/words")
    answer = author.post(f"{address}/approve", content_hash=notice.content_hash)
    assert SELF in author.follow(answer)
    assert stored(db).state == "content_frozen"


def test_what_changed_after_the_page_was_opened_is_not_approved(
    approver: Browser, author: Browser, address: str, db: Sessions
) -> None:
    approver.get(f"{address}/approval")
    seen = seen_hash(approver)
    with db.begin() as session:
        notice = session.scalars(select(Notice)).one()
        by = staff_queries.by_login(session, "sakusei")
        assert by is not None
        actions.edit(session, notice, given.draft(), by=by, now=MORNING)
        changed = given.MESSAGES.replace("お知らせ".encode(), "別の文".encode())
        actions.submit(session, notice, actions.Frozen(changed, 30), by=by, now=MORNING)
    page = approver.follow(approver.post(f"{address}/approve", content_hash=seen))
    assert "内容が変更されたため、承認をやり直してください" in page
    assert "別の文" in page
    assert stored(db).state == "content_frozen"


@pytest.mark.parametrize("content_hash", ["", "0" * 64])
def test_no_hash_is_no_approval(approver: Browser, address: str, db: Sessions, content_hash: str) -> None:
    approver.get(f"{address}/approval")
    approver.post(f"{address}/approve", content_hash=content_hash)
    assert stored(db).state == "content_frozen"


def test_giving_back_needs_a_reason_and_the_author_reads_it(
    approver: Browser, author: Browser, address: str, db: Sessions
) -> None:
    approver.get(f"{address}/approval")
    assert "差し戻す理由を入力してください" in approver.follow(
        approver.post(f"{address}/give-back", reason=" ")
    )
    approver.get(f"{address}/approval")
    approver.post(f"{address}/give-back", reason="会場の階を入れてください。")
    assert stored(db).state == "draft"
    assert "会場の階を入れてください。" in author.get(address)
    assert "会場の階を入れてください。" in author.get("/console/")


def test_a_second_press_changes_nothing(approver: Browser, address: str, db: Sessions) -> None:
    approver.get(f"{address}/approval")
    seen = seen_hash(approver)
    approver.post(f"{address}/approve", content_hash=seen)
    first = stored(db).approved_at
    approver.get("/console/words")
    page = approver.follow(approver.post(f"{address}/approve", content_hash=seen))
    assert "このお知らせは「承認済み」です" in page
    assert stored(db).approved_at == first


def test_changing_it_afterwards_voids_the_approval(
    approver: Browser, author: Browser, address: str, db: Sessions
) -> None:
    approver.get(f"{address}/approval")
    approver.post(f"{address}/approve", content_hash=seen_hash(approver))
    assert "承認からやり直し" in author.get(f"{address}/audience")
    author.post(f"{address}/audience", **{"row-0-kind": "topic", "row-0-value": "garbage", "act": "next"})
    notice = stored(db)
    assert (notice.state, notice.approved_at, notice.messages) == ("draft", None, None)
