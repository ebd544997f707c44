"""whether the menu of a disaster is shown, because a place sent from it means shelters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "disaster_menu",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_disaster_menu_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_menu")),
    )


def downgrade() -> None:
    op.drop_table("disaster_menu")
