"""what a resident marked as had by a child, and children nobody wants reminders about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("children", sa.Column("done", ARRAY(sa.String()), server_default="{}", nullable=False))
    op.add_column(
        "children", sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("children", "stopped")
    op.drop_column("children", "done")
