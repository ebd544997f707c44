"""The catalogue of notice types: what a town sends, which fields each notice has, and what a phone may do with them.

Two kinds of files, made to be read by people who do not program:

``labels.toml``          the dictionary of fields (項目): one label means one thing, written one way, everywhere
``notice_types/*.toml``  one notice type each: its fields in order (``*`` = required), wording, card and actions

Sources: the seed paper's reference list 1 and figure 9 (``source`` in each file says which), the tiers of the
government guideline of 30 April 2021 on LINE. A field named in ``own`` is not in the source; it is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from content.sentences import holes_in

LABELS = Path(__file__).with_name("labels.toml")
FOLDER = Path(__file__).with_name("notice_types")

Tier = Literal["T0", "T1", "T2", "T2S", "T3"]
"""How much a LINE body may say. T2S and T3: nothing but "there is a notice" and a link."""
Kind = Literal[
    "text", "longtext", "date", "dates", "time", "times", "money", "phone", "url", "mail", "postcode", "address",
    "capacity", "age", "period", "coordinates", "payment_number", "el_number", "section", "code",
]  # fmt: skip
"""How a field is written; read and written by ``content.fields``."""
ActionKind = Literal["apply", "calendar", "map", "route", "call", "pay", "web"]
Channel = Literal["line", "mail", "rcs", "sms", "web", "ics", "jsonld", "csv"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field (項目) of a notice type. ``limit`` counts characters as people see them (grapheme clusters)."""

    label: str
    kind: Kind
    required: bool
    help: str
    example: str
    limit: int
    easy: str
    """The label in やさしい日本語, with readings in brackets."""
    also: tuple[str, ...] = ()
    """Labels other towns use for the same thing; accepted when reading, never written."""
    own: bool = False
    """Not in the source the type follows."""


@dataclass(frozen=True, slots=True)
class Card:
    """Which field plays which part on a card, in the alt text and in short versions. All are labels."""

    headline: str
    when: tuple[str, ...] = ()
    until: str = ""
    where: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    """Whole fields leave a short version in this order, the first one first."""


@dataclass(frozen=True, slots=True)
class NoticeType:
    """One entry of the catalogue."""

    id: str
    number: int
    """Place in the list staff see: 0 is the event, 1 to 41 the paper's list, from 51 on our own."""
    name: str
    group: str
    tier: Tier
    source: str
    title: str
    """The kind of notice on the title line; no two types share one, so that reading back is certain."""
    easy_title: str
    purpose: str
    lead: str
    """One plain sentence; holes are labels of required fields."""
    easy_lead: str
    topics: tuple[str, ...]
    channels: frozenset[Channel]
    fields: tuple[FieldSpec, ...]
    card: Card
    actions: Mapping[ActionKind, tuple[str, ...]]
    """Action to the labels that feed it: the first one that is filled; for ``calendar`` all of them, days and times."""

    @property
    def personal(self) -> bool:
        """The LINE body may only say that there is something, never what (tiers T2S and T3)."""
        return self.tier in ("T2S", "T3")

    def field(self, label: str) -> FieldSpec | None:
        return next((spec for spec in self.fields if spec.label == label), None)


