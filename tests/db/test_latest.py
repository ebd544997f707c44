"""「市のお知らせ」 lists what was really sent: released, public, still true, each once."""

from __future__ import annotations

from datetime import timedelta

from app.conversations import facts
from app.db import Sessions
from tests import builders as given


def test_only_what_was_released_and_is_true_is_listed(db: Sessions) -> None:
    with db.begin() as session:
        made = {}
        for number, name in enumerate(
            ("old", "new", "draft", "other", "over", "wrong", "replaced", "listed")
        ):
            notice = given.approved(session, people=1)
            notice.type, notice.title = "town_news", name
            notice.released_at = given.NOON - timedelta(hours=20 - number)
            made[name] = notice
        made["draft"].released_at = None
        made["other"].type = "suspicious_person"
        made["over"].valid_until = given.NOON
        made["wrong"].withdrawn = True
        made["new"].supersedes_id = made["replaced"].id
        made["listed"].rule = {"all": [{"topic": "news"}, {"listed": 1}]}
    with db() as session:
        assert [each.title for each in facts.of_notices(session, "news", given.NOON)] == ["new", "old"]
        assert [each.title for each in facts.of_notices(session, "safety", given.NOON)] == ["other"]


def test_a_notice_that_is_repeated_is_listed_once_and_five_are_enough(db: Sessions) -> None:
    with db.begin() as session:
        first = given.approved(session, people=1)
        first.type, first.title, first.released_at = "town_news", "first", given.NOON - timedelta(days=9)
        for number in range(7):
            again = given.approved(session, people=1)
            again.type, again.title = "town_news", f"n{number}"
            again.released_at = given.NOON - timedelta(days=7 - number)
            again.repeat_of_id = first.id if number > 4 else None
    with db() as session:
        listed = [each.title for each in facts.of_notices(session, "news", given.NOON)]
    assert listed == ["n6", "n4", "n3", "n2", "n1"]
