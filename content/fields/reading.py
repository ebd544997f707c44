"""What reading a field gives: the value, its one written form, what was changed, and what is in doubt.

Never a wrong value: when the writing leaves a doubt the value is None, the text stays as typed and a finding
says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was written differently; ``at`` is the place in the text as typed (code points)."""

    from_: str
    to: str
    rule: str
    at: int

    def json(self) -> dict[str, str | int]:
        return {"from": self.from_, "to": self.to, "rule": self.rule, "at": self.at}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something staff should look at: a Japanese sentence with the way out."""

    rule: str
    at: int
    message: str

    def json(self) -> dict[str, str | int]:
        return {"rule": self.rule, "at": self.at, "message": self.message}


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` None without problems: the field says nothing. None with problems: in doubt."""

    value: object | None
    text: str
    """The canonical form when there is a value, else the text as typed."""
    changes: tuple[Change, ...] = ()
    problems: tuple[Finding, ...] = ()


class Doubt(Exception):
    """A writing that could mean two things or nothing; the sentence says the way out."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


def read_as(typed: str, value: object, canonical: str, rule: str) -> Reading:
    """A reading without doubt; a difference to what was typed is reported as one change."""
    plain = typed.strip()
    changes = () if plain == canonical else (Change(plain, canonical, rule, typed.index(plain)),)
    return Reading(value, canonical, changes)


def in_doubt(typed: str, rule: str, message: str, at: int = 0) -> Reading:
    """Left exactly as typed, with the reason."""
    return Reading(None, typed, (), (Finding(rule, at, message),))
