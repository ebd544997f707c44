"""For whom a notice is: it has to be chosen, and its number follows what is chosen."""

from __future__ import annotations

from datetime import date, timedelta

from redis import Redis

from app.census import actions as census_actions
from app.db import Sessions
from app.queue import CENSUS, Wakeups
from tests import builders as given
from tests.web.browser import MORNING, Browser
from tests.web.writing import choose, stored, write


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
