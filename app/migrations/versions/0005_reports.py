"""damage reports, photos, the staff inbox and single pushes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KINDS = "'hole', 'gutter', 'light', 'rail', 'tree', 'park', 'water', 'litter'"
STATES = "'received', 'checked', 'working', 'elsewhere', 'done'"


def _when(name: str, *, empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty)


def _to(table: str, name: str, target: str, on_delete: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [target], name=f"fk_{table}_{name}", ondelete=on_delete or None)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("report_numbers", start=1001)))
    _photos()
    _pushes()
    _reports()
    _threads()


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("resident_id", sa.Integer()),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("reason", sa.String(20), server_default="", nullable=False),
        sa.Column("name", sa.String(40), server_default="", nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _when("next_attempt_at"),
        _when("created_at"),
        sa.CheckConstraint("state IN ('waiting', 'kept', 'refused', 'gone')", name="state"),
        sa.CheckConstraint("message_id ~ '^[0-9A-Za-z_-]{1,40}$'", name="message_id_shape"),
        sa.CheckConstraint(r"name ~ '^([0-9a-f]{32}\.jpg)?$'", name="name_shape"),
        sa.CheckConstraint("(state = 'kept') = (name <> '')", name="kept_has_a_file"),
        sa.CheckConstraint("(state = 'refused') = (reason <> '')", name="refused_has_a_reason"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        _to("photos", "resident_id", "residents.id", "SET NULL"),
        sa.PrimaryKeyConstraint("message_id", name="pk_photos"),
    )
    op.create_index(
        "ix_photos_due", "photos", ["next_attempt_at"], postgresql_where=sa.text("state = 'waiting'")
    )


def _pushes() -> None:
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("retry_key", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        _when("lease_until", empty=True),
        _when("created_at"),
        _when("next_attempt_at"),
        _when("first_attempt_at", empty=True),
        _when("settled_at", empty=True),
        sa.Column("line_request_id", sa.String(64), server_default="", nullable=False),
        sa.Column("answer", sa.String(200), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'rejected', 'unknown')", name="state"
        ),
        sa.CheckConstraint("octet_length(body_hash) = 64", name="body_hash"),
        sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending_has_a_lease"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (state IN ('waiting', 'sending'))", name="settled_has_when"
        ),
        sa.CheckConstraint("state = 'waiting' OR first_attempt_at IS NOT NULL", name="sent_has_when"),
        _to("pushes", "resident_id", "residents.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_pushes"),
        sa.UniqueConstraint("retry_key", name="uq_pushes_retry_key"),
    )
    open_ = sa.text("state IN ('waiting', 'sending')")
    op.create_index("ix_pushes_open", "pushes", ["resident_id", "id"], postgresql_where=open_)


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident_id", sa.Integer()),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("place", sa.String(200), server_default="", nullable=False),
        sa.Column("district", sa.String(40), server_default="", nullable=False),
        sa.Column("words", sa.String(400), server_default="", nullable=False),
        sa.Column("state", sa.String(10), server_default="received", nullable=False),
        _when("created_at"),
        _when("updated_at"),
        _when("done_at", empty=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        sa.CheckConstraint("latitude IS NOT NULL OR place <> ''", name="has_a_place"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_when"),
        _to("reports", "resident_id", "residents.id", "SET NULL"),
        sa.PrimaryKeyConstraint("number", name="pk_reports"),
    )
    not_done = sa.text("state <> 'done'")
    op.create_index("ix_reports_open", "reports", ["kind", "latitude"], postgresql_where=not_done)
    op.create_index("ix_reports_state", "reports", ["state", "created_at"])
    op.create_table(
        "report_photos",
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="place"),
        _to("report_photos", "message_id", "photos.message_id", "CASCADE"),
        _to("report_photos", "number", "reports.number", "CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name="pk_report_photos"),
    )
    op.create_table(
        "report_followers",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _to("report_followers", "number", "reports.number", "CASCADE"),
        _to("report_followers", "resident_id", "residents.id", "CASCADE"),
        sa.PrimaryKeyConstraint("number", "resident_id", name="pk_report_followers"),
    )
    op.create_index("ix_report_followers_resident_id", "report_followers", ["resident_id"])


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), server_default="open", nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        _when("opened_at"),
        _when("last_at"),
        _when("waiting_since", empty=True),
        _when("closed_at", empty=True),
        sa.Column("closed_by", sa.String(80), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name="state"),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by <> '')", name="closed_has_when"
        ),
        sa.CheckConstraint("state = 'open' OR NOT live", name="closed_is_not_live"),
        sa.CheckConstraint("state = 'open' OR waiting_since IS NULL", name="closed_waits_for_nobody"),
        _to("threads", "resident_id", "residents.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    is_open, waits = sa.text("state = 'open'"), sa.text("waiting_since IS NOT NULL")
    op.create_index("uq_threads_open", "threads", ["resident_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_threads_waiting", "threads", ["waiting_since"], postgresql_where=waits)
    op.create_table(
        "thread_lines",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        _when("at"),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.String(40), server_default="", nullable=False),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("photo_id", sa.String(40)),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("push_id", sa.Integer()),
        sa.CheckConstraint("text <> '' OR photo_id IS NOT NULL OR taken_back", name="says_something"),
        sa.CheckConstraint(
            "staff_id IS NULL OR (photo_id IS NULL AND message_id = '')", name="staff_write_text"
        ),
        _to("thread_lines", "thread_id", "threads.id", "CASCADE"),
        _to("thread_lines", "photo_id", "photos.message_id", "SET NULL"),
        _to("thread_lines", "staff_id", "staff.id"),
        _to("thread_lines", "push_id", "pushes.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_thread_lines"),
    )
    op.create_index("ix_thread_lines_thread_id", "thread_lines", ["thread_id", "id"])
    sent = sa.text("message_id <> ''")
    op.create_index("ix_thread_lines_message_id", "thread_lines", ["message_id"], postgresql_where=sent)


def downgrade() -> None:
    for table in (
        "thread_lines", "threads", "report_followers", "report_photos", "reports", "pushes", "photos",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("report_numbers")))
