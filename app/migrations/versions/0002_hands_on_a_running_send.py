"""hands on a running send: a slower pace, a watch after the first 50, single people taken out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("notices", sa.Column("people_per_minute", sa.Integer()))
    op.add_column("notices", sa.Column("watch_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notices", sa.Column("watch_until", sa.DateTime(timezone=True)))
    op.create_check_constraint("slow_but_not_standing", "notices", "people_per_minute >= 12")
    op.create_check_constraint("watch_is_short", "notices", "watch_seconds BETWEEN 0 AND 3600")
    op.create_index("ix_notices_supersedes_id", "notices", ["supersedes_id"])
    op.create_table(
        "pulls",
        sa.Column(
            "notice_id", sa.Integer(), sa.ForeignKey("notices.id", name="fk_pulls_notice_id"), nullable=False
        ),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("staff.id", name="fk_pulls_by_id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name="pk_pulls"),
    )


def downgrade() -> None:
    op.drop_table("pulls")
    op.drop_index("ix_notices_supersedes_id", "notices")
    op.drop_constraint("ck_notices_watch_is_short", "notices")
    op.drop_constraint("ck_notices_slow_but_not_standing", "notices")
    for column in ("watch_until", "watch_seconds", "people_per_minute"):
        op.drop_column("notices", column)
