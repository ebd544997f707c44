"""What the resident's own row holds: settings, children, how much they want to hear."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.childcare import actions as childcare_actions
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.residents.models import Child, Resident
from bot_flows.stop_facts import QUIET


def _has_settings(_: Session, resident: Resident) -> int:
    chosen = (resident.setup_done_at, resident.topics, resident.ward, resident.outside, resident.reminder)
    heard = (resident.stopped, resident.paused_until, resident.digest)
    return int(any(chosen) or any(heard))


def _how_it_comes(reader: Reader) -> str:
    """「停止中」, 「週1回にまとめる」, or 「そのつど」."""
    match reader.resident:
        case Resident(stopped="all"):
            return reader.say("stop.row_stopped_all")
        case Resident(stopped="ordinary"):
            return reader.say("stop.row_stopped")
        case Resident(digest=True):
            return reader.say("stop.row_digest")
    return reader.say("stop.row_usual")


def _settings(_: Session, reader: Reader) -> Exported:
    who, say = reader.resident, reader.say
    district = reader.town.district(who.district)
    names = [topic.name for topic in reader.town.topics if topic.id in who.topics]
    area = f"{district.ward}{district.name}" if district else who.ward
    data = {
        "topics": sorted(who.topics),
        "ward": who.ward,
        "district": who.district,
        "district_name": area,
        "outside": who.outside,
        "garbage_reminder": who.reminder,
        "garbage_reminder_at": instant(who.reminder_at),
        "language": who.language,
        "source": who.source,
        "followed_at": instant(who.followed_at),
        "changed_at": instant(who.changed_at),
        "set_up_at": instant(who.setup_done_at),
    }
    shown = (
        ("setup.row_topics", "、".join(names)),
        ("setup.row_area", say("area.shown_outside") if who.outside else area),
        ("settings.row_reminder", who.reminder),
        ("settings.row_language", who.language),
    )
    return Exported(data, [Row(say(label), value) for label, value in shown if value])


def _erase_resident(session: Session, erasing: Erasing) -> None:
    """The row that ties a LINE user to a number, and everything hung on it."""
    session.delete(erasing.resident)
    session.flush()


def _children(_: Session, reader: Reader) -> Exported:
    children = reader.resident.children
    data = [
        {
            "number": child.number,
            "month": f"{child.birth_month:%Y-%m}",
            "expected": child.expected,
            "done": list(child.done),
            "stopped": child.stopped,
        }
        for child in children
    ]
    words = {False: "mydata.label_born", True: "mydata.label_expected"}
    rows = [
        Row(reader.say(words[child.expected]), f"{child.birth_month:%Y-%m}", str(child.number))
        for child in children
    ]
    return Exported(data, rows + [row for child in children for row in _marks(reader, child)])


def _marks(reader: Reader, child: Child) -> list[Row]:
    """What the resident said of a child: had, and whether reminders come."""
    number = str(child.number)
    had = [Row(reader.say("mydata.label_done"), each.partition(":")[2], number) for each in child.done]
    stopped = Row(reader.say("mydata.label_child_news"), reader.say("mydata.child_stopped"), number)
    return [*had, *([stopped] if child.stopped else [])]


def _erase_children(session: Session, erasing: Erasing) -> None:
    childcare_actions.forget(session, erasing.resident)
    erasing.resident.children.clear()
    session.flush()


def _has_attention(_: Session, resident: Resident) -> int:
    hours = (resident.quiet_from, resident.quiet_to)
    chosen = (resident.stopped, resident.paused_until, resident.digest, hours != QUIET)
    left_out = (resident.near, resident.unwanted, resident.rests_until)
    return int(any(chosen) or any(left_out))


def _attention(_: Session, reader: Reader) -> Exported:
    who, say = reader.resident, reader.say
    data = {
        "stopped": who.stopped,
        "paused_until": instant(who.paused_until),
        "digest": who.digest,
        "quiet_from": who.quiet_from,
        "quiet_to": who.quiet_to,
        "near": list(who.near),
        "unwanted": list(who.unwanted),
        "rests_until": who.rests_until.isoformat() if who.rests_until else None,
    }
    quiet = say("stop.quiet_hours", first=who.quiet_from, last=who.quiet_to)
    names = [topic.name for topic in reader.town.topics if topic.id in who.near]
    left_out = (("settings.row_near", names), ("reminder.row_unwanted", who.unwanted))
    rows = [Row(say("stop.row"), _how_it_comes(reader)), Row(say("mydata.label_quiet"), quiet)]
    return Exported(data, rows + [Row(say(label), "、".join(each)) for label, each in left_out if each])


def _goes_with_the_row(_: Session, erasing: Erasing) -> None:
    """Kept in the resident's own row, which ``SETTINGS`` erases."""


ATTENTION = Part("attention", _has_attention, _attention, _goes_with_the_row)
CHILDREN = Part(
    "children", lambda _, resident: len(resident.children), _children, _erase_children, scope="children"
)
SETTINGS = Part("settings", _has_settings, _settings, _erase_resident)
