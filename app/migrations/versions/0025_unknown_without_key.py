"""what a restored copy holds as waiting may have been sent with a key the copy does not know"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"

RULE = (
    "state IN ('planned', 'cancelled', 'expired', 'split'{}) "
    "OR (retry_key IS NOT NULL AND body_hash IS NOT NULL) OR size = 0"
)


def upgrade() -> None:
    _allow(", 'unknown'")


def downgrade() -> None:
    op.execute("UPDATE batches SET state = 'expired' WHERE state = 'unknown' AND retry_key IS NULL")
    _allow("")


def _allow(more: str) -> None:
    op.drop_constraint("ck_batches_sealed_has_key", "batches")
    op.create_check_constraint("sealed_has_key", "batches", RULE.format(more))
