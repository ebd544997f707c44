"""whether everybody of a notice that is over adds up; those that ended before are looked at once more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("notices", sa.Column("sum_closes", sa.Boolean()))
    op.execute("UPDATE notices SET sum_closes = true WHERE state = 'done'")
    op.create_index(
        "ix_notices_open_sums", "notices", ["id"], postgresql_where=sa.text("sum_closes IS FALSE")
    )


def downgrade() -> None:
    op.drop_index("ix_notices_open_sums", "notices")
    op.drop_column("notices", "sum_closes")
