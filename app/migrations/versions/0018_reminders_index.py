"""the index of reminders without what everybody in it has in common"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

REACHABLE = "state = 'friend' AND setup_done_at IS NOT NULL"
WANTS = f"{REACHABLE} AND reminder <> ''"


def upgrade() -> None:
    op.drop_index("ix_residents_reminder", "residents")
    op.create_index(
        "ix_residents_reminder",
        "residents",
        ["reminder", "district"],
        postgresql_where=sa.text(f"{WANTS} AND topics @> '{{garbage}}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_residents_reminder", "residents")
    op.create_index(
        "ix_residents_reminder",
        "residents",
        ["reminder", "district"],
        postgresql_include=["topics"],
        postgresql_where=sa.text(WANTS),
    )
