"""Many requests at once: each answered after its commit, together in few commits, nobody's oddity another's trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, func, select, text

from app.clock import Clock
from app.conversations.models import Event, Quarantined
from app.conversations.rules import Inbox, NewEvent
from app.db import Sessions
from app.intake import Intake, NotStored

THREADS = 8


def one(number: int, *, id_: str = "") -> Inbox:
    id_ = id_ or f"01{number:024d}"
    return Inbox([NewEvent(id_, f"U{number:032x}", "message", number, b'{"n":%d}' % number, "new")])


def engine_of(db: Sessions) -> Engine:
    engine: Engine = db.kw["bind"]
    return engine


class Counted:
    """An intake that counts its wake-ups."""

    def __init__(self, db: Sessions) -> None:
        self.wakes = 0
        self.intake = Intake(engine_of(db), Clock(None), self._wake)

    def _wake(self) -> None:
        self.wakes += 1

    def tell(self, inbox: Inbox) -> bool:
        try:
            self.intake.store(inbox)
        except NotStored:
            return False
        return True


def commits(db: Sessions) -> int:
    """In how many transactions the events that are there came."""
    with db() as session:
        count: int = session.scalars(text("SELECT count(DISTINCT xmin::text) FROM events")).one()
    return count


def ids(db: Sessions) -> list[str]:
    with db() as session:
        return list(session.scalars(select(Event.webhook_event_id).order_by(Event.webhook_event_id)))


def test_everybody_is_stored_in_fewer_commits(db: Sessions) -> None:
    counted = Counted(db)
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(counted.tell, [one(n) for n in range(400)]))
    assert all(told)
    assert ids(db) == [f"01{n:024d}" for n in range(400)]
    assert commits(db) < 400
    assert 0 < counted.wakes <= commits(db)


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


def test_a_connection_that_died_meanwhile_is_nobodys_trouble(db: Sessions) -> None:
    counted = Counted(db)
    assert counted.tell(one(1))
    with db.begin() as session:
        ended = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'INSERT INTO events%'"
        )
        assert True in session.scalars(ended).all()
    assert counted.tell(one(2))
    assert counted.tell(one(3))
    assert ids(db) == [f"01{n:024d}" for n in (1, 2, 3)]
    assert counted.wakes == 3


def test_what_is_set_aside_comes_with_the_events_beside_it_or_not_at_all(db: Sessions) -> None:
    counted = Counted(db)
    odd = [("なし", b"{}")]
    assert counted.tell(Inbox(one(1).events, odd))
    assert not counted.tell(Inbox(one(2, id_="bad\x00").events, [("なし", b"[]")]))
    assert ids(db) == [f"01{1:024d}"]
    with db() as session:
        assert session.scalars(select(Quarantined.body)).all() == [b"{}"]


def test_a_fault_of_our_own_is_never_a_200(db: Sessions) -> None:
    class Broken(Clock):
        def now(self) -> None:
            raise ValueError("no clock")

    intake = Intake(engine_of(db), Broken(None), lambda: None)
    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(intake.store, one(n)) for n in range(20)]
    assert all(isinstance(call.exception(), ValueError | NotStored) for call in calls)
    assert ids(db) == []
