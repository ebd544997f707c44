"""Place, confirm, move and cancel orders of bulky waste; links, contacts, holds that end, the evening before.

Order of locks: the order's row, then its days by date. Whoever takes or frees a place holds the day's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app import audit
from app.bulky import queries, rules
from app.bulky.models import BulkyContact, BulkyDay, BulkyItem, BulkyOrder
from app.clock import in_japan
from app.errors import AskPerson, Refused
from app.links import actions as link_actions
from app.links import queries as link_queries
from app.links.rules import For
from app.pushes import actions as push_actions
from app.pushes.models import Push
from app.residents.models import Resident
from app.sealing import Sealer
from bot_flows import bulky_news
from bot_flows.bulky_facts import Book, Booked, CollectionArea, Payment, PlaceOrder
from bot_flows.types import Message

FULL = "その日は、もういっぱいです。ほかの日をえらんでください。"


# ---- places on a day -----------------------------------------------------------------------------------


def take(session: Session, area: CollectionArea, day: date, points: int) -> None:
    """Book places; Refused when the day is full or called off."""
    row = queries.locked_day(session, area, day)
    if row.stopped or row.taken + points > row.capacity:
        raise Refused(FULL)
    row.taken += points
    session.flush()


def free(session: Session, area: str, day: date, points: int) -> None:
    row = session.get_one(BulkyDay, (area, day), with_for_update=True, populate_existing=True)
    row.taken -= points
    session.flush()


# ---- a resident's own acts --------------------------------------------------------------------------------


def place(session: Session, resident: Resident, asked: PlaceOrder, book: Book, now: datetime) -> BulkyOrder:
    """「申し込む」, or a place held while the resident pays; an earlier hold of the same resident gives way."""
    for earlier in _holds_of(session, resident.id):
        withdraw(session, earlier, now)
    contact = queries.contact_of(session, resident.id, now)
    order = add(session, asked, book, now, contact=contact, resident=resident)
    record(session, "bulky.hold" if asked.held else "bulky.place", order, f"resident:{resident.id}", now)
    return order


def add(
    session: Session,
    asked: PlaceOrder,
    book: Book,
    now: datetime,
    *,
    contact: BulkyContact | None,
    resident: Resident | None,
) -> BulkyOrder:
    """The order's row and its lines, once its places are booked."""
    area = book.area(asked.area)
    if area is None or not asked.lines:
        raise AskPerson("その地区か品物は、いまの表にありません。")
    points = sum(line.count for line in asked.lines)
    take(session, area, asked.day, points)
    order = BulkyOrder(
        number=asked.number,
        resident_id=resident.id if resident else None,
        source="line" if resident else "phone",
        area=asked.area,
        day=asked.day,
        district=asked.district,
        house=asked.house,
        points=points,
        total=sum(line.count * line.fee for line in asked.lines),
        state="held" if asked.held else "accepted",
        payment=asked.payment,
        hold_until=now + rules.HOLD if asked.held else None,
        contact_id=contact.id if contact else None,
        created_at=now,
        updated_at=now,
    )
    order.items = [_item(at, line) for at, line in enumerate(asked.lines, start=1)]
    session.add(order)
    session.flush()
    return order


def _item(at: int, line: Booked) -> BulkyItem:
    return BulkyItem(place=at, kind=line.kind, name=line.name, count=line.count, fee=line.fee)


def _holds_of(session: Session, resident_id: int) -> Sequence[BulkyOrder]:
    found = select(BulkyOrder).where(
        BulkyOrder.resident_id == resident_id, BulkyOrder.state == "held", BulkyOrder.payment == "due"
    )
    return session.scalars(found.with_for_update()).all()


def _mine(session: Session, resident: Resident, number: int) -> BulkyOrder | None:
    """The resident's own open order, locked; a made-up number finds nothing."""
    order = queries.locked(session, number)
    if order is None or order.resident_id != resident.id or order.state not in queries.OPEN:
        return None
    return order


def confirm(session: Session, resident: Resident, number: int, payment: Payment, now: datetime) -> None:
    """「申し込む」 for a held order. What was said to be paid stays so; a second tap changes nothing."""
    order = _mine(session, resident, number)
    if order is None or order.state != "held":
        return
    order.state, order.hold_until, order.updated_at = "accepted", None, now
    order.payment = "checking" if order.payment == "checking" else payment
    record(session, "bulky.confirm", order, f"resident:{resident.id}", now, payment=order.payment)


def said_paid(session: Session, resident: Resident, number: int, now: datetime) -> None:
    """From now on the order stays, whatever the page of the payment did; staff look."""
    order = _mine(session, resident, number)
    if order is None or order.payment != "due":
        return
    order.payment, order.updated_at = "checking", now
    record(session, "bulky.said_paid", order, f"resident:{resident.id}", now)


def move(session: Session, resident: Resident, number: int, day: date, book: Book, now: datetime) -> None:
    order = _mine(session, resident, number)
    if order is None or order.day == day:
        return
    before = order.day
    change_day(session, order, day, book, now)
    record(session, "bulky.move", order, f"resident:{resident.id}", now, before=str(before), after=str(day))


def change_day(session: Session, order: BulkyOrder, day: date, book: Book, now: datetime) -> None:
    """Another day in the same area; the reminder is due again. Refused when that day is full."""
    area = book.area(order.area)
    if area is None:
        raise AskPerson("この地区は、いまの表にありません。")
    for each in sorted({order.day, day}):
        queries.locked_day(session, area, each)
    take(session, area, day, order.points)
    free(session, order.area, order.day, order.points)
    order.day, order.reminded_at, order.updated_at = day, None, now
    _drop(session, order, Push.expires_at.is_not(None))
    session.flush()


