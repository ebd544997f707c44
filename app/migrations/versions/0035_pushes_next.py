"""pushes to send in their order, because a claim sorted everything that was due, 20,000 of them in 50 ms and more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_index(
        "ix_pushes_next",
        "pushes",
        ["automatic", "id"],
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )


def downgrade() -> None:
    op.drop_index("ix_pushes_next", "pushes")
