"""Who may be called what, how long a sign-in lasts, which passwords are refused. Pure.

Lengths and times follow OWASP ASVS 5.0 (V6, V7): at least 12 and at most 128 characters of any kind, 30 minutes
without use, 8 hours in all.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

ROLES = {
    "viewer": "閲覧",
    "author": "作成",
    "approver": "承認",
    "counter": "窓口",
    "admin": "管理",
}
"""Role to the word staff read; a person may hold several."""

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
FEWEST_CHARACTERS = 6
"""Different characters a password must have: 「aaaaaaaaaaaa」 has one."""

_COMMON = (
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "letmein", "welcome", "administrator",
    "12345678", "11111111", "iloveyou", "shiyakusho", "yakuba", "yakusho", "kairan", "abcdefgh",
)  # fmt: skip
"""What guessing programs try first; a password that is one of these plus a few characters is refused."""
_MOST_ADDED = 6


def is_open(*, created_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a sign-in still counts: not ended, used within 30 minutes, begun within 8 hours."""
    return ended_at is None and now - seen_at < IDLE and now - created_at < LONGEST


def token_hash(token: str) -> str:
    """What the table keeps of a session's token, so that a stolen table opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def plain_password(password: str) -> str:
    """One spelling for one password, whatever keyboard typed it (NFC, as ASVS 6.2 recommends)."""
    return unicodedata.normalize("NFC", password)


def password_problem(password: str, *, known_words: Iterable[str] = ()) -> str | None:
    """Why a password is refused, as a sentence; None when it is fine.

    ``known_words``: the sign-in name and the town's own words, which a stranger would guess.
    """
    length = len(password)
    if length < SHORTEST_PASSWORD:
        return f"パスワードは{SHORTEST_PASSWORD}文字以上にしてください。いま{length}文字です。"
    if length > LONGEST_PASSWORD:
        return f"パスワードは{LONGEST_PASSWORD}文字までです。いま{length}文字です。"
    if len(set(password)) < FEWEST_CHARACTERS:
        return "同じ文字のくり返しです。ちがう文字を増やしてください。"
    folded = password.casefold()
    for word in (*_COMMON, *(known.casefold() for known in known_words if known)):
        if word in folded and length - len(word) <= _MOST_ADDED:
            return f"「{word}」は推測されやすい言葉です。ほかの言葉を組み合わせてください。"
    return None


def role_words(roles: Iterable[str]) -> str:
    """Roles as staff read them: 「作成・承認」."""
    held = set(roles)
    return "・".join(word for role, word in ROLES.items() if role in held)
