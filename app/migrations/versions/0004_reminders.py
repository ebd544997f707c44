"""reminders of garbage at each resident's own hour"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BEFORE = "approved_at IS NOT NULL OR state IN ('draft', 'content_frozen', 'cancelled')"
NOW = "approved_at IS NOT NULL OR origin = 'reminder' OR state IN ('draft', 'content_frozen', 'cancelled')"
NAME = "nothing_goes_without_approval"


def upgrade() -> None:
    op.add_column("notices", sa.Column("origin", sa.String(10), server_default="staff", nullable=False))
    op.create_check_constraint("origin", "notices", "origin IN ('staff', 'reminder')")
    op.drop_constraint(f"ck_notices_{NAME}", "notices")
    op.create_check_constraint(NAME, "notices", NOW)
    op.create_table(
        "remindings",
        sa.Column("slot", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slot", "day", name="pk_remindings"),
    )
    op.create_index(
        "ix_residents_reminder", "residents", ["reminder"], postgresql_where=sa.text("reminder <> ''")
    )


def downgrade() -> None:
    op.drop_index("ix_residents_reminder", "residents")
    op.drop_table("remindings")
    op.drop_constraint(f"ck_notices_{NAME}", "notices")
    op.create_check_constraint(NAME, "notices", BEFORE)
    op.drop_constraint("ck_notices_origin", "notices")
    op.drop_column("notices", "origin")
