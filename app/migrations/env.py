"""Alembic's entry: migrates the database named by DATABASE_URL (or the URL given in the configuration)."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import app.audit
import app.bulky.models
import app.census.models
import app.childcare.models
import app.circuits.models
import app.conversations.models
import app.delivery.models
import app.digests.models
import app.garbage.models
import app.heartbeats.models
import app.inbox.models
import app.links.models
import app.menus.models
import app.mydata.models
import app.notices.models
import app.personal.models
import app.photos.models
import app.pushes.models
import app.reminders.models
import app.repeats.models
import app.reports.models
import app.residents.models
import app.restores.models
import app.segments.models
import app.staff.models
import app.town.models
from app.db import Base

SUBJECTS = (app.audit, app.town.models)
"""Named, so that no tool takes the imports away: they put every subject's tables into Base.metadata."""

PATIENCE = {"options": "-c lock_timeout=500"}
"""Milliseconds a step waits for a lock: whoever writes waits behind it, and after a second PostgreSQL would end one of two
who wait for each other, perhaps a webhook."""
url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]

with create_engine(url, poolclass=NullPool, connect_args=PATIENCE).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
