"""since when somebody wants to be reminded at their hour, so that a change of it brings no second reminder"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("residents", sa.Column("reminder_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_residents_reminder_at",
        "residents",
        ["reminder_at"],
        postgresql_where=sa.text("reminder_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_residents_reminder_at", "residents")
    op.drop_column("residents", "reminder_at")
