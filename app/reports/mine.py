"""Reports of damage, seen from who filed them."""

from __future__ import annotations

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.photos import mine as photos
from app.photos.models import Photo
from app.reports.models import Report, ReportPhoto
from app.reports.rules import BARE, UNSAID
from app.residents.models import Resident


def _held(session: Session, resident: Resident) -> int:
    found = select(func.count()).select_from(Report).where(Report.resident_id == resident.id)
    return session.scalar(found) or 0


def _export(session: Session, reader: Reader) -> Exported:
    found = select(Report).where(Report.resident_id == reader.resident.id).order_by(Report.number)
    reports = session.scalars(found).all()
    return Exported([_data(report) for report in reports], [row for r in reports for row in _rows(reader, r)])


def _data(report: Report) -> dict[str, object]:
    return {
        "number": f"R-{report.number}",
        "kind": report.kind,
        "latitude": report.latitude,
        "longitude": report.longitude,
        "place": report.place,
        "district": report.district,
        "words": report.words,
        "photos": len(report.photos),
        "state": report.state,
        "filed_at": instant(report.created_at),
        "done_at": instant(report.done_at),
    }


def _rows(reader: Reader, report: Report) -> list[Row]:
    say, item, at = reader.say, f"R-{report.number}", report.created_at
    where = report.place
    if report.latitude is not None and report.longitude is not None:
        where = f"{report.latitude:.5f},{report.longitude:.5f}"
    values = (
        ("mydata.label_kind", say(f"damage.kind_{report.kind}")),
        ("mydata.label_place", where),
        ("mydata.label_words", report.words),
        ("mydata.label_photos", str(len(report.photos) or "")),
        ("mydata.label_state", say(f"damage.state_{report.state}")),
    )
    return [Row(say(label), value, item, at) for label, value in values if value]


def _erase(session: Session, erasing: Erasing) -> None:
    """The road still has to be mended: an open report keeps its district, what is broken and where it lies on the
    map; who told it, their words and their photos go."""
    mine = Report.resident_id == erasing.resident.id
    numbers = select(Report.number).where(mine)
    shown = select(ReportPhoto.message_id).where(ReportPhoto.number.in_(numbers))
    photos.erase(
        session,
        erasing,
        or_(Photo.message_id.in_(shown), Photo.resident_id == erasing.resident.id),
    )
    session.execute(update(Report).where(mine, Report.state == "done").values(**BARE, resident_id=None))
    typed = update(Report).where(mine, Report.place != "").values(place=UNSAID)
    session.execute(typed)
    session.execute(update(Report).where(mine).values(words="", resident_id=None))


PART = Part("reports", _held, _export, _erase)
