"""reminders in the language their people read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

REACHABLE = "state = 'friend' AND setup_done_at IS NOT NULL"


def upgrade() -> None:
    op.add_column(
        "reminded", sa.Column("language", sa.String(length=10), server_default="ja", nullable=False)
    )
    op.create_index(
        "ix_residents_reminder_language",
        "residents",
        ["reminder", "language", "district"],
        postgresql_where=sa.text(f"{REACHABLE} AND reminder <> '' AND language <> 'ja'"),
    )


def downgrade() -> None:
    op.drop_index("ix_residents_reminder_language", "residents")
    op.drop_column("reminded", "language")
