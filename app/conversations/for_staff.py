"""What staff will see of a turn: reports, talks with a person, orders of bulky waste with what flow H may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import orjson
from sqlalchemy.orm import Session

from app.bulky import actions, queries
from app.clock import in_japan
from app.inbox import actions as inbox_actions
from app.links import rules as link_rules
from app.reports import actions as report_actions
from app.residents.models import Resident
from app.town.rules import LoadedTown
from bot_flows import bulky, types
from bot_flows.bulky_facts import BulkyFacts, CancelOrder, ConfirmOrder, MoveOrder, PlaceOrder, SaidPaid
from bot_flows.damage_facts import FileReport, JoinReport, QuietReport
from bot_flows.person_facts import EndHandOver, HandOver, ToStaff


class Around(Protocol):
    """What is asked of the world of a turn."""

    @property
    def town(self) -> LoadedTown: ...
    @property
    def now(self) -> datetime: ...
    @property
    def public_url(self) -> str: ...


def known(
    session: Session, world: Around, resident: Resident, state: types.State, said: types.Incoming
) -> BulkyFacts:
    """Booked days, the resident's orders and a saved contact, only when this turn may need them.

    A day this turn may book is held until the commit, so that what the turn says of it stays true.
    """
    book, now = world.town.bulky, world.now
    if book is None or not bulky.needs_facts(state, said):
        return BulkyFacts()
    number, booking = 0, bulky.may_book(state)
    if booking is not None:
        area = book.area(booking[0])
        if area is not None:
            queries.locked_day(session, area, booking[1])
        number = queries.next_number(session)
    return replace(
        queries.days_known(session, in_japan(now).date()),
        orders=queries.of_resident(session, resident.id, now),
        number=number,
        page=_page(world.public_url, resident.language),
        has_contact=queries.contact_of(session, resident.id, now) is not None,
    )


def _page(base: str, language: str) -> str:
    """The address that may be said; its language is for the day the link is over and belongs to nobody."""
    return f"{base}/my/bulky/{link_rules.new_token()}?lang={language}" if base else ""


def open_page(
    session: Session, resident: Resident, facts: BulkyFacts, turn: types.Turn, now: datetime
) -> None:
    """A link is opened by being said; one that was not needed never was."""
    if facts.page and facts.page.encode() in orjson.dumps(turn.messages):
        actions.open_link(session, resident, facts.page.rpartition("/")[2].partition("?")[0], now)


def apply(
    session: Session, resident: Resident, effect: types.Effect, town: LoadedTown, now: datetime
) -> None:
    """Do what a flow wants done; the turn's transaction holds it."""
    book = town.bulky
    match effect:
        case FileReport():
            report_actions.file(session, resident, effect, now)
        case JoinReport(number):
            report_actions.join(session, resident, number, now)
        case QuietReport(number):
            report_actions.quiet(session, resident, number, now)
        case HandOver(section):
            inbox_actions.hand_over(session, resident, section, now)
        case ToStaff():
            inbox_actions.receive(session, resident, effect, now)
        case EndHandOver():
            inbox_actions.leave(session, resident, now)
        case PlaceOrder() if book:
            actions.place(session, resident, effect, book, now)
        case ConfirmOrder(number, payment):
            actions.confirm(session, resident, number, payment, now)
        case SaidPaid(number):
            actions.said_paid(session, resident, number, now)
        case MoveOrder(number, day) if book:
            actions.move(session, resident, number, day, book, now)
        case CancelOrder(number):
            actions.cancel(session, resident, number, now)
