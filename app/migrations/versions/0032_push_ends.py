"""single messages that are not sent after their time; notices held at an upgrade count as restored"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("pushes", sa.Column("expires_at", sa.DateTime(timezone=True)))
    _sent_has_when("state IN ('waiting', 'rejected') OR first_attempt_at IS NOT NULL")
    op.execute(RESTORED)


def downgrade() -> None:
    op.drop_column("pushes", "expires_at")
    op.execute(
        "UPDATE pushes SET first_attempt_at = settled_at WHERE first_attempt_at IS NULL AND state <> 'waiting'"
    )
    _sent_has_when("state = 'waiting' OR first_attempt_at IS NOT NULL")


def _sent_has_when(what: str) -> None:
    """What came to its end untried was never sent, and counts for nothing."""
    op.drop_constraint(op.f("ck_pushes_sent_has_when"), "pushes", type_="check")
    op.create_check_constraint(op.f("ck_pushes_sent_has_when"), "pushes", what)


RESTORED = """
    UPDATE notices SET restored_at = updated_at
    WHERE state = 'paused' AND pause_reason = 'restored' AND restored_at IS NULL
"""
"""Restored before notices knew when (0027): nobody has said yet whether they were sent."""
