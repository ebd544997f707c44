"""kinds of garbage, single reminders and notices for the whole town that somebody leaves out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

CHOOSY = (
    "state = 'friend' AND setup_done_at IS NOT NULL AND reminder <> '' "
    "AND (unwanted <> '{}' OR rests_until IS NOT NULL)"
)


def upgrade() -> None:
    for column in ("near", "unwanted"):
        op.add_column(
            "residents", sa.Column(column, sa.ARRAY(sa.String()), server_default="{}", nullable=False)
        )
    op.add_column("residents", sa.Column("rests_until", sa.Date(), nullable=True))
    op.create_index("ix_residents_choosy", "residents", ["reminder"], postgresql_where=sa.text(CHOOSY))


def downgrade() -> None:
    op.drop_index("ix_residents_choosy", "residents")
    for column in ("rests_until", "unwanted", "near"):
        op.drop_column("residents", column)
