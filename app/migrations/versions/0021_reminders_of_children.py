"""which reminder of which child was told, once each, and on which days a family was looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "child_days",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_child_days_resident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "day", name=op.f("pk_child_days")),
    )
    op.create_index("ix_child_days_day", "child_days", ["day"])
    op.create_table(
        "child_reminders",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opens', 'month', 'week', 'stage')", name=op.f("ck_child_reminders_kind")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id", "number"],
            ["children.resident_id", "children.number"],
            name=op.f("fk_child_reminders_resident_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "number", "window", "kind", name=op.f("pk_child_reminders")),
    )


def downgrade() -> None:
    op.drop_table("child_reminders")
    op.drop_table("child_days")
