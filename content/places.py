"""Where a notice happens, as a map understands it."""

from __future__ import annotations

from datetime import date

from content.fields.kinds import read
from content.fields.values import Position
from content.notice import Notice

_ANY_DAY = date(2000, 1, 1)
"""A position does not depend on today."""


def position_of(notice: Notice) -> Position | None:
    """The point staff gave, None when there is none or it is unclear."""
    value = read("coordinates", notice.get("位置"), today=_ANY_DAY).value
    return value if isinstance(value, Position) else None


def place_of(notice: Notice, town: str) -> Position | str:
    """A point, else an address, else the name of the place after the town's; "" when the type has no map or no place.

    Which fields say the place stands in the type's ``map`` action. A name alone is searched together with the
    town, since every town has a 市民会館.
    """
    kind = notice.kind
    labels = kind.actions.get("map", ()) if kind else ()
    if "位置" in labels and (position := position_of(notice)):
        return position
    for label in labels:
        text = notice.get(label).split("\n")[0]
        if text and label != "位置":
            return text if label == "住所" else f"{town} {text}".strip()
    return ""
