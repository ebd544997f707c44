"""One-time links: a hash alone is kept, one purpose each, ten minutes, a newer one ends the older."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text

from app.db import Sessions
from app.links import actions, queries, rules
from app.links.models import OneTimeLink
from app.links.rules import For
from tests import builders as given

NOW = given.NOON


def test_a_link_lives_ten_minutes_for_one_purpose_and_its_token_is_nowhere(db: Sessions) -> None:
    token = rules.new_token()
    assert len(token) * 6 >= 128
    with db.begin() as session:
        person = given.resident(session).id
        actions.issue(session, person, token, For("data"), NOW)
    with db() as session:
        almost = NOW + rules.LIFE - timedelta(seconds=1)
        found = queries.valid(session, token, "data", almost)
        assert found is not None
        assert found.resident_id == person
        assert queries.valid(session, token, "data", NOW + rules.LIFE) is None
        assert queries.valid(session, token, "order", NOW) is None
        for odd in (rules.new_token(), "", token[:-1], token + "a", "あ" * 32, token[:-1] + "\n"):
            assert queries.valid(session, odd, "data", NOW) is None
        assert token not in str(session.execute(text("SELECT * FROM one_time_links")).all())


def test_a_newer_link_for_the_same_thing_ends_the_older(db: Sessions) -> None:
    first, second, other = rules.new_token(), rules.new_token(), rules.new_token()
    with db.begin() as session:
        person = given.resident(session).id
        actions.issue(session, person, first, For("order", "order:1"), NOW)
        actions.issue(session, person, other, For("order", "order:2"), NOW)
        actions.issue(session, person, second, For("order", "order:1"), NOW)
    with db.begin() as session:
        assert queries.valid(session, first, "order", NOW) is None
        link = queries.valid(session, second, "order", NOW, lock=True)
        assert link is not None
        actions.use(link, NOW)
    with db.begin() as session:
        assert queries.valid(session, second, "order", NOW) is None
        assert queries.valid(session, other, "order", NOW) is not None
        actions.forget_old(session, NOW + timedelta(days=2))
        assert session.scalars(select(OneTimeLink)).all() == []
