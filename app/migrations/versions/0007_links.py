"""one-time links, numbers of erasures, and the way to one person's events"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), server_default="", nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash_shape"),
        sa.CheckConstraint("expires_at > created_at", name="lives_a_while"),
        sa.CheckConstraint("purpose <> ''", name="has_a_purpose"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name="fk_one_time_links_resident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_one_time_links"),
    )
    op.create_index("ix_one_time_links_resident_id", "one_time_links", ["resident_id", "purpose"])
    op.execute(sa.schema.CreateSequence(sa.Sequence("erasure_numbers", start=201)))
    named = sa.text("line_user_id <> ''")
    op.create_index("ix_events_person", "events", ["line_user_id", "occurred_at"], postgresql_where=named)


def downgrade() -> None:
    op.drop_index("ix_events_person", "events")
    op.execute(sa.schema.DropSequence(sa.Sequence("erasure_numbers")))
    op.drop_table("one_time_links")
