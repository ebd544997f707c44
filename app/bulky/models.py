"""Orders of bulky waste: booked days, orders with their items, sealed contacts, links to the page that asks for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.bulky import rules
from app.db import Base
from bot_flows.bulky_facts import House, OrderState, Payment

NUMBERS = Sequence("bulky_numbers", start=1001, metadata=Base.metadata)
"""Receipt numbers, given out before the order is placed: residents read 「1001-05」."""
_HOLDS = "state = 'held' AND payment = 'due' AND resident_id IS NOT NULL"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


class BulkyDay(Base):
    """One area on one day. Its row is locked by everybody who takes or frees a place; the sum never passes."""

    __tablename__ = "bulky_days"
    __table_args__ = (CheckConstraint("taken BETWEEN 0 AND capacity", name="never_overbooked"),)

    area: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    capacity: Mapped[int] = mapped_column(Integer)
    """Items, as the pack said when a place was last taken; never less than what is taken."""
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    stopped: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Staff called the day off."""
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")


class BulkyContact(Base):
    """Name, rest of the address and phone, sealed with FIELD_KEYS and bound to this row."""

    __tablename__ = "bulky_contacts"
    __table_args__ = (Index("ix_bulky_contacts_resident_id", "resident_id", "saved_at"),)

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id", ondelete="SET NULL"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class BulkyOrder(Base):
    __tablename__ = "bulky_orders"
    __table_args__ = (
        CheckConstraint(_one_of("state", rules.STATES), name="state"),
        CheckConstraint(_one_of("payment", rules.PAYMENTS), name="payment"),
        CheckConstraint(_one_of("house", rules.HOUSES), name="house"),
        CheckConstraint("source IN ('line', 'phone')", name="source"),
        CheckConstraint("points >= 1 AND total >= 0", name="something"),
        CheckConstraint("(state = 'held') = (hold_until IS NOT NULL)", name="held_has_an_end"),
        CheckConstraint("state <> 'held' OR payment IN ('due', 'checking')", name="held_is_being_paid"),
        ForeignKeyConstraint(
            ["area", "day"], ["bulky_days.area", "bulky_days.day"], name="fk_bulky_orders_day"
        ),
        Index("uq_bulky_orders_one_hold", "resident_id", unique=True, postgresql_where=text(_HOLDS)),
        Index("ix_bulky_orders_day", "day", "area", "number"),
        Index("ix_bulky_orders_resident_id", "resident_id"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id", ondelete="SET NULL"))
    source: Mapped[str] = mapped_column(String(5), default="line", server_default="line")
    area: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    district: Mapped[str] = mapped_column(String(40))
    house: Mapped[House] = mapped_column(String(5))
    points: Mapped[int] = mapped_column(SmallInteger)
    total: Mapped[int] = mapped_column(Integer)
    """Yen, the sum of the fees promised."""
    state: Mapped[OrderState] = mapped_column(String(10))
    payment: Mapped[Payment] = mapped_column(String(10))
    hold_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("bulky_contacts.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why staff changed it last."""
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    items: Mapped[list[BulkyItem]] = relationship(
        order_by="BulkyItem.place", cascade="all, delete-orphan", passive_deletes=True, lazy="selectin"
    )


class BulkyItem(Base):
    """One line of an order, at the fee promised."""

    __tablename__ = "bulky_items"
    __table_args__ = (CheckConstraint("count >= 1 AND fee >= 0", name="count"),)

    number: Mapped[int] = mapped_column(
        ForeignKey("bulky_orders.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(60))
    count: Mapped[int] = mapped_column(SmallInteger)
    fee: Mapped[int] = mapped_column(Integer)
