"""personal messages: a list of words per person, and batches of one push per person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

TEXTS = postgresql.ARRAY(sa.Text())
CHECKS = {
    "outcome_per_person": "octet_length(outcomes) = size",
    "only_pushes_are_personal": (
        "endpoint = 'push' OR (outcomes IS NULL AND bodies IS NULL AND hashes IS NULL)"
    ),
    "bodies_until_all_are_settled": (
        "endpoint <> 'push' OR state NOT IN ('sealed', 'sending', 'retry_wait') OR "
        "(outcomes IS NOT NULL AND bodies IS NOT NULL AND octet_length(hashes) = 32 * size)"
    ),
    "no_bodies_afterwards": "settled_at IS NULL OR (bodies IS NULL AND hashes IS NULL)",
}
ONLY_DRAFTS = """
CREATE FUNCTION only_drafts_get_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM written JOIN notices ON notices.id = written.notice_id WHERE notices.state <> 'draft') THEN
    RAISE EXCEPTION 'a list of personal words is frozen with its notice';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER only_drafts_get_lists AFTER INSERT ON personal_values
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION only_drafts_get_lists();
CREATE TRIGGER only_drafts_change_lists AFTER UPDATE ON personal_values
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION only_drafts_get_lists();
"""


def upgrade() -> None:
    op.add_column("notices", sa.Column("values_hash", sa.String(64), server_default="", nullable=False))
    for name in ("outcomes", "bodies", "hashes"):
        op.add_column("batches", sa.Column(name, sa.LargeBinary()))
    for name, check in CHECKS.items():
        op.create_check_constraint(name, "batches", check)
    op.create_table(
        "personal_lists",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("names", TEXTS, nullable=False),
        sa.Column("longest", TEXTS, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("people > 0 AND cardinality(names) > 0", name="somebody_something"),
        sa.CheckConstraint("octet_length(digest) = 64", name="digest"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_personal_lists_notice_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name="fk_personal_lists_by_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_personal_lists"),
    )
    op.create_table(
        "personal_values",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("words", TEXTS, nullable=False),
        sa.CheckConstraint("array_position(words, NULL) IS NULL", name="no_gaps"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_personal_values_notice_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name="fk_personal_values_resident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name="pk_personal_values"),
    )
    op.create_index("ix_personal_values_resident_id", "personal_values", ["resident_id"])
    op.execute(ONLY_DRAFTS)


def downgrade() -> None:
    op.drop_table("personal_values")
    op.drop_table("personal_lists")
    op.execute("DROP FUNCTION only_drafts_get_lists")
    for name in CHECKS:
        op.drop_constraint(f"ck_batches_{name}", "batches")
    for name in ("outcomes", "bodies", "hashes"):
        op.drop_column("batches", name)
    op.drop_column("notices", "values_hash")
