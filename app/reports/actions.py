"""File a report, follow one, hear no more of it; staff move it on and everybody who follows hears of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.photos import actions as photo_actions
from app.pushes import actions as push_actions
from app.reports import queries, rules
from app.reports.models import Follower, Report, ReportPhoto
from app.residents.models import Resident
from app.staff.models import Staff
from bot_flows import damage_news
from bot_flows.damage_facts import MOST_PHOTOS, FileReport


def file(session: Session, resident: Resident, asked: FileReport, now: datetime) -> Report:
    """Keep the report; its photos are fetched afterwards. The resident follows it."""
    latitude, longitude = asked.position or (None, None)
    report = Report(
        number=asked.number,
        resident_id=resident.id,
        kind=asked.kind,
        latitude=latitude,
        longitude=longitude,
        place=asked.place[:200],
        district=asked.district,
        words=asked.words[:400],
        created_at=now,
        updated_at=now,
    )
    session.add(report)
    for place, message_id in enumerate(dict.fromkeys(asked.photos[:MOST_PHOTOS]), start=1):
        photo_actions.expect(session, message_id, resident.id, now)
        report.photos.append(ReportPhoto(message_id=message_id, place=place))
    session.flush()
    _follow(session, report.number, resident)
    _record(session, "report.file", report.number, f"resident:{resident.id}", now)
    return report


def join(session: Session, resident: Resident, number: int, now: datetime) -> None:
    """「同じです」: hear of it as well. A report that is gone in between is left alone."""
    if queries.get(session, number) is None:
        return
    _follow(session, number, resident)
    _record(session, "report.join", number, f"resident:{resident.id}", now)


def _follow(session: Session, number: int, resident: Resident) -> None:
    row = insert(Follower).values(number=number, resident_id=resident.id)
    again = row.on_conflict_do_update(index_elements=["number", "resident_id"], set_={"quiet": False})
    session.execute(again)


def quiet(session: Session, resident: Resident, number: int, now: datetime) -> None:
    """No more news for this resident; somebody else's report is not touched by a made-up number."""
    mine = update(Follower).where(Follower.number == number, Follower.resident_id == resident.id)
    if session.execute(mine.values(quiet=True).returning(Follower.number)).all():
        _record(session, "report.quiet", number, f"resident:{resident.id}", now)


def move(session: Session, report: Report, state: str, note: str, *, by: Staff, now: datetime) -> int:
    """Staff move a report on; answers how many residents will hear of it. Each push has a key of its own."""
    note = rules.check_note(note)
    if state not in rules.STATES:
        raise Refused("状態をえらんでください。")
    if report.state == state and not note:
        raise Refused("状態が変わっていません。ひとことを書くか、別の状態をえらんでください。")
    report.state, report.updated_at = state, now
    report.done_at = (report.done_at or now) if state == "done" else None
    told = queries.followers(session, report.number)
    for resident in told:
        words = damage_news.news(report.number, report.kind, state, note, resident.language)
        push_actions.add(session, resident, words, subject=f"report:{report.number}", now=now)
    _record(session, "report.move", report.number, by.login, now, state=state, told=len(told))
    return len(told)


def tell_refused(session: Session, report: Report, reason: str, now: datetime) -> None:
    """Say that one photo could not be kept; the report stands."""
    resident = session.get(Resident, report.resident_id) if report.resident_id is not None else None
    if resident is None or resident.state != "friend":
        return
    words = damage_news.photo_refused(report.number, reason, resident.language)
    push_actions.add(session, resident, words, subject=f"report:{report.number}", now=now, why="asked")


def take_back(session: Session, resident_id: int, words: str) -> None:
    """The resident unsent these words: they go from their reports; what is broken and where on the map stays."""
    mine = Report.resident_id == resident_id
    session.execute(update(Report).where(mine, Report.words == words).values(words=""))
    placed = update(Report).where(mine, Report.place == words)
    session.execute(placed.values(place=case((Report.latitude.is_(None), rules.UNSAID), else_="")))


def forget_old(session: Session, now: datetime) -> None:
    """Take what residents wrote and showed out of reports finished long ago; the report itself stays as a count."""
    before = now - rules.KEPT
    photo_actions.forget(session, queries.photos_past(session, before))
    old = update(Report).where(Report.done_at < before, Report.place != str(rules.BARE["place"]))
    session.execute(old.values(**rules.BARE, resident_id=None))


def _record(session: Session, action: str, number: int, by: str, now: datetime, **detail: object) -> None:
    audit.record(session, action, f"report:{number}", by=by, at=now, detail=detail)
