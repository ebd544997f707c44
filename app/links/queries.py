"""Find a one-time link. Never commits; looking at a link changes nothing, since previews look as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.links import rules
from app.links.models import OneTimeLink


def valid(
    session: Session, token: str, purpose: str, now: datetime, *, lock: bool = False
) -> OneTimeLink | None:
    """The link while it can be used; None alike for a wrong, an expired and a used one.

    ``lock``: hold it until the commit, so that two forms sent at once cannot both use it.
    """
    if not rules.looks_right(token):
        return None
    found = select(OneTimeLink).where(
        OneTimeLink.token_hash == rules.hashed(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.expires_at > now,
        OneTimeLink.used_at.is_(None),
    )
    return session.scalar(found.with_for_update() if lock else found)