def cancel(session: Session, resident: Resident, number: int, now: datetime) -> None:
    order = _mine(session, resident, number)
    if order is not None:
        withdraw(session, order, now)
        record(session, "bulky.cancel", order, f"resident:{resident.id}", now)


def withdraw(session: Session, order: BulkyOrder, now: datetime) -> None:
    """Cancelled, by whomever: give the places back, once."""
    if order.state == "cancelled":
        return
    order.state, order.hold_until, order.updated_at = "cancelled", None, now
    _drop(session, order, Push.automatic.is_(True))
    session.flush()
    free(session, order.area, order.day, order.points)


def _drop(session: Session, order: BulkyOrder, what: ColumnElement[bool]) -> None:
    """What the program would still say of an order by itself is not true any more."""
    resident = session.get(Resident, order.resident_id) if order.resident_id is not None else None
    if resident is not None:
        push_actions.drop(session, resident, and_(Push.subject == f"bulky:{order.number}", what))


# ---- the page for name and address -----------------------------------------------------------------------------


def open_link(session: Session, resident: Resident, token: str, now: datetime) -> None:
    """A link that was said to the resident is good for half an hour and one saving; an older one is not any more."""
    link_actions.issue(session, resident.id, token, For(rules.PURPOSE, life=rules.LINK_LASTS), now)


def save(session: Session, token: str, contact: rules.Contact, sealer: Sealer, now: datetime) -> int | None:
    """Keep what was typed and use the link up. None when it was used meanwhile."""
    link = link_queries.valid(session, token, rules.PURPOSE, now, lock=True)
    if link is None:
        return None
    keep_contact(session, contact, sealer, now, resident_id=link.resident_id)
    link_actions.use(link, now)
    by = f"resident:{link.resident_id}"
    audit.record(session, "bulky.contact", by, by=by, at=now)
    return link.resident_id


def keep_contact(
    session: Session, contact: rules.Contact, sealer: Sealer, now: datetime, *, resident_id: int | None
) -> BulkyContact:
    row = BulkyContact(resident_id=resident_id, sealed=b"", saved_at=now)
    session.add(row)
    session.flush()
    row.sealed = sealer.seal(contact.packed(), bound_to=f"bulky_contact:{row.id}")
    session.flush()
    return row


def contact_in(session: Session, order: BulkyOrder, sealer: Sealer) -> rules.Contact | None:
    """Name, address and phone of an order, opened; None once they are past their keeping time."""
    row = session.get(BulkyContact, order.contact_id) if order.contact_id is not None else None
    if row is None:
        return None
    return rules.Contact.unpacked(sealer.open(row.sealed, bound_to=f"bulky_contact:{row.id}"))


# ---- what the clock does ------------------------------------------------------------------------------------


def end_holds(session: Session, now: datetime) -> int:
    """Free the places of those who did not pay in time; who said so keeps the order and gets its number."""
    ended = queries.expired_holds(session, now)
    for order in ended:
        if order.payment == "due":
            withdraw(session, order, now)
            record(session, "bulky.hold_over", order, audit.SYSTEM, now)
            continue
        order.state, order.hold_until, order.updated_at = "accepted", None, now
        record(session, "bulky.confirm", order, audit.SYSTEM, now, payment=order.payment)
        resident = reachable(session, order)
        if resident is not None:
            words = bulky_news.accepted(queries.as_order(order), resident.language)
            tell(session, order, resident, words, now).automatic = True
    return len(ended)


def remind(session: Session, book: Book, now: datetime) -> int:
    """「あしたは粗大ごみの収集日です」: once per order and day, between 18 and 21 o'clock."""
    if not rules.is_reminding(now):
        return 0
    due = queries.to_remind(session, in_japan(now).date() + timedelta(days=1))
    for order, resident in due:
        order.reminded_at = now
        words = bulky_news.tomorrow(queries.as_order(order), book.rules.until, resident.language)
        push = tell(session, order, resident, words, now, at_once=True)
        push.automatic, push.expires_at = True, rules.end_of_reminding(now)
        record(session, "bulky.remind", order, audit.SYSTEM, now)
    return len(due)


def forget_old(session: Session, now: datetime) -> None:
    """Take names and addresses away 90 days after the collection, and those that never got an order after a day."""
    before = in_japan(now - rules.CONTACT_KEPT).date()
    kept = select(BulkyOrder.contact_id).where(
        BulkyOrder.contact_id.is_not(None), BulkyOrder.day >= before, BulkyOrder.state != "cancelled"
    )
    old = BulkyContact.saved_at < now - rules.CONTACT_LASTS
    session.execute(delete(BulkyContact).where(old, BulkyContact.id.not_in(kept)))


# ---- parts ------------------------------------------------------------------------------------------------------


def reachable(session: Session, order: BulkyOrder) -> Resident | None:
    """Whom a push about this order reaches; nobody for an order taken on the phone."""
    resident = session.get(Resident, order.resident_id) if order.resident_id is not None else None
    return resident if resident is not None and resident.state == "friend" else None


def tell(
    session: Session,
    order: BulkyOrder,
    resident: Resident,
    words: Sequence[Message],
    now: datetime,
    at_once: bool = False,
) -> Push:
    """In the resident's day: what staff do late in the evening wakes nobody. The evening before is no night."""
    subject = f"bulky:{order.number}"
    return push_actions.add(
        session, resident, words, subject=subject, now=now, why="asked" if at_once else "news"
    )


def record(
    session: Session, action: str, order: BulkyOrder, by: str, now: datetime, **detail: object
) -> None:
    audit.record(session, action, f"bulky:{order.number}", by=by, at=now, detail=detail)
