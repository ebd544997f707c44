"""People taken out by hand, who was not reached, and a correction to exactly those who were."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import packing, queries
from app.delivery.claims import Claim
from app.delivery.models import Batch
from app.errors import Refused
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.pulling import actions as pulling
from app.release import actions as release
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules
from app.staff.models import Staff
from tests import builders as given
from tests.db.ledger import LOST, OK, notice_of, start, take, tell

NOON = given.NOON
DAY = NOON.date()


def pull(db: Sessions, notice_id: int, *names: str, reason: str = "電話で頼まれた") -> pulling.Pulled:
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        return pulling.pull(session, notice, names, reason=reason, by=by, now=NOON)


def everybody(db: Sessions) -> list[int]:
    with db() as session:
        return list(session.scalars(select(Resident.id).order_by(Resident.id)))


def test_a_person_pulled_after_the_freeze_is_not_sent_to(db: Sessions) -> None:
    notice_id = start(db, 10)
    ids = everybody(db)
    with db() as session:
        line_id = session.get_one(Resident, ids[1]).line_user_id
    assert pull(db, notice_id, str(ids[0]), line_id, "U-nobody", "99999999") == pulling.Pulled(
        2, 0, ("U-nobody", "99999999")
    )
    [claim] = take(db, notice_id)
    assert claim.size == 8 and line_id.encode() not in claim.body
    tell(db, notice_id, [(claim, OK)])
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)
        assert queries.excluded_by_reason(session, notice_id) == {"pulled": 2}
        assert list(queries.not_reached(session, notice_id)) == [(ids[0], "pulled"), (ids[1], "pulled")]


def test_once_the_batch_is_sealed_it_is_too_late_and_said_so(db: Sessions) -> None:
    notice_id = start(db, 600)
    ids = everybody(db)
    [first] = take(db, notice_id, limit=1)
    assert pull(db, notice_id, str(ids[0]), str(ids[599])) == pulling.Pulled(1, 1, ())
    [second] = take(db, notice_id)
    tell(db, notice_id, [(first, OK), (second, OK)])
    with db() as session:
        assert queries.people(session, notice_id, "accepted") == ids[:599]


def test_who_was_too_late_is_left_out_when_line_refuses_the_request(db: Sessions) -> None:
    notice_id = start(db, 40)
    ids = everybody(db)
    [claim] = take(db, notice_id)
    assert pull(db, notice_id, str(ids[3])) == pulling.Pulled(0, 1, ())
    tell(db, notice_id, [(claim, Answer(400))])
    halves = take(db, notice_id)
    tell(db, notice_id, [(half, OK) for half in halves])
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)
        assert list(queries.not_reached(session, notice_id)) == [(ids[3], "pulled")]
        assert queries.people(session, notice_id, "accepted") == [*ids[:3], *ids[4:]]


@pytest.mark.parametrize(
    ("names", "reason", "sentence"),
    [((), "頼まれた", "番号を入力"), (("1",), " ", "理由を入力"), (("1",) * 1 + tuple(map(str, range(2, 2003))), "多い", "2,000人まで")],
)  # fmt: skip
def test_a_pull_that_says_too_little_is_refused(
    db: Sessions, names: tuple[str, ...], reason: str, sentence: str
) -> None:
    notice_id = start(db, 3)
    with pytest.raises(Refused, match=sentence):
        pull(db, notice_id, *names, reason=reason)


def test_a_correction_means_exactly_those_line_accepted_it_for(db: Sessions) -> None:
    notice_id = start(db, 1500)
    ids = everybody(db)
    one, two, _ = take(db, notice_id)
    tell(db, notice_id, [(one, OK), (two, LOST)])
    with db.begin() as session:
        session.execute(update(Resident).where(Resident.id == ids[3]).values(topics=[]))
        session.execute(update(Resident).where(Resident.id == ids[4]).values(state="blocked"))
    rule = segment_rules.from_json({"received": notice_id})
    with db() as session:
        found = segment_queries.audience_ids(session, rule, DAY, after_id=0, limit=5000)
    assert found == [id_ for id_ in ids[:500] if id_ != ids[4]], "who lost interest still gets the correction"


def correction(db: Sessions, original: int, people: int, *, replaces: bool = True) -> int:
    with db.begin() as session:
        notice = given.scheduled(session, people=people, rule={"received": original})
        notice.supersedes_id = original if replaces else None
        return notice.id


def frozen(db: Sessions, notice_id: int, now: datetime) -> bool:
    with db.begin() as session:
        return release.release(session, notice_id, now)


def test_a_correction_reaches_who_was_accepted_after_it_was_approved_too(db: Sessions) -> None:
    original = start(db, 1500)
    ids = everybody(db)
    one, two = take(db, original, limit=2)
    tell(db, original, [(one, OK)])
    corrected = correction(db, original, people=990)
    assert not frozen(db, corrected, NOON - timedelta(seconds=3)), (
        "people may still be added until its instant"
    )
    assert notice_of(db, original).pause_reason == "correction"
    with pytest.raises(claiming.NotRunning):
        take(db, original)
    assert not frozen(db, corrected, NOON), "the second request is still under way"
    tell(db, original, [(two, OK)])
    with db.begin() as session:
        # Somebody resumed the original in between: the correction stops it again.
        by = session.get_one(Staff, notice_of(db, original).author_id)
        notice_actions.resume(session, session.get_one(Notice, original), by=by, now=NOON)
        session.execute(
            update(Notice).where(Notice.id == corrected).values(approved_count=1000, expected_count=1000)
        )
    assert frozen(db, corrected, NOON)
    assert notice_of(db, original).state == "paused"
    with db.begin() as session:
        assert not release.plan(session, corrected, NOON)
        assert closing.retire(session, original, NOON)
    assert {id_ for claim in take(db, corrected) for id_ in members(db, claim)} == set(ids[:1000])


def members(db: Sessions, claim: Claim) -> list[int]:
    with db() as session:
        return packing.unpack(session.get_one(Batch, claim.batch_id).members)


def test_what_goes_to_the_readers_of_a_notice_it_does_not_replace_waits_for_its_end(db: Sessions) -> None:
    original = start(db, 600)
    one, two = take(db, original)
    tell(db, original, [(one, OK)])
    follower = correction(db, original, people=600, replaces=False)
    assert not frozen(db, follower, NOON)
    assert notice_of(db, original).state == "running"
    tell(db, original, [(two, OK)])
    with db.begin() as session:
        assert closing.finish(session, original, NOON)
    assert frozen(db, follower, NOON)


def test_the_fingerprint_of_a_ledger_changes_with_one_outcome(db: Sessions) -> None:
    notice_id = start(db, 600)
    first, second = take(db, notice_id)
    tell(db, notice_id, [(first, OK)])
    with db() as session:
        before = queries.fingerprint(session, notice_id)
        assert queries.fingerprint(session, notice_id) == before
    tell(db, notice_id, [(second, OK)])
    with db() as session:
        assert queries.fingerprint(session, notice_id) != before
