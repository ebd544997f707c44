"""Repeats on picked dates while clocks die: each instant makes one notice."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as civil
from typing import cast

from sqlalchemy import func, select

from app.clock import JST, in_japan
from app.closing import actions as closing
from app.notices.models import Notice
from app.repeats import actions as repeats
from app.repeats.models import Firing, Repeat
from app.repeats.rules import Pattern
from app.staff.models import Staff
from tests.chaos import sends
from tests.chaos.process import Plan
from tests.chaos.scenarios import at_random, run_for
from tests.chaos.stage import NAMES, Stage

CLOCKS = ("clock", "clock2", "clock3")
FEW = 20
"""People of one repeat."""
MADE, BEFORE = 62.0, 7.0
"""Seconds before the instant at which a day begins and goes on: copies are made a minute ahead, people are frozen five
seconds ahead."""
OPEN = ("scheduled", "recipients_frozen", "running", "paused")


def picked_dates(stage: Stage, days: int, each: int, kills: int) -> tuple[int, int]:
    """Three clocks, so many repeats a day, clocks killed about every instant; how many instants and fires there were."""
    stage.act(Plan(), deaths=0, kept=(*NAMES, *CLOCKS[1:]))
    first = in_japan(datetime.now(JST)).date() + timedelta(days=1)
    instants, chance = 0, random.Random(days)
    for number in range(days):
        day = first + timedelta(days=number)
        noon = datetime.combine(day, civil(12), JST)
        mine = [_repeat(stage, day, noon) for _ in range(each)]
        instants += each
        strike = functools.partial(at_random(CLOCKS, chance.randrange(99), every=0.7, deaths=kills), stage)
        _set_clock(stage, noon.timestamp() - MADE)
        _until_fired(stage, mine, strike)
        _set_clock(stage, noon.timestamp() - BEFORE)
        end = time.monotonic() + BEFORE
        while time.monotonic() < end:
            run_for(stage, 0.1)
            strike()
        stage.settle(60, until=OPEN)
        _name_copies(stage, mine)
    with stage.db.begin() as session:
        fires = session.scalar(select(func.count()).select_from(Firing).where(~Firing.skipped)) or 0
    stage.line.clock_offset_file.write_text("0", encoding="ascii")
    return instants, fires


def _until_fired(stage: Stage, ids: list[int], strike: Callable[[], None]) -> None:
    end = time.monotonic() + 60
    while _fired(stage, ids) < len(ids) and time.monotonic() < end:
        run_for(stage, 0.1)
        strike()


def _set_clock(stage: Stage, now: float) -> None:
    stage.line.clock_offset_file.write_text(f"{now - time.time():.0f}", encoding="ascii")


def _repeat(stage: Stage, day: date, noon: datetime) -> int:
    """On this picked day, and not on another that was picked and then excluded; answers the id."""
    users, ward = stage.crowd(FEW), f"r{stage.next_person}"
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    pattern = Pattern("dates", civil(12), before, after, dates=(day, after), excluded=(after,))
    with stage.db.begin() as session:
        notice = sends.approved(session, users, ward)
        by = session.get_one(Staff, notice.author_id)
        repeat = repeats.start(session, notice, pattern, by=by, now=noon - timedelta(hours=1))
        stage.notices[notice.id] = set(users)
        return repeat.id


def _fired(stage: Stage, ids: list[int]) -> int:
    with stage.db() as session:
        return session.scalar(select(func.count()).where(Firing.repeat_id.in_(ids))) or 0


def _name_copies(stage: Stage, ids: list[int]) -> None:
    """From now on the copies are what the judge looks at; what they were copied from is over."""
    with stage.db.begin() as session:
        made = select(Firing.notice_id, Repeat.notice_id).join(Repeat, Repeat.id == Firing.repeat_id)
        for copy, original in session.execute(made.where(Repeat.id.in_(ids))).all():
            stage.notices[cast(int, copy)] = stage.notices.pop(original)
            notice = session.get_one(Notice, original)
            by = session.get_one(Staff, notice.author_id)
            closing.cancel(session, notice, reason="x", by=by, now=datetime.now(JST))
