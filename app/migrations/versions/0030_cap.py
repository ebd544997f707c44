"""the cap on what the program sends by itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

REASONS = (
    "reason IN ('blocked', 'opted_out', 'pulled', 'erased', 'stopped', 'paused', 'quiet', 'ceiling', 'digest', "
    "'gone'{})"
)
AUTOMATIC = "ix_pushes_automatic"


def upgrade() -> None:
    op.add_column(
        "pushes", sa.Column("automatic", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )
    columns = ["first_attempt_at", "resident_id"]
    op.create_index(AUTOMATIC, "pushes", columns, postgresql_where=sa.text("automatic"))
    made = sa.text("origin = 'reminder' OR repeat_of_id IS NOT NULL")
    op.create_index("ix_notices_automatic", "notices", ["released_at"], postgresql_where=made)
    _allow(", 'cap'")


def downgrade() -> None:
    op.execute("UPDATE exclusions SET reason = 'opted_out' WHERE reason = 'cap'")
    _allow("")
    op.drop_index("ix_notices_automatic", "notices")
    op.drop_index(AUTOMATIC, "pushes")
    op.drop_column("pushes", "automatic")


def _allow(more: str) -> None:
    op.drop_constraint("ck_exclusions_reason", "exclusions")
    op.create_check_constraint("reason", "exclusions", REASONS.format(more))