class BadCatalogue(Exception):
    """The catalogue's files contradict themselves; ``faults`` names every file and place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@cache
def notice_types() -> Mapping[str, NoticeType]:
    """All notice types by id, in the order staff see them. Read once per process."""
    return MappingProxyType(load(LABELS, FOLDER))


@cache
def labels() -> Mapping[str, FieldSpec]:
    """The dictionary of fields by label."""
    return MappingProxyType(_labels(LABELS, []))


def load(labels_file: Path, folder: Path) -> dict[str, NoticeType]:
    """Read and check the whole catalogue; raises BadCatalogue with every fault found, never returns a part of it."""
    faults: list[str] = []
    known = _labels(labels_file, faults)
    types: list[NoticeType] = []
    for path in sorted(folder.glob("*.toml")):
        table = _table(path, faults)
        if table is not None:
            try:
                types.append(_notice_type(path, table, known))
            except BadCatalogue as bad:
                faults += bad.faults
    faults += _clashes(types)
    if faults:
        raise BadCatalogue(faults)
    return {each.id: each for each in sorted(types, key=lambda each: each.number)}


def _table(path: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        faults.append(f"{path.name}: {reason}")
        return None


def _labels(path: Path, faults: list[str]) -> dict[str, FieldSpec]:
    found: dict[str, FieldSpec] = {}
    for label, table in (_table(path, faults) or {}).items():
        place = f"{path.name} [{label}]"
        wrong = _shape(
            table, {"kind": str, "limit": int, "help": str, "example": str, "easy": str, "also": list}
        )
        if table.get("kind") not in get_args(Kind):
            wrong.append(f"kind {table.get('kind')!r} is unknown")
        if set(label) & set("【】［］*\n") or label != label.strip():
            wrong.append("a label has no brackets, stars, line breaks or spaces around it")
        faults += [f"{place}: {each}" for each in wrong]
        if not wrong:
            values = {name: table[name] for name in ("kind", "help", "example", "limit", "easy")}
            found[label] = FieldSpec(label=label, required=False, also=tuple(table["also"]), **values)
    return found


def _shape(table: Mapping[str, Any], wanted: Mapping[str, type]) -> list[str]:
    """Every name that is missing, unknown or of another type."""
    missing = [f"{name} is missing" for name in wanted if name not in table]
    unknown = [f"{name} is unknown" for name in table if name not in wanted]
    wrong = [
        f"{name} must be {kind.__name__}"
        for name, kind in wanted.items()
        if name in table and (not isinstance(table[name], kind) or table[name] == "")
    ]
    return missing + unknown + wrong


_TEXTS = ("id", "name", "group", "tier", "source", "title", "easy_title", "purpose", "lead", "easy_lead")
_SHAPE: Mapping[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    "number": int,
    **dict.fromkeys(("topics", "channels", "fields", "own"), list),
    **dict.fromkeys(("card", "actions", "examples"), dict),
}
_CARD: Mapping[str, type] = {
    "headline": str,
    "when": list,
    "until": str,
    "where": list,
    "rows": list,
    "drop": list,
}


def _notice_type(path: Path, table: Mapping[str, Any], known: Mapping[str, FieldSpec]) -> NoticeType:
    """One file, checked; raises BadCatalogue with its faults."""
    faults = _shape(table, _SHAPE)
    if not faults:
        faults = list(_contradictions(path, table, known))
    if faults:
        raise BadCatalogue([f"{path.name}: {fault}" for fault in faults])
    card: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table["card"].items()
    }
    return NoticeType(
        number=table["number"],
        topics=tuple(table["topics"]),
        channels=frozenset(table["channels"]),
        fields=tuple(_specs(table, known)),
        card=Card(**card),
        actions=MappingProxyType({kind: tuple(value) for kind, value in table["actions"].items()}),
        **{name: table[name] for name in _TEXTS},
    )


def _specs(table: Mapping[str, Any], known: Mapping[str, FieldSpec]) -> Iterator[FieldSpec]:
    for written in table["fields"]:
        label = written.removesuffix("*")
        spec = known[label]
        yield FieldSpec(
            label=label,
            kind=spec.kind,
            required=written.endswith("*"),
            help=spec.help,
            example=table["examples"].get(label, spec.example),
            limit=spec.limit,
            easy=spec.easy,
            also=spec.also,
            own=label in table["own"],
        )


def _contradictions(path: Path, table: Mapping[str, Any], known: Mapping[str, FieldSpec]) -> Iterator[str]:
    written = [str(each) for each in table["fields"]]
    own = [each.removesuffix("*") for each in written]
    required = {each.removesuffix("*") for each in written if each.endswith("*")}
    if table["id"] != path.stem:
        yield f"id must be {path.stem!r}, as the file is called"
    if table["tier"] not in get_args(Tier):
        yield f"tier {table['tier']!r} is unknown"
    yield from (f"channel {each!r} is unknown" for each in table["channels"] if each not in get_args(Channel))
    yield from (f"field {label!r} is not in labels.toml" for label in own if label not in known)
    yield from (f"field {label!r} stands twice" for label in set(own) if own.count(label) > 1)
    for name in ("lead", "easy_lead"):
        try:
            holes = holes_in(table[name])
        except ValueError as reason:
            yield f"{name}: {reason}"
            continue
        yield from (f"{name}: {{{hole}}} is not a required field" for hole in sorted(holes - required))
    for place, label in _labels_used(table):
        if label not in own:
            yield f"{place}: {label!r} is not a field of this type"


def _labels_used(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every place that names a field, with the label it names."""
    card = table["card"]
    yield from (("card", fault) for fault in [n for n in card if n not in _CARD])
    for name in ("headline", "until"):
        if name == "headline" or card.get(name):
            yield f"card {name}", str(card.get(name, ""))
    for name in ("when", "where", "rows", "drop"):
        yield from ((f"card {name}", str(label)) for label in card.get(name, ()))
    for kind, labels_ in table["actions"].items():
        if kind not in get_args(ActionKind):
            yield "actions", kind
        yield from ((f"actions {kind}", str(label)) for label in labels_)
    yield from (("examples", label) for label in table["examples"])
    yield from (("own", str(label)) for label in table["own"])


def _clashes(types: list[NoticeType]) -> Iterator[str]:
    """Values no two types may share."""
    for name in ("number", "title", "name"):
        seen: dict[object, str] = {}
        for each in types:
            value = getattr(each, name)
            if value in seen:
                yield f"{each.id}.toml: {name} {value!r} is also in {seen[value]}.toml"
            seen[value] = each.id
