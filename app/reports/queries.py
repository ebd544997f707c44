"""Find damage reports and who follows them. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.photos.models import Photo
from app.reports import rules
from app.reports.models import NUMBERS, Follower, Report, ReportPhoto
from app.residents.models import Resident
from bot_flows.damage_facts import MyReport, NearReport


def next_number(session: Session) -> int:
    """A receipt number nobody else gets; one that is not used in the end leaves a gap."""
    return int(session.execute(select(NUMBERS.next_value())).scalar_one())


def get(session: Session, number: int) -> Report | None:
    return session.get(Report, number)


def locked(session: Session, number: int) -> Report | None:
    return session.get(Report, number, with_for_update=True, populate_existing=True)


def near(session: Session, position: tuple[float, float]) -> tuple[NearReport, ...]:
    """Open reports within 30 m, nearest first."""
    south, north, west, east = rules.near_box(*position)
    found = select(Report).where(
        Report.state != "done",
        Report.latitude.between(south, north),
        Report.longitude.between(west, east),
    )
    placed = [
        (rules.metres_between(position, (report.latitude, report.longitude)), report)
        for report in session.scalars(found)
        if report.latitude is not None and report.longitude is not None
    ]
    return tuple(
        NearReport(each.number, each.kind, each.state, rules.said_on(in_japan(each.created_at)))
        for metres, each in sorted(placed, key=lambda pair: (pair[0], pair[1].number))
        if metres <= rules.NEAR_METRES
    )


def listing(session: Session, *, state: str = "", limit: int = 100) -> Sequence[Report]:
    """Open ones first, oldest first, so that what waits longest is on top; done ones newest first."""
    found = select(Report).limit(limit)
    if state:
        found = found.where(Report.state == state)
    if state == "done":
        return session.scalars(found.order_by(Report.done_at.desc())).all()
    return session.scalars(found.order_by(Report.state == "done", Report.created_at)).all()


def counts(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Report.state, func.count()).group_by(Report.state)).all())


def followers(session: Session, number: int) -> Sequence[Resident]:
    """Residents who want news of this report and whom LINE can reach."""
    found = (
        select(Resident)
        .join(Follower, Follower.resident_id == Resident.id)
        .where(Follower.number == number, Follower.quiet.is_(False), Resident.state == "friend")
        .order_by(Resident.id)
    )
    return session.scalars(found).all()


def followed(session: Session, resident_id: int, limit: int = 4) -> tuple[tuple[int, str], ...]:
    """Number and kind of the reports a resident still hears of, newest first."""
    found = (
        select(Report.number, Report.kind)
        .join(Follower, Follower.number == Report.number)
        .where(Follower.resident_id == resident_id, Follower.quiet.is_(False), Report.state != "done")
        .order_by(Report.number.desc())
        .limit(limit)
    )
    return tuple((row.number, row.kind) for row in session.execute(found))


def mine(session: Session, resident_id: int, number: int = 0, limit: int = 4) -> tuple[MyReport, ...]:
    """How the reports go on that a resident filed or joined, finished ones too, newest first; or the one named."""
    found = (
        select(Report)
        .join(Follower, Follower.number == Report.number)
        .where(Follower.resident_id == resident_id)
        .order_by(Report.number.desc())
        .limit(limit)
    )
    found = found.where(Report.number == number) if number else found
    return tuple(
        MyReport(each.number, each.kind, each.state, in_japan(each.updated_at).date())
        for each in session.scalars(found)
    )


def of_photo(session: Session, message_id: str) -> Report | None:
    """The report a photo belongs to."""
    return session.scalar(select(Report).join(ReportPhoto).where(ReportPhoto.message_id == message_id))


def photos_past(session: Session, before: datetime) -> list[str]:
    """Photos of reports that were finished before."""
    found = select(Photo.message_id).join(ReportPhoto).join(Report).where(Report.done_at < before)
    return list(session.scalars(found))
