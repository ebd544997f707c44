"""what the cap held back may be told in a digest"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

NAME, TABLE, INDEX = "told_in_a_digest", "exclusions", "ix_exclusions_waits"


def upgrade() -> None:
    _allow("'digest', 'ceiling', 'cap'")


def downgrade() -> None:
    op.execute("UPDATE exclusions SET told_by = NULL WHERE reason = 'cap'")
    _allow("'digest', 'ceiling'")


def _allow(reasons: str) -> None:
    op.drop_constraint(f"ck_exclusions_{NAME}", TABLE)
    op.create_check_constraint(NAME, TABLE, f"told_by IS NULL OR reason IN ({reasons})")
    op.drop_index(INDEX, TABLE)
    waits = sa.text(f"told_by IS NULL AND reason IN ({reasons})")
    op.create_index(INDEX, TABLE, ["notice_id"], postgresql_where=waits)
