"""indexes that answer counts by place, age of child and hour of reminder without a look at the rows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

REACHABLE = "state = 'friend' AND setup_done_at IS NOT NULL"


def upgrade() -> None:
    op.drop_index("ix_residents_ward", "residents")
    op.drop_index("ix_residents_reminder", "residents")
    op.drop_index("ix_children_birth_month", "children")
    op.create_index(
        "ix_residents_place",
        "residents",
        ["ward", "district", "id"],
        postgresql_include=["topics"],
        postgresql_where=sa.text(REACHABLE),
    )
    op.create_index(
        "ix_residents_reminder",
        "residents",
        ["reminder", "district"],
        postgresql_include=["topics"],
        postgresql_where=sa.text(f"{REACHABLE} AND reminder <> ''"),
    )
    op.create_index(
        "ix_children_birth_month",
        "children",
        ["birth_month"],
        postgresql_include=["resident_id"],
        postgresql_where=sa.text("NOT expected"),
    )


def downgrade() -> None:
    op.drop_index("ix_children_birth_month", "children")
    op.drop_index("ix_residents_reminder", "residents")
    op.drop_index("ix_residents_place", "residents")
    op.create_index("ix_children_birth_month", "children", ["birth_month"])
    op.create_index(
        "ix_residents_reminder", "residents", ["reminder"], postgresql_where=sa.text("reminder <> ''")
    )
    op.create_index("ix_residents_ward", "residents", ["ward", "district"])
