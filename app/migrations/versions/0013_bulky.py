"""orders of bulky waste: booked days, orders, their items, sealed contacts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INSTANT = sa.DateTime(timezone=True)


def _to(table: str, name: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [target], name=f"fk_{table}_{name}", ondelete=on_delete)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("bulky_numbers", start=1001)))
    _days_and_contacts()
    _orders()
    op.create_table(
        "bulky_items",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1 AND fee >= 0", name="count"),
        _to("bulky_items", "number", "bulky_orders.number", "CASCADE"),
        sa.PrimaryKeyConstraint("number", "place", name="pk_bulky_items"),
    )


def _days_and_contacts() -> None:
    op.create_table(
        "bulky_days",
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(20), server_default="", nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="never_overbooked"),
        sa.PrimaryKeyConstraint("area", "day", name="pk_bulky_days"),
    )
    op.create_table(
        "bulky_contacts",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("resident_id", sa.Integer()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        _to("bulky_contacts", "resident_id", "residents.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_bulky_contacts"),
    )
    op.create_index("ix_bulky_contacts_resident_id", "bulky_contacts", ["resident_id", "saved_at"])


def _orders() -> None:
    op.create_table(
        "bulky_orders",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident_id", sa.Integer()),
        sa.Column("source", sa.String(5), server_default="line", nullable=False),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("house", sa.String(5), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("payment", sa.String(10), nullable=False),
        sa.Column("hold_until", INSTANT),
        sa.Column("contact_id", sa.Integer()),
        sa.Column("note", sa.String(200), server_default="", nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('held', 'accepted', 'collected', 'cancelled')", name="state"),
        sa.CheckConstraint("payment IN ('sticker', 'due', 'checking', 'paid')", name="payment"),
        sa.CheckConstraint("house IN ('house', 'flat')", name="house"),
        sa.CheckConstraint("source IN ('line', 'phone')", name="source"),
        sa.CheckConstraint("points >= 1 AND total >= 0", name="something"),
        sa.CheckConstraint("(state = 'held') = (hold_until IS NOT NULL)", name="held_has_an_end"),
        sa.CheckConstraint("state <> 'held' OR payment IN ('due', 'checking')", name="held_is_being_paid"),
        sa.ForeignKeyConstraint(
            ["area", "day"], ["bulky_days.area", "bulky_days.day"], name="fk_bulky_orders_day"
        ),
        _to("bulky_orders", "resident_id", "residents.id", "SET NULL"),
        _to("bulky_orders", "contact_id", "bulky_contacts.id", "SET NULL"),
        sa.PrimaryKeyConstraint("number", name="pk_bulky_orders"),
    )
    holds = sa.text("state = 'held' AND payment = 'due' AND resident_id IS NOT NULL")
    op.create_index(
        "uq_bulky_orders_one_hold", "bulky_orders", ["resident_id"], unique=True, postgresql_where=holds
    )
    op.create_index("ix_bulky_orders_day", "bulky_orders", ["day", "area", "number"])
    op.create_index("ix_bulky_orders_resident_id", "bulky_orders", ["resident_id"])


def downgrade() -> None:
    for table in ("bulky_items", "bulky_orders", "bulky_contacts", "bulky_days"):
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("bulky_numbers")))
