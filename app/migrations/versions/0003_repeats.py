"""repeats of an approved notice"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("notices", sa.Column("repeat_of_id", sa.Integer()))
    op.create_foreign_key("fk_notices_repeat_of_id", "notices", "notices", ["repeat_of_id"], ["id"])
    op.create_index("ix_notices_repeat_of_id", "notices", ["repeat_of_id"])
    op.create_table(
        "repeats",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("pattern", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(10), server_default="active", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("pause_reason", sa.String(200), server_default="", nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        sa.CheckConstraint("state <> 'active' OR next_at IS NOT NULL", name="active_has_a_next"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_repeats_notice_id"),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name="fk_repeats_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_repeats"),
        sa.UniqueConstraint("notice_id", name="uq_repeats_notice_id"),
    )
    op.create_index("ix_repeats_due", "repeats", ["next_at"], postgresql_where=sa.text("state = 'active'"))
    op.create_table(
        "firings",
        sa.Column("repeat_id", sa.Integer(), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_id", sa.Integer()),
        sa.Column("skipped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("(notice_id IS NULL) = skipped", name="fired_or_skipped"),
        sa.ForeignKeyConstraint(["repeat_id"], ["repeats.id"], name="fk_firings_repeat_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_firings_notice_id"),
        sa.PrimaryKeyConstraint("repeat_id", "instant", name="pk_firings"),
        sa.UniqueConstraint("notice_id", name="uq_firings_notice_id"),
    )


def downgrade() -> None:
    op.drop_table("firings")
    op.drop_table("repeats")
    op.drop_index("ix_notices_repeat_of_id", "notices")
    op.drop_constraint("fk_notices_repeat_of_id", "notices")
    op.drop_column("notices", "repeat_of_id")
