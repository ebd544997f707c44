"""how much each resident wants to hear: stop, pause, digest, quiet hours"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

REASONS = "reason IN ('blocked', 'opted_out', 'pulled', 'erased', 'stopped', 'paused', 'quiet', 'ceiling', 'digest')"
BEFORE = "reason IN ('blocked', 'opted_out', 'pulled', 'erased')"


def upgrade() -> None:
    add = [
        sa.Column("stopped", sa.String(8), server_default="", nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
        sa.Column("digest", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), server_default="21", nullable=False),
        sa.Column("quiet_to", sa.SmallInteger(), server_default="7", nullable=False),
    ]
    for column in add:
        op.add_column("residents", column)
    op.create_check_constraint("stopped", "residents", "stopped IN ('', 'ordinary', 'all')")
    op.create_check_constraint(
        "quiet_hours", "residents", "quiet_from BETWEEN 18 AND 24 AND quiet_to BETWEEN 5 AND 12"
    )
    op.create_table(
        "stop_reasons",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("reason IN ('many', 'wrong', 'hard', 'secret')", name="reason"),
        sa.PrimaryKeyConstraint("month", "reason", name="pk_stop_reasons"),
    )
    op.drop_constraint("ck_exclusions_reason", "exclusions")
    op.create_check_constraint("reason", "exclusions", REASONS)


def downgrade() -> None:
    op.drop_constraint("ck_exclusions_reason", "exclusions")
    op.create_check_constraint("reason", "exclusions", BEFORE)
    op.drop_table("stop_reasons")
    op.drop_constraint("ck_residents_stopped", "residents")
    op.drop_constraint("ck_residents_quiet_hours", "residents")
    for column in ("quiet_to", "quiet_from", "digest", "paused_until", "stopped"):
        op.drop_column("residents", column)
