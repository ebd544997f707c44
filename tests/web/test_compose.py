"""Writing a notice: fields put right in sight, an audience that has to be chosen, a look before asking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from redis import Redis
from sqlalchemy import select, update

from app.census import actions as census_actions
from app.console import freezing
from app.db import Sessions
from app.notices import actions as notice_actions
from app.notices.models import Notice, TrackedLink
from app.notices.rules import Release
from app.queue import CENSUS, Wakeups
from app.staff.models import Staff
from tests import builders as given
from tests.web.browser import MORNING, Browser, SetClock

FIELDS = {
    "イベント名": "汐野みなと冬まつり",
    "主催者": "汐野市文化観光局",
    "内容": "みんなで歌い、鍋を囲みます。",
    "参加申込": "ウェブで申し込み https://apply.shiono.example.jp/fuyu/",
    "詳細情報": "https://www.city.shiono.example.jp/moyoshi/fuyu/",
    "料金": "¥500（鍋の代金）",
    "開催日": "2026年12月5日（土）",
    "時間": "10:00-12:00",
    "会場": "汐野市民会館 大ホール",
    "住所": "汐野市中区港町3-3-1",
    "問合先": "文化観光局 催し案内",
    "連絡先": "0889-00-5126",
    "支払い": "https://pay.shiono.example.jp/fuyu/",
}


def form(**changes: str) -> dict[str, str]:
    return {f"f:{label}": text for label, text in (FIELDS | changes).items()}


@pytest.fixture
def author(person: Callable[..., Browser]) -> Browser:
    there = person("sakusei", "author")
    there.get("/console/notices/new/event")
    return there


def stored(db: Sessions) -> Notice:
    with db() as session:
        return session.scalars(select(Notice)).one()


def write(author: Browser, **changes: str) -> str:
    """Write the draft and open its audience; answers the notice's address."""
    answer = author.post("/console/notices/new/event", **form(**changes))
    author.follow(answer)
    return answer.headers["Location"].removesuffix("/audience")


def choose(author: Browser, address: str, status: int = 303, **rows: object) -> None:
    author.get(f"{address}/audience")
    topic = {"row__0__kind": "topic", "row__0__value": "events", "act": "next"}
    author.post(f"{address}/audience", status, **(topic | rows))


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


def test_no_condition_reaches_nobody(author: Browser, db: Sessions) -> None:
    address = write(author)
    with db.begin() as session:
        given.residents(session, 30)
    author.get(f"{address}/audience")
    author.post(f"{address}/audience", 422, row__0__kind="topic", act="next")
    assert "いまは0人です" in author.page
    author.post(f"{address}/audience", 422, act="next")
    assert stored(db).rule == {}


def test_the_number_follows_the_rows(author: Browser, db: Sessions) -> None:
    address = write(author)
    with db.begin() as session:
        given.residents(session, 25)
        given.resident(session, topics=["childcare"], ward="中区", born=[date(2026, 4, 1)])
    page = author.get("/console/audience/count?row-0-kind=topic&row-0-value=events")
    assert "25人" in page
    assert "「イベント」を選んだ人" in page
    query = "row-0-kind=topic&row-0-value=childcare&row-1-kind=child&row-1-from=6&row-1-to=12&row-2-kind=place&row-2-value=ward:東区&row-2-excludes=yes"
    page = author.get(f"/console/audience/count?{query}")
    assert "1人" in page
    assert "20人未満" in page
    assert address


def test_rows_are_added_and_taken_away_without_script(author: Browser) -> None:
    address = write(author)
    kept = {"row__0__kind": "topic", "row__0__value": "events"}
    author.post(f"{address}/audience", 200, **(kept | {"add": "place"}))
    assert "2 住んでいるところ" in author.page
    assert "中区の全部" in author.page
    author.post(f"{address}/audience", 200, **(kept | {"row__1__kind": "place", "remove": "0"}))
    assert "1 住んでいるところ" in author.page
    author.post(f"{address}/audience", 200, **(kept | {"add": "exclude"}))
    assert "（この人を除く）" in author.page


def test_a_saved_segment_is_offered_again(author: Browser, db: Sessions) -> None:
    address = write(author)
    rows = {"row__0__kind": "place", "row__0__value": "ward:中区"}
    author.post(f"{address}/audience", 200, **(rows | {"act": "save", "name": "中区の人"}))
    assert "この対象を保存しました" in author.page
    author.post(f"{address}/audience", 422, **(rows | {"act": "save", "name": "中区の人"}))
    assert "もうあります" in author.page
    page = author.get(f"{address}/audience")
    number = page.partition('name="saved" value="')[2].partition('"')[0]
    author.post(f"{address}/audience", 200, saved=number)
    assert "中区に住む人" in author.page


