"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

NOTICE_MOVES = (
    ("approved", "cancelled"),
    ("approved", "draft"),
    ("approved", "expired"),
    ("approved", "scheduled"),
    ("content_frozen", "approved"),
    ("content_frozen", "cancelled"),
    ("content_frozen", "draft"),
    ("draft", "cancelled"),
    ("draft", "content_frozen"),
    ("draft", "draft"),
    ("finishing", "done"),
    ("paused", "cancelled"),
    ("paused", "expired"),
    ("paused", "running"),
    ("paused", "scheduled"),
    ("recipients_frozen", "cancelled"),
    ("recipients_frozen", "expired"),
    ("recipients_frozen", "paused"),
    ("recipients_frozen", "running"),
    ("running", "cancelled"),
    ("running", "expired"),
    ("running", "finishing"),
    ("running", "paused"),
    ("scheduled", "approved"),
    ("scheduled", "cancelled"),
    ("scheduled", "content_frozen"),
    ("scheduled", "draft"),
    ("scheduled", "expired"),
    ("scheduled", "paused"),
    ("scheduled", "recipients_frozen"),
)
"""The pairs of states a notice may move between, as app/notices/rules.py had them at this step."""

AUDIT_IS_APPEND_ONLY = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit table is append-only';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""

_PAIRS = ", ".join(f"('{old}', '{new}')" for old, new in NOTICE_MOVES)
NOTICES_MOVE_AS_DRAWN = f"""
CREATE FUNCTION notices_move_as_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({_PAIRS}) THEN
        RAISE EXCEPTION 'a notice cannot move from % to %', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_move_as_drawn BEFORE UPDATE OF state ON notices
    FOR EACH ROW EXECUTE FUNCTION notices_move_as_drawn();
"""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("webhook_event_id", sa.String(length=64), nullable=False),
        sa.Column("line_user_id", sa.String(length=33), server_default="", nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'new') = (done_at IS NULL)", name=op.f("ck_events_done_has_when")),
        sa.CheckConstraint("state IN ('new', 'done', 'ignored', 'parked')", name=op.f("ck_events_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("webhook_event_id", name=op.f("uq_events_webhook_event_id")),
    )
    op.create_index(
        "ix_events_new",
        "events",
        ["line_user_id", "occurred_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index("ix_events_received_at", "events", ["received_at"], unique=False)
    op.create_table(
        "heartbeats",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "pack_files",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pack_files")),
    )
    op.create_table(
        "quarantined",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
        sa.UniqueConstraint("sha256", name=op.f("uq_quarantined_sha256")),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("line_user_id", sa.String(length=33), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="stranger", nullable=False),
        sa.Column("state_event_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state_event_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("topics", sa.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("ward", sa.String(length=40), server_default="", nullable=False),
        sa.Column("district", sa.String(length=40), server_default="", nullable=False),
        sa.Column("outside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reminder", sa.String(length=10), server_default="", nullable=False),
        sa.Column("language", sa.String(length=10), server_default="ja", nullable=False),
        sa.Column("source", sa.String(length=40), server_default="", nullable=False),
        sa.Column("setup_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT (outside AND (ward <> '' OR district <> ''))",
            name=op.f("ck_residents_outside_has_no_district"),
        ),
        sa.CheckConstraint("line_user_id ~ '^U[0-9a-f]{32}$'", name=op.f("ck_residents_line_user_id_shape")),
        sa.CheckConstraint(
            "reminder ~ '^((-1|0) [0-2][0-9]:[0-5][0-9])?$'", name=op.f("ck_residents_reminder_shape")
        ),
        sa.CheckConstraint("state IN ('friend', 'blocked', 'stranger')", name=op.f("ck_residents_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("line_user_id", name=op.f("uq_residents_line_user_id")),
    )
    op.create_index("ix_residents_topics", "residents", ["topics"], unique=False, postgresql_using="gin")
    op.create_index("ix_residents_ward", "residents", ["ward", "district"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "roles <@ ARRAY['viewer','author','approver','counter','admin']::varchar[]",
            name=op.f("ck_staff_roles"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "unknown_words",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("word", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", name=op.f("pk_unknown_words")),
    )
    op.create_table(
        "children",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("birth_month", sa.Date(), nullable=False),
        sa.Column("expected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "extract(day from birth_month) = 1", name=op.f("ck_children_birth_month_is_a_month")
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name=op.f("ck_children_number")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_children_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", "number", name=op.f("pk_children")),
    )
    op.create_index("ix_children_birth_month", "children", ["birth_month"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_conversations_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_segments_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("name", name=op.f("uq_segments_name")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lane", sa.String(length=12), server_default="ordinary", nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), server_default="draft", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("expected_count", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_hash", sa.String(length=64), nullable=True),
        sa.Column("approved_count", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("night_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=True),
        sa.Column("planned_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("plan_done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pause_reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("pause_detail", sa.String(length=500), server_default="", nullable=False),
        sa.Column("end_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("requires_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'paused') = (pause_reason <> '')", name=op.f("ck_notices_pause_has_a_reason")
        ),
        sa.CheckConstraint(
            "approved_at IS NOT NULL OR state IN ('draft', 'content_frozen', 'cancelled')",
            name=op.f("ck_notices_nothing_goes_without_approval"),
        ),
        sa.CheckConstraint("lane IN ('emergency', 'individual', 'ordinary')", name=op.f("ck_notices_lane")),
        sa.CheckConstraint(
            "scheduled_at IS NOT NULL OR state NOT IN ('scheduled', 'recipients_frozen', 'running', 'finishing', 'done')",
            name=op.f("ck_notices_release_has_an_instant"),
        ),
        sa.CheckConstraint(
            "scheduled_at IS NULL OR night_reason <> '' OR lane = 'emergency' OR extract(hour FROM scheduled_at AT TIME ZONE 'Asia/Tokyo') BETWEEN 7 AND 20",
            name=op.f("ck_notices_night_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR (messages IS NOT NULL AND content_hash IS NOT NULL AND expected_count IS NOT NULL)",
            name=op.f("ck_notices_frozen_has_content"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'content_frozen', 'approved', 'scheduled', 'recipients_frozen', 'running', 'paused', 'finishing', 'done', 'cancelled', 'expired')",
            name=op.f("ck_notices_state"),
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approver_id IS NULL)", name=op.f("ck_notices_approval_has_who_and_when")
        ),
        sa.CheckConstraint(
            "approved_at IS NULL OR (approved_hash = content_hash AND approved_count = expected_count)",
            name=op.f("ck_notices_approval_binds_content_and_count"),
        ),
        sa.CheckConstraint("approver_id <> author_id", name=op.f("ck_notices_second_person")),
        sa.CheckConstraint("expires_at > scheduled_at", name=op.f("ck_notices_expires_after_release")),
        sa.CheckConstraint(
            "scheduled_at IS NULL OR extract(second FROM scheduled_at) = 0",
            name=op.f("ck_notices_scheduled_to_the_minute"),
        ),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_notices_approver_id")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_notices_author_id")),
        sa.ForeignKeyConstraint(["requires_id"], ["notices.id"], name=op.f("fk_notices_requires_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_notices_segment_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["notices.id"], name=op.f("fk_notices_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("token", name=op.f("uq_notices_token")),
    )
    op.create_index(
        "ix_notices_due",
        "notices",
        ["scheduled_at"],
        unique=False,
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "ix_notices_open",
        "notices",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('recipients_frozen', 'running', 'paused', 'finishing')"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("endpoint", sa.String(length=10), server_default="multicast", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="planned", nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.SmallInteger(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("line_ids", sa.LargeBinary(), nullable=True),
        sa.Column("retry_key", sa.Uuid(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lost_leases", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(length=80), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line_request_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("answer", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL AND owner <> '')",
            name=op.f("ck_batches_one_open_claim"),
        ),
        sa.CheckConstraint("endpoint IN ('push', 'multicast')", name=op.f("ck_batches_endpoint")),
        sa.CheckConstraint(
            "state <> 'accepted' OR first_attempt_at IS NOT NULL OR size = 0",
            name=op.f("ck_batches_accepted_was_sent"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled', 'expired', 'split') OR (retry_key IS NOT NULL AND body_hash IS NOT NULL) OR size = 0",
            name=op.f("ck_batches_sealed_has_key"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'sealed', 'sending', 'retry_wait', 'accepted', 'rejected', 'split', 'unknown', 'cancelled', 'expired', 'quarantined')",
            name=op.f("ck_batches_state"),
        ),
        sa.CheckConstraint(
            "(retry_key IS NULL) = (body_hash IS NULL)", name=op.f("ck_batches_key_and_bytes_together")
        ),
        sa.CheckConstraint("first_id <= last_id", name=op.f("ck_batches_first_before_last")),
        sa.CheckConstraint(
            "size BETWEEN 0 AND 500 AND octet_length(members) = 4 * size", name=op.f("ck_batches_size")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_batches_notice_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["batches.id"], name=op.f("fk_batches_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("retry_key", name=op.f("uq_batches_retry_key")),
    )
    op.create_index(
        "ix_batches_due",
        "batches",
        ["notice_id", "next_attempt_at", "seq"],
        unique=False,
        postgresql_where=sa.text("state IN ('planned', 'sealed', 'retry_wait')"),
    )
    op.create_index(
        "ix_batches_leases",
        "batches",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index("ix_batches_range", "batches", ["notice_id", "first_id", "last_id"], unique=False)
    op.create_index("uq_batches_notice_seq", "batches", ["notice_id", "seq"], unique=True)
    op.create_table(
        "exclusions",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('blocked', 'opted_out', 'pulled', 'erased')", name=op.f("ck_exclusions_reason")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_exclusions_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "resident_id", name=op.f("pk_exclusions")),
    )
    op.create_table(
        "tracked_links",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("taps", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_tracked_links_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracked_links")),
    )
    op.create_index(op.f("ix_tracked_links_notice_id"), "tracked_links", ["notice_id"], unique=False)
    op.execute(AUDIT_IS_APPEND_ONLY)
    op.execute(NOTICES_MOVE_AS_DRAWN)


def downgrade() -> None:
    op.execute("DROP TRIGGER notices_move_as_drawn ON notices; DROP FUNCTION notices_move_as_drawn()")
    op.execute("DROP TABLE audit CASCADE; DROP FUNCTION audit_is_append_only()")
    op.drop_index(op.f("ix_tracked_links_notice_id"), table_name="tracked_links")
    op.drop_table("tracked_links")
    op.drop_table("exclusions")
    op.drop_index("uq_batches_notice_seq", table_name="batches")
    op.drop_index("ix_batches_range", table_name="batches")
    op.drop_index("ix_batches_leases", table_name="batches", postgresql_where=sa.text("state = 'sending'"))
    op.drop_index(
        "ix_batches_due",
        table_name="batches",
        postgresql_where=sa.text("state IN ('planned', 'sealed', 'retry_wait')"),
    )
    op.drop_table("batches")
    op.drop_index(
        "ix_notices_open",
        table_name="notices",
        postgresql_where=sa.text("state IN ('recipients_frozen', 'running', 'paused', 'finishing')"),
    )
    op.drop_index("ix_notices_due", table_name="notices", postgresql_where=sa.text("state = 'scheduled'"))
    op.drop_table("notices")
    op.drop_table("staff_sessions")
    op.drop_table("segments")
    op.drop_table("conversations")
    op.drop_index("ix_children_birth_month", table_name="children")
    op.drop_table("children")
    op.drop_table("unknown_words")
    op.drop_table("staff")
    op.drop_index("ix_residents_ward", table_name="residents")
    op.drop_index("ix_residents_topics", table_name="residents", postgresql_using="gin")
    op.drop_table("residents")
    op.drop_table("quarantined")
    op.drop_table("pack_files")
    op.drop_table("heartbeats")
    op.drop_index("ix_events_received_at", table_name="events")
    op.drop_index("ix_events_new", table_name="events", postgresql_where=sa.text("state = 'new'"))
    op.drop_table("events")
