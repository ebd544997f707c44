"""batches that wait for the morning of their people; quiet hours may be none at all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

USUAL = "quiet_from BETWEEN 18 AND 24 AND quiet_to BETWEEN 5 AND 12"


def upgrade() -> None:
    op.add_column("batches", sa.Column("quiet_until", sa.DateTime(timezone=True)))
    op.drop_constraint("ck_residents_quiet_hours", "residents")
    op.create_check_constraint("quiet_hours", "residents", f"({USUAL}) OR (quiet_from = 24 AND quiet_to = 0)")


def downgrade() -> None:
    op.drop_column("batches", "quiet_until")
    op.execute("UPDATE residents SET quiet_to = 5 WHERE quiet_to = 0")
    op.drop_constraint("ck_residents_quiet_hours", "residents")
    op.create_check_constraint("quiet_hours", "residents", USUAL)
