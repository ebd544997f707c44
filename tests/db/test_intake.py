"""Many requests at once: each answered after its commit, together in few commits, nobody's oddity another's trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event, func, select

from app.clock import Clock
from app.conversations.models import Event
from app.conversations.rules import Inbox, NewEvent
from app.db import Sessions
from app.intake import Intake, NotStored

THREADS = 8


def one(number: int, *, id_: str = "") -> Inbox:
    id_ = id_ or f"01{number:024d}"
    return Inbox([NewEvent(id_, f"U{number:032x}", "message", number, b'{"n":%d}' % number, "new")])


class Counted:
    """An intake that counts its commits and wake-ups."""

    def __init__(self, db: Sessions) -> None:
        self.commits = self.wakes = 0
        event.listen(db, "after_commit", self._commit)
        self.intake = Intake(db, Clock(None), self._wake)

    def _commit(self, *_: object) -> None:
        self.commits += 1

    def _wake(self) -> None:
        self.wakes += 1

    def tell(self, inbox: Inbox) -> bool:
        try:
            self.intake.store(inbox)
        except NotStored:
            return False
        return True


def ids(db: Sessions) -> list[str]:
    with db() as session:
        return list(session.scalars(select(Event.webhook_event_id).order_by(Event.webhook_event_id)))


def test_everybody_is_stored_in_fewer_commits(db: Sessions) -> None:
    counted = Counted(db)
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(counted.tell, [one(n) for n in range(400)]))
    assert all(told)
    assert ids(db) == [f"01{n:024d}" for n in range(400)]
    assert counted.commits < 400
    assert 0 < counted.wakes <= counted.commits


def test_what_cannot_be_stored_is_told_and_the_others_are(db: Sessions) -> None:
    counted = Counted(db)
    inboxes = [one(n, id_="bad\x00" if n % 10 == 3 else "") for n in range(100)]
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(counted.tell, inboxes))
    assert told == [n % 10 != 3 for n in range(100)]
    assert len(ids(db)) == 90


def test_the_same_event_twice_is_one_event(db: Sessions) -> None:
    counted = Counted(db)
    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(counted.tell, [one(n % 5) for n in range(50)]))
    assert len(ids(db)) == 5
    with db() as session:
        new = session.scalar(select(func.count()).where(Event.state == "new", Event.done_at.is_(None)))
    assert new == 5


def test_a_fault_of_our_own_is_never_a_200(db: Sessions) -> None:
    class Broken(Clock):
        def now(self) -> None:
            raise ValueError("no clock")

    intake = Intake(db, Broken(None), lambda: None)
    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(intake.store, one(n)) for n in range(20)]
    assert all(isinstance(call.exception(), ValueError | NotStored) for call in calls)
    assert ids(db) == []
