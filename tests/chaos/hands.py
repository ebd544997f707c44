"""What people and the calendar do to a running send: stop it, pause it, let it go out of date, in the middle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.delivery.models import Batch
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.queue import DELIVER, Wakeups
from tests import builders as given
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, into_the_middle, run_for, states
from tests.chaos.stage import NAMES, Stage

WITHOUT_CLOCK = tuple(name for name in NAMES if name != "clock")
GRACE = timedelta(seconds=2)
"""How long after a stop something may still start (I-9)."""
LONG, SLOW = 20_000, 5_000
"""People of forty batches. At full pace all of them are in a sender's hand within a moment and begin within the two
seconds; every other time only a quarter may go within the minute, and the others are there to be stopped."""
TOO_LATE = 21 * 3600
"""Seconds: an hour past the end of every notice here."""


def cancelled(stage: Stage, rounds: int) -> int:
    """Everything is stopped in the middle; how many people were accepted more than two seconds later."""
    stage.act(Plan(), deaths=0)
    late, stopped = 0, 0
    for number in range(rounds):
        mine = into_the_middle(stage, 1, LONG, a_minute=None if number % 2 else SLOW)
        run_for(stage, 0.05 * (number % 4))
        confirmed = stage.cancel_all()
        stage.settle(30)
        run_for(stage, GRACE.total_seconds() + 0.5)
        # What a sender had in hand and not begun is stopped once it gives it back.
        run_for(stage, 20, until=lambda mine=mine: "sending" not in states(stage, mine))
        late += stage.accepted_after(confirmed + GRACE)
        stopped += _stopped(stage, mine)
    assert stage.accepted() and stopped, "nothing was under way when it was stopped"
    return late


def _stopped(stage: Stage, notices: list[int]) -> int:
    """How many batches of these were stopped before they began."""
    with stage.db() as session:
        found = select(func.count()).where(Batch.notice_id.in_(notices), Batch.state == "cancelled")
        return session.scalar(found) or 0


def paused(stage: Stage, rounds: int) -> int:
    """Paused while every batch waits for its next attempt, woken in vain, resumed; people accepted in between."""
    late = 0
    for _ in range(rounds):
        _refused_so_far(stage)
        with stage.db.begin() as session:
            running = session.scalars(select(Notice).where(Notice.state == "running").with_for_update()).all()
            for notice in running:
                notice_actions.pause(session, notice, by="staff", now=datetime.now(UTC))
        late += _woken_in_vain(stage)
        with stage.db.begin() as session:
            by = given.staff(session)
            for notice in session.scalars(select(Notice).where(Notice.state == "paused")).all():
                notice_actions.resume(session, notice, by=by, now=datetime.now(UTC))
        stage.settle(60)
    return late


def out_of_date(stage: Stage, rounds: int) -> int:
    """Their end passes while every batch waits for its next attempt; people accepted, of whom none were before."""
    for _ in range(rounds):
        _refused_so_far(stage)
        stage.line.clock_offset_file.write_text(str(TOO_LATE), encoding="ascii")
        _woken_in_vain(stage)
        stage.settle(30)
        stage.line.clock_offset_file.write_text("0", encoding="ascii")
    return stage.accepted()


def jumped_over_its_instant(stage: Stage) -> tuple[int, int]:
    """The clock jumps an hour while notices wait for their instant; people reached before staff let them go, and how
    many notices were held for staff."""
    stage.act(Plan(), deaths=0, kept=WITHOUT_CLOCK)
    stage.send(2, PEOPLE)
    stage.line.clock_offset_file.write_text("3600", encoding="ascii")
    stage.kept = NAMES
    run_for(stage, 2.5)
    early = stage.accepted()
    with stage.db.begin() as session:
        held = session.scalars(select(Notice).where(Notice.state == "paused")).all()
        by = given.staff(session)
        for notice in held:
            notice_actions.resume(session, notice, by=by, now=datetime.now(UTC) + timedelta(hours=1))
    stage.settle(30)
    stage.line.clock_offset_file.write_text("0", encoding="ascii")
    return early, len(held)


def _refused_so_far(stage: Stage) -> None:
    """Four notices of which LINE has taken nobody, and no clock any more that would see to them."""
    stage.act(Plan(), deaths=0)
    stage.line.order("error", endpoint="multicast", when="before", status=500, count=None)
    stage.send(4, PEOPLE)
    stage.settle(30, until=("scheduled", "recipients_frozen"))
    run_for(stage, 0.5)
    stage.kept = WITHOUT_CLOCK
    stage.kill("clock")


def _woken_in_vain(stage: Stage) -> int:
    """Nothing is under way; LINE is well again and every sender is asked again and again; people accepted all the same."""
    run_for(stage, 0.5)
    reached = stage.accepted()
    stage.clear_faults()
    with stage.client() as client:
        queue = Wakeups(client, "demo")
        for _ in range(16):
            for notice_id in stage.notices:
                queue.wake("ordinary", DELIVER, notice_id)
            run_for(stage, 0.25)
    stage.kept = NAMES
    return stage.accepted() - reached
