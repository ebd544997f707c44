"""since when LINE does not know somebody any more: they are erased like those who blocked us"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("residents", sa.Column("gone_at", sa.DateTime(timezone=True)))
    # Nobody noted it: their time begins now.
    op.execute("UPDATE residents SET gone_at = now() WHERE state = 'gone'")


def downgrade() -> None:
    op.drop_column("residents", "gone_at")
