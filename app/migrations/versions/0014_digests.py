"""Monday's digests, an index of who is silent, and until when staff say that a notice is true"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INSTANT = sa.DateTime(timezone=True)
WAITS = "told_by IS NULL AND reason IN ('digest', 'ceiling')"


def upgrade() -> None:
    op.create_index(
        "ix_residents_silent",
        "residents",
        ["id"],
        postgresql_where=sa.text("stopped <> '' OR paused_until IS NOT NULL"),
    )
    op.create_table(
        "digests",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_digests"),
    )
    op.add_column("exclusions", sa.Column("told_by", sa.Integer()))
    op.create_foreign_key("fk_exclusions_told_by", "exclusions", "notices", ["told_by"], ["id"])
    op.create_check_constraint(
        "told_in_a_digest", "exclusions", "told_by IS NULL OR reason IN ('digest', 'ceiling')"
    )
    op.create_index("ix_exclusions_waits", "exclusions", ["notice_id"], postgresql_where=sa.text(WAITS))
    op.create_index(
        "ix_exclusions_told", "exclusions", ["told_by"], postgresql_where=sa.text("told_by IS NOT NULL")
    )
    op.add_column("notices", sa.Column("valid_until", INSTANT))
    op.create_check_constraint("nothing_leaves_after_it_is_true", "notices", "expires_at <= valid_until")
    op.create_check_constraint("bound_to_others", "notices", "supersedes_id <> id AND requires_id <> id")


def downgrade() -> None:
    op.drop_constraint("ck_notices_bound_to_others", "notices")
    op.drop_constraint("ck_notices_nothing_leaves_after_it_is_true", "notices")
    op.drop_column("notices", "valid_until")
    op.drop_index("ix_exclusions_told", "exclusions")
    op.drop_index("ix_exclusions_waits", "exclusions")
    op.drop_constraint("ck_exclusions_told_in_a_digest", "exclusions")
    op.drop_column("exclusions", "told_by")
    op.drop_table("digests")
    op.drop_index("ix_residents_silent", "residents")
