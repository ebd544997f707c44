"""Find bulky orders, days and contacts. Never commits."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import jpholiday
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.bulky import rules
from app.bulky.models import NUMBERS, BulkyContact, BulkyDay, BulkyOrder
from app.clock import in_japan
from app.residents.models import Resident
from bot_flows.bulky_facts import Booked, BulkyFacts, CollectionArea, Order

OPEN = ("held", "accepted")


def next_number(session: Session) -> int:
    """A receipt number nobody else gets; one that is not used in the end leaves a gap."""
    return int(session.execute(select(NUMBERS.next_value())).scalar_one())


def get(session: Session, number: int) -> BulkyOrder | None:
    return session.get(BulkyOrder, number)


def locked(session: Session, number: int) -> BulkyOrder | None:
    return session.get(BulkyOrder, number, with_for_update=True, populate_existing=True)


def locked_day(session: Session, area: CollectionArea, day: date) -> BulkyDay:
    """The row of an area's day, held until the transaction ends; it knows the pack's capacity of now."""
    row = insert(BulkyDay).values(area=area.id, day=day, capacity=area.capacity)
    session.execute(row.on_conflict_do_nothing(index_elements=["area", "day"]))
    found = session.get_one(BulkyDay, (area.id, day), with_for_update=True, populate_existing=True)
    found.capacity = max(area.capacity, found.taken)
    return found


@functools.lru_cache(maxsize=4)
def holidays(year: int) -> frozenset[date]:
    """Public holidays of a year and the next."""
    return frozenset(day for each in (year, year + 1) for day, _ in jpholiday.year_holidays(each))


def days_known(session: Session, today: date) -> BulkyFacts:
    """What is booked and called off from today on."""
    rows = session.execute(
        select(BulkyDay.area, BulkyDay.day, BulkyDay.taken, BulkyDay.stopped).where(BulkyDay.day >= today)
    ).all()
    return BulkyFacts(
        taken={(area, day): taken for area, day, taken, _ in rows},
        stopped=frozenset((area, day) for area, day, _, is_stopped in rows if is_stopped),
        holidays=holidays(today.year),
    )


def of_resident(session: Session, resident_id: int, now: datetime) -> tuple[Order, ...]:
    """The resident's own orders to come, by day; a hold whose time is over is none."""
    found = (
        select(BulkyOrder)
        .where(
            BulkyOrder.resident_id == resident_id,
            BulkyOrder.state.in_(OPEN),
            BulkyOrder.day >= in_japan(now).date(),
        )
        .order_by(BulkyOrder.day, BulkyOrder.number)
    )
    orders = session.scalars(found).all()
    gone = stopped_days(session, {(each.area, each.day) for each in orders})
    return tuple(
        as_order(each, is_stopped=(each.area, each.day) in gone) for each in orders if not is_over(each, now)
    )


def is_over(order: BulkyOrder, now: datetime) -> bool:
    """A hold nobody paid for in time."""
    ends = order.hold_until
    return order.state == "held" and order.payment == "due" and ends is not None and ends <= now


def stopped_days(session: Session, days: Iterable[tuple[str, date]]) -> set[tuple[str, date]]:
    wanted = set(days)
    if not wanted:
        return set()
    rows = select(BulkyDay.area, BulkyDay.day).where(
        BulkyDay.stopped, BulkyDay.day.in_({day for _, day in wanted})
    )
    return {(area, day) for area, day in session.execute(rows)} & wanted


def as_order(order: BulkyOrder, *, is_stopped: bool = False) -> Order:
    """An order as flows and their words see it."""
    lines = tuple(Booked(item.kind, item.name, item.count, item.fee) for item in order.items)
    return Order(
        order.number,
        lines,
        order.area,
        order.day,
        order.state,
        order.payment,
        order.house,
        order.hold_until,
        is_stopped,
    )


def contact_of(session: Session, resident_id: int, now: datetime) -> BulkyContact | None:
    """The newest contact a resident saved within a day."""
    found = (
        select(BulkyContact)
        .where(BulkyContact.resident_id == resident_id, BulkyContact.saved_at > now - rules.CONTACT_LASTS)
        .order_by(BulkyContact.saved_at.desc(), BulkyContact.id.desc())
        .limit(1)
    )
    return session.scalar(found)


def expired_holds(session: Session, now: datetime) -> Sequence[BulkyOrder]:
    """Holds whose half hour is over, locked; rows somebody works on are passed over."""
    found = select(BulkyOrder).where(BulkyOrder.state == "held", BulkyOrder.hold_until <= now).limit(100)
    return session.scalars(found.with_for_update(skip_locked=True, of=BulkyOrder)).all()


def to_remind(session: Session, tomorrow: date) -> Sequence[tuple[BulkyOrder, Resident]]:
    """Accepted orders of tomorrow nobody was reminded of; days called off are left out."""
    found = (
        select(BulkyOrder, Resident)
        .join(Resident, Resident.id == BulkyOrder.resident_id)
        .join(BulkyDay, (BulkyDay.area == BulkyOrder.area) & (BulkyDay.day == BulkyOrder.day))
        .where(
            BulkyOrder.day == tomorrow,
            BulkyOrder.state == "accepted",
            BulkyOrder.reminded_at.is_(None),
            BulkyDay.stopped.is_(False),
            Resident.state == "friend",
        )
        .order_by(BulkyOrder.number)
        .limit(500)
    )
    rows = session.execute(found.with_for_update(skip_locked=True, of=BulkyOrder)).all()
    return [(order, resident) for order, resident in rows]


def of_day(session: Session, day: date, area: str = "") -> Sequence[BulkyOrder]:
    """Every order of a day, cancelled ones too, by area and number."""
    found = select(BulkyOrder).where(BulkyOrder.day == day).order_by(BulkyOrder.area, BulkyOrder.number)
    return session.scalars(found.where(BulkyOrder.area == area) if area else found).all()


def days_with_orders(session: Session, first: date) -> Sequence[tuple[BulkyDay, int]]:
    """Booked days from ``first`` on with their number of open orders."""
    orders = (
        select(BulkyOrder.area, BulkyOrder.day, func.count().label("orders"))
        .where(BulkyOrder.state != "cancelled")
        .group_by(BulkyOrder.area, BulkyOrder.day)
        .subquery()
    )
    found = (
        select(BulkyDay, func.coalesce(orders.c.orders, 0))
        .outerjoin(orders, (orders.c.area == BulkyDay.area) & (orders.c.day == BulkyDay.day))
        .where(BulkyDay.day >= first)
        .order_by(BulkyDay.day, BulkyDay.area)
    )
    return [(day, count) for day, count in session.execute(found)]
