"""what a stop says of readers; what staff had seen when they resumed; why the same goes out again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column(
        "notices", sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("notices", sa.Column("again_reason", sa.String(500), server_default="", nullable=False))
    for name in ("settled_before", "refused_before"):
        op.add_column("notices", sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for name in ("refused_before", "settled_before", "again_reason", "withdrawn"):
        op.drop_column("notices", name)
