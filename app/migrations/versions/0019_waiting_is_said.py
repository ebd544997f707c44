"""whoever waits for staff is told so once, by the clock"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("threads", sa.Column("told", sa.String(10), server_default="", nullable=False))
    op.create_check_constraint("told", "threads", "told IN ('', 'waiting', 'closed')")


def downgrade() -> None:
    op.drop_column("threads", "told")
