"""The days a notice speaks of: after the last of them it is of no use any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from content.catalogue import NoticeType
from content.fields import kinds
from content.fields.values import Days, Period


def days_of(kind: NoticeType, fields: Mapping[str, str], today: date) -> list[tuple[str, date]]:
    """(label, last day) of every field that names days."""
    found = []
    for spec in kind.fields:
        if spec.kind not in ("date", "dates", "period") or not fields.get(spec.label):
            continue
        value = kinds.read(spec.kind, fields[spec.label], today=today).value
        spans = value if isinstance(value, tuple) else (value,)
        ends = [each.last if isinstance(each, Days | Period) else each for each in spans]
        days = [each for each in ends if isinstance(each, date)]
        if days:
            found.append((spec.label, max(days)))
    return found
