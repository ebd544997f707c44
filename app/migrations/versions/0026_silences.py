"""what all senders know together of whether LINE answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("endpoint", sa.String(20), primary_key=True),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("urgent_from", sa.DateTime(timezone=True)),
        sa.Column("is_asked", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.CheckConstraint("(doubts > 0) = (since IS NOT NULL)", name="doubts_have_since"),
        sa.CheckConstraint("held_until IS NULL OR doubts > 0", name="held_for_doubts"),
        sa.CheckConstraint("(held_until IS NULL) = (urgent_from IS NULL)", name="held_has_urgent"),
    )


def downgrade() -> None:
    op.drop_table("silences")
