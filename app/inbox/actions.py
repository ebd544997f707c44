"""Hand a resident over to staff and back; keep what they write; staff answer by push."""

from __future__ import annotations

from datetime import date, datetime

import jpholiday
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import audit
from app.attention.rules import arrives
from app.clock import in_japan
from app.errors import Refused
from app.inbox import queries, rules
from app.inbox.models import Line, Thread
from app.photos import actions as photo_actions
from app.pushes import actions as push_actions
from app.residents.models import Resident
from app.staff.models import Staff
from bot_flows import damage_news, person_news
from bot_flows.person_facts import ToStaff

RESIDENT, SILENCE = "resident", "silence"


# ---- what residents do ----------------------------------------------------------------------------------


def hand_over(session: Session, resident: Resident, section: str, now: datetime) -> Thread:
    """From now on the resident's words come here. A question left open earlier becomes the same thread."""
    thread = _thread(session, resident, section, live=True, now=now)
    thread.section, thread.live, thread.last_at = section, True, now
    _record(session, "inbox.hand_over", thread, _name(resident), now)
    return thread


def receive(session: Session, resident: Resident, said: ToStaff, now: datetime) -> Line:
    """One message for staff. Private numbers are hidden already (the flow did it before this)."""
    thread = _thread(session, resident, said.section, live=said.live, now=now)
    line = Line(thread_id=thread.id, at=now, text=said.text, message_id=said.message_id)
    if said.kind == "photo":
        photo_actions.expect(session, said.message_id, resident.id, now)
        line.photo_id = said.message_id
    session.add(line)
    if thread.waiting_since is None:
        thread.waiting_since, thread.told = now, ""
    thread.last_at = now
    session.flush()
    return line


def leave(session: Session, resident: Resident, now: datetime) -> None:
    """Back to the automatic answers. What is still unanswered stays here and is answered by message."""
    thread = queries.open_of(session, resident.id, lock=True)
    if thread is None or not thread.live:
        return
    thread.live = False
    if thread.waiting_since is None:
        _close(thread, RESIDENT, now)
    _record(session, "inbox.leave", thread, _name(resident), now)


def take_back(session: Session, resident_id: int, message_id: str) -> None:
    """The resident unsent a message: its words and its photo are gone, that there was one stays."""
    mine = select(Thread.id).where(Thread.resident_id == resident_id)
    gone = update(Line).where(Line.thread_id.in_(mine), Line.message_id == message_id)
    session.execute(gone.values(text="", photo_id=None, taken_back=True))
    photo_actions.take_back(session, message_id, resident_id)


def _thread(session: Session, resident: Resident, section: str, *, live: bool, now: datetime) -> Thread:
    thread = queries.open_of(session, resident.id, lock=True)
    if thread is None:
        thread = Thread(resident_id=resident.id, section=section, live=live, opened_at=now, last_at=now)
        session.add(thread)
        session.flush()
    return thread


# ---- what staff do --------------------------------------------------------------------------------------


def reply(session: Session, thread: Thread, text: str, *, section: str, by: Staff, now: datetime) -> Line:
    """Answer by push; key and bytes are stored before anything is sent. ``section`` is its name for residents."""
    _expect_open(thread)
    text = rules.check_reply(text)
    resident = thread.resident
    if resident.state != "friend":
        raise Refused("この人はいまブロックしているため、届きません。返事は送っていません。")
    words = person_news.reply(text, section, resident.language)
    # Whoever is in the talk waits for it; a question left for later is answered in their day.
    push = push_actions.add(
        session,
        resident,
        words,
        subject=f"thread:{thread.id}",
        now=now,
        why="asked" if thread.live else "news",
    )
    line = Line(thread_id=thread.id, at=now, text=text, staff_id=by.id, push_id=push.id)
    session.add(line)
    thread.last_at, thread.waiting_since = now, None
    _record(session, "inbox.reply", thread, by.login, now)
    session.flush()
    return line


def pass_on(session: Session, thread: Thread, section: str, *, by: Staff, now: datetime) -> None:
    """Another section answers from now on; the caller knows that it exists."""
    _expect_open(thread)
    if thread.section == section:
        raise Refused("いまと同じ課です。別の課をえらんでください。")
    thread.section = section
    _record(session, "inbox.pass_on", thread, by.login, now)


def close(session: Session, thread: Thread, *, by: Staff, now: datetime) -> None:
    """End the thread; whoever was with staff is told that the automatic answers are back."""
    _expect_open(thread)
    _give_back(session, thread, by.login, now)
    _record(session, "inbox.close", thread, by.login, now)


def close_silent(session: Session, now: datetime) -> int:
    """End live threads in which nobody wrote for 24 hours; answers how many."""
    silent = queries.silent_since(session, now - rules.SILENCE)
    for thread in silent:
        _give_back(session, thread, SILENCE, now)
        _record(session, "inbox.close", thread, audit.SYSTEM, now)
    return len(silent)


def tell_waiting(session: Session, hours: rules.Hours, now: datetime) -> int:
    """Say to whoever waits how many are before them, or that staff went home; once each, answers to how many."""
    told = 0
    for thread in queries.waiting_live(session):
        resident, since = thread.resident, thread.waiting_since
        what = rules.to_tell(hours, in_japan(since), in_japan(now), is_holiday) if since else ""
        is_night = arrives(now, resident.quiet_from, resident.quiet_to) != now
        if not what or what == thread.told or is_night or resident.state != "friend":
            continue
        thread.told, told = what, told + 1
        chat = rules.at_the_chat(hours, in_japan(now), is_holiday, resident.language)
        words = (
            person_news.waiting(queries.ahead_of(session, thread), resident.language)
            if what == "waiting"
            else person_news.out_of_hours(chat.opens, resident.language)
        )
        push_actions.add(session, resident, words, subject=f"thread:{thread.id}", now=now, why="asked")
    return told


def is_holiday(day: date) -> bool:
    """Whether the whole country has the day off."""
    return bool(jpholiday.is_holiday(day))


def _give_back(session: Session, thread: Thread, by: str, now: datetime) -> None:
    was_live, resident = thread.live, thread.resident
    _close(thread, by, now)
    if was_live and resident.state == "friend":
        words = person_news.closed(resident.language)
        push_actions.add(session, resident, words, subject=f"thread:{thread.id}", now=now)


def _close(thread: Thread, by: str, now: datetime) -> None:
    thread.state, thread.live, thread.waiting_since = "closed", False, None
    thread.closed_at, thread.closed_by = now, by


def _expect_open(thread: Thread) -> None:
    if thread.state != "open":
        raise Refused("この問い合わせは、もう終わっています。画面を開き直してください。")


# ---- photos and forgetting --------------------------------------------------------------------------------


def tell_refused(session: Session, thread: Thread, reason: str, now: datetime) -> None:
    """Say that a photo sent to staff could not be kept."""
    resident = thread.resident
    if resident.state == "friend":
        words = person_news.photo_refused(damage_news.why_photo_refused(reason, resident.language))
        push_actions.add(session, resident, words, subject=f"thread:{thread.id}", now=now, why="asked")


def forget_old(session: Session, now: datetime) -> None:
    """Threads closed long ago go with their words and photos; the audit still says that there was one."""
    before = now - rules.KEPT
    photos = queries.photos_past(session, before)
    session.execute(delete(Thread).where(Thread.closed_at < before))
    photo_actions.forget(session, photos)


def _name(resident: Resident) -> str:
    return f"resident:{resident.id}"


def _record(session: Session, action: str, thread: Thread, by: str, now: datetime) -> None:
    audit.record(session, action, f"thread:{thread.id}", by=by, at=now)
