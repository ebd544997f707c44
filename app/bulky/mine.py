"""Orders of bulky waste, seen from who placed them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.bulky import actions
from app.bulky.models import BulkyContact, BulkyOrder
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.residents.models import Resident


def _orders(session: Session, resident: Resident) -> Sequence[BulkyOrder]:
    found = select(BulkyOrder).where(BulkyOrder.resident_id == resident.id).order_by(BulkyOrder.number)
    return session.scalars(found).all()


def _held(session: Session, resident: Resident) -> int:
    found = select(func.count()).select_from(BulkyOrder).where(BulkyOrder.resident_id == resident.id)
    return session.scalar(found) or 0


def _export(session: Session, reader: Reader) -> Exported:
    """Without the sealed name and address: whoever finds the phone within ten minutes learns no more than the chat says."""
    orders = _orders(session, reader.resident)
    return Exported([_data(order) for order in orders], [row for o in orders for row in _rows(reader, o)])


def _data(order: BulkyOrder) -> dict[str, object]:
    return {
        "number": order.number,
        "items": [{"name": item.name, "count": item.count, "fee_yen": item.fee} for item in order.items],
        "total_yen": order.total,
        "day": order.day.isoformat(),
        "district": order.district,
        "state": order.state,
        "payment": order.payment,
        "ordered_at": instant(order.created_at),
    }


def _rows(reader: Reader, order: BulkyOrder) -> list[Row]:
    item, at = str(order.number), order.created_at
    names = "、".join(f"{each.name}×{each.count}" for each in order.items)
    return [
        Row(reader.say("mydata.label_words"), names, item, at),
        Row(reader.say("mydata.label_day"), order.day.isoformat(), item, at),
        Row(reader.say("mydata.label_yen"), str(order.total), item, at),
    ]


def _erase(session: Session, erasing: Erasing) -> None:
    """The account of what was ordered and paid stays, as the law wants, without who; what is not paid yet is given up.

    The sealed name of an order still to be collected stays until its usual end: the truck is on its way to that door.
    """
    mine = BulkyOrder.resident_id == erasing.resident.id
    for order in _orders(session, erasing.resident):
        if order.state == "held":
            actions.withdraw(session, order, erasing.now)
    session.flush()
    named = select(BulkyOrder.contact_id).where(
        mine, BulkyOrder.state == "accepted", BulkyOrder.contact_id.is_not(None)
    )
    contacts = BulkyContact.resident_id == erasing.resident.id
    session.execute(delete(BulkyContact).where(contacts, BulkyContact.id.not_in(named)))
    session.execute(update(BulkyContact).where(contacts).values(resident_id=None))
    session.execute(update(BulkyOrder).where(mine).values(resident_id=None))


PART = Part("orders", _held, _export, _erase)
