"""A notice as what it says: the type and, per label, the canonical text. Nothing about sending it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from content.catalogue import NoticeType, notice_types
from content.fields.kinds import read
from content.fields.reading import Reading

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Notice:
    """``type`` is an id of the catalogue ("" when reading could not tell); ``fields`` maps label to text.

    ``make`` brings any mapping into the canonical form that reading back gives: catalogue order, no empty field,
    LF line ends, no spaces at line ends.
    """

    type: str
    fields: Mapping[str, str]

    @property
    def kind(self) -> NoticeType | None:
        """The catalogue's entry, None for an unknown type."""
        return notice_types().get(self.type)

    def get(self, label: str) -> str:
        """The text of a field, "" when it says nothing."""
        return self.fields.get(label, "")

    def first(self, labels: tuple[str, ...]) -> str:
        """The first of these fields that says something."""
        return next((text for text in map(self.get, labels) if text), "")


def tidy(text: str) -> str:
    """Lines ended by LF, nothing after their last visible character, no empty lines at the ends."""
    return "\n".join(line.rstrip() for line in _LINE_END.split(text)).strip()


def make(type_id: str, fields: Mapping[str, str]) -> Notice:
    """A notice in canonical form. Labels the type does not know are kept, after the known ones."""
    kind = notice_types().get(type_id)
    order = {spec.label: place for place, spec in enumerate(kind.fields)} if kind else {}
    tidied = {label: tidy(text) for label, text in fields.items()}
    known = sorted((label for label in tidied if label in order), key=order.__getitem__)
    others = [label for label in tidied if label not in order]
    kept = {label: tidied[label] for label in (*known, *others) if tidied[label]}
    return Notice(type_id, MappingProxyType(kept))


def typed(notice: Notice, *, today: date) -> dict[str, Reading]:
    """Every field read by its kind. A label the type does not know is read as text."""
    kind = notice.kind
    specs = {spec.label: spec.kind for spec in kind.fields} if kind else {}
    return {
        label: read(specs.get(label, "longtext"), text, today=today) for label, text in notice.fields.items()
    }
