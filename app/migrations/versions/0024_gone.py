"""residents whose id LINE does not know any more"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"

STATES = "state IN ('friend', 'blocked', 'stranger'{})"
REASONS = "reason IN ('blocked', 'opted_out', 'pulled', 'erased', 'stopped', 'paused', 'quiet', 'ceiling', 'digest'{})"


def upgrade() -> None:
    _allow(", 'gone'")


def downgrade() -> None:
    op.execute("UPDATE residents SET state = 'stranger' WHERE state = 'gone'")
    op.execute("UPDATE exclusions SET reason = 'blocked' WHERE reason = 'gone'")
    _allow("")


def _allow(more: str) -> None:
    for table, name, rule in (("residents", "state", STATES), ("exclusions", "reason", REASONS)):
        op.drop_constraint(f"ck_{table}_{name}", table)
        op.create_check_constraint(name, table, rule.format(more))
