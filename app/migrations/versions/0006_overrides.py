"""changes of collection days, who was told what, and the corrections that follow"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _overrides()
    _told()


def _overrides() -> None:
    op.create_table(
        "overrides",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("new_day", sa.Date()),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("withdrawn_by_id", sa.Integer()),
        sa.Column("withdrawn_at", INSTANT),
        sa.CheckConstraint("new_day <> day", name="moves_to_another_day"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name="fk_overrides_by_id"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["staff.id"], name="fk_overrides_withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
    )
    op.create_table(
        "overridden_areas",
        sa.Column("override_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stands", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(["override_id"], ["overrides.id"], name="fk_overridden_areas_override_id"),
        sa.PrimaryKeyConstraint("override_id", "area", name="pk_overridden_areas"),
    )
    op.create_index(
        "uq_overridden_areas_day",
        "overridden_areas",
        ["area", "day"],
        unique=True,
        postgresql_where=sa.text("stands"),
    )


def _told() -> None:
    op.create_table(
        "reminded",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("districts", postgresql.ARRAY(sa.String()), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_reminded_notice_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_reminded"),
    )
    op.create_index("ix_reminded_day", "reminded", ["day"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("told_id", sa.Integer(), nullable=False),
        sa.Column("override_id", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.Boolean(), nullable=False),
        sa.Column("districts", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("wording", postgresql.JSONB(), nullable=False),
        sa.Column("notice_id", sa.Integer()),
        sa.Column("settled_at", INSTANT),
        sa.CheckConstraint("notice_id IS NULL OR settled_at IS NOT NULL", name="made_is_settled"),
        sa.ForeignKeyConstraint(["told_id"], ["notices.id"], name="fk_corrections_told_id"),
        sa.ForeignKeyConstraint(["override_id"], ["overrides.id"], name="fk_corrections_override_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_corrections_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("notice_id", name="uq_corrections_notice_id"),
    )
    op.create_index("uq_corrections_told", "corrections", ["told_id", "override_id", "undoes"], unique=True)
    op.create_index(
        "ix_corrections_open", "corrections", ["id"], postgresql_where=sa.text("settled_at IS NULL")
    )


def downgrade() -> None:
    for table in ("corrections", "reminded", "overridden_areas", "overrides"):
        op.drop_table(table)
