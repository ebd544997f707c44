"""Give out a link, use it up, forget it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.links import rules
from app.links.models import OneTimeLink

FORGOTTEN_AFTER = timedelta(days=1)


def issue(session: Session, resident_id: int, token: str, what: rules.For, now: datetime) -> None:
    """Keep the hash of ``token`` (``rules.new_token``); an older link for the same thing opens nothing any more."""
    older = update(OneTimeLink).where(
        OneTimeLink.resident_id == resident_id,
        OneTimeLink.purpose == what.purpose,
        OneTimeLink.subject == what.subject,
        OneTimeLink.used_at.is_(None),
    )
    session.execute(older.values(used_at=now))
    session.add(
        OneTimeLink(
            token_hash=rules.hashed(token),
            purpose=what.purpose,
            subject=what.subject,
            resident_id=resident_id,
            created_at=now,
            expires_at=now + what.life,
        )
    )


def use(link: OneTimeLink, now: datetime) -> None:
    """What it was for is done."""
    link.used_at = now


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < now - FORGOTTEN_AFTER))