def test_a_forged_value_is_refused(author: Browser, db: Sessions) -> None:
    address = write(author)
    choose(author, address, 422, row__0__value="everything")
    assert "選べない条件" in author.page


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


def test_the_same_that_waits_for_its_approval_needs_a_reason(author: Browser, db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    drafts = []
    for _ in range(2):
        author.get("/console/notices/new/event")
        drafts.append(write(author))
        choose(author, drafts[-1])
    assert "承認を依頼しました" in author.follow(author.post(f"{drafts[0]}/submit"))
    assert "理由を書いてください" in author.follow(author.post(f"{drafts[1]}/submit"))


def test_of_two_who_submit_the_same_in_one_moment_the_second_needs_a_reason(
    author: Browser, db: Sessions
) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    for _ in range(2):
        author.get("/console/notices/new/event")
        draft = write(author)
        choose(author, draft)
    answers: list[str] = []
    second = threading.Thread(target=lambda: answers.append(author.follow(author.post(f"{draft}/submit"))))
    with db.begin() as session:
        freezing.one_submits(session)
        first = session.scalars(select(Notice).order_by(Notice.id)).first()
        assert first is not None
        by = session.get_one(Staff, first.author_id)
        notice_actions.submit(session, first, notice_actions.Frozen(b"[]", 30), by=by, now=MORNING)
        session.flush()
        second.start()
        second.join(0.5)
    second.join(10)
    assert "理由を書いてください" in answers[0]


def test_the_same_that_was_held_needs_a_reason(
    author: Browser, person: Callable[..., Browser], db: Sessions
) -> None:
    """It is still going to be sent."""
    with db.begin() as session:
        given.residents(session, 30)
    person("shounin", "approver")
    for _ in range(2):
        author.get("/console/notices/new/event")
        draft = write(author)
        choose(author, draft)
        with db.begin() as session:
            waiting = session.scalar(select(Notice).where(Notice.state != "draft"))
            if waiting is not None:
                by = session.scalars(select(Staff).where(Staff.login == "shounin")).one()
                notice_actions.approve(
                    session, waiting, content_hash=waiting.content_hash or "", by=by, now=given.NOON
                )
                at = Release(given.NOON + timedelta(hours=1), 30)
                notice_actions.schedule(session, waiting, at, by=by, now=given.NOON)
                notice_actions.move(session, waiting, "hold", by="system", now=given.NOON)
                waiting.pause_reason = "late"
        answer = author.follow(author.post(f"{draft}/submit"))
    assert "理由を書いてください" in answer


def test_the_same_for_the_same_people_within_a_day_needs_a_reason(
    author: Browser, person: Callable[..., Browser], db: Sessions, clock: SetClock
) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    first = write(author)
    choose(author, first)
    author.get(f"{first}/check")
    author.post(f"{first}/submit")
    with db.begin() as session:
        session.execute(update(Notice).values(released_at=clock.now() - timedelta(hours=23)))
    author.get("/console/notices/new/event")
    address = write(author)
    choose(author, address)
    assert "もう一度送る理由" in author.get(f"{address}/check")
    assert "理由を書いてください" in author.follow(author.post(f"{address}/submit", again=" "))
    assert "承認を依頼しました" in author.follow(author.post(f"{address}/submit", again="音が出なかったため"))
    assert "理由：音が出なかったため" in person("shounin", "approver").get(f"{address}/approval")
    with db.begin() as session:
        session.execute(update(Notice).values(released_at=clock.now() - timedelta(hours=25)))
    author.get("/console/notices/new/event")
    address = write(author)
    choose(author, address)
    assert "もう一度送る理由" not in author.get(f"{address}/check")


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


def test_a_large_town_is_counted_by_the_census_and_the_page_says_of_when(
    author: Browser, db: Sessions, redis: Redis
) -> None:
    address = write(author)
    with db.begin() as session:
        given.residents(session, 30)
    with given.large_town(db):
        choose(author, address)
        assert "いま 30人に届きます" in author.get(f"{address}/check")
    assert CENSUS in [job.func_name for job in Wakeups(redis, "test").queue("chores").jobs]
    with db.begin() as session:
        census_actions.take(session, MORNING - timedelta(minutes=2))
    with db.begin() as session:
        given.resident(session)
    assert "（10:28時点の人数）" in author.get("/console/audience/count?row-0-kind=topic&row-0-value=events")
    assert "10:28時点 30人に届きます" in author.get(f"{address}/check")
    author.post(f"{address}/submit")
    assert stored(db).expected_count == 31, "what is frozen is counted by PostgreSQL itself"
