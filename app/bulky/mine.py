"""Orders of bulky waste, seen from who ordered."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.bulky import actions
from app.bulky.models import BulkyContact, BulkyOrder
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.residents.models import Resident
from bot_flows.bulky_words import payment_words, receipt, state_words, yen
from bot_flows.days import written


def _held(session: Session, resident: Resident) -> int:
    found = select(func.count()).select_from(BulkyOrder).where(BulkyOrder.resident_id == resident.id)
    return session.scalar(found) or 0


def _export(session: Session, reader: Reader) -> Exported:
    found = select(BulkyOrder).where(BulkyOrder.resident_id == reader.resident.id).order_by(BulkyOrder.number)
    orders = session.scalars(found).all()
    return Exported([_data(order) for order in orders], [row for o in orders for row in _rows(reader, o)])


def _data(order: BulkyOrder) -> dict[str, object]:
    return {
        "number": receipt(order.number),
        "items": [{"name": item.name, "count": item.count, "fee": item.fee} for item in order.items],
        "total": order.total,
        "day": order.day.isoformat(),
        "district": order.district,
        "building": order.house,
        "state": order.state,
        "payment": order.payment,
        "ordered_at": instant(order.created_at),
    }


def _rows(reader: Reader, order: BulkyOrder) -> list[Row]:
    say, language = reader.say, reader.resident.language
    how = say(
        "bulky.how_it_stands",
        state=state_words(order.state, language),
        payment=payment_words(order.payment, language),
    )
    values = (
        (say("bulky.row_items"), "、".join(f"{item.name}×{item.count}" for item in order.items)),
        (say("bulky.row_total"), yen(order.total, language)),
        (say("bulky.row_day"), written(order.day)),
        (say("bulky.row_state"), how),
    )
    return [Row(label, value, receipt(order.number), order.created_at) for label, value in values]


def _erase(session: Session, erasing: Erasing) -> None:
    """What waits at the door is still collected: an order to come keeps its name until then (``CONTACT_KEPT``), and
    who paid what stays as the law asks; nobody can tell any more which LINE account it was. Mere holds are freed."""
    who = erasing.resident.id
    mine = BulkyOrder.resident_id == who
    for order in session.scalars(
        select(BulkyOrder).where(mine, BulkyOrder.state == "held").with_for_update()
    ):
        if order.payment == "due":
            actions.withdraw(session, order, erasing.now)
    session.execute(update(BulkyOrder).where(mine).values(resident_id=None))
    kept = select(BulkyOrder.contact_id).where(
        BulkyOrder.contact_id.is_not(None), BulkyOrder.state != "cancelled"
    )
    own = BulkyContact.resident_id == who
    session.execute(delete(BulkyContact).where(own, BulkyContact.id.not_in(kept)))
    session.execute(update(BulkyContact).where(own).values(resident_id=None))


PART = Part("orders", _held, _export, _erase)
