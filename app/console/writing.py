"""Between a form and the standard text: reads fields, shows what was put right, and what is still wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.console.audience import LANGUAGES
from app.notices.models import Notice
from app.segments import phrases
from app.segments import rules as segment_rules
from app.segments.words import All, AnyOf, Rule
from app.town.rules import LoadedTown
from content import catalogue, limits, standard
from content.catalogue import FieldSpec, NoticeType
from content.fields import kinds
from content.fields.reading import Change
from content.notice import make

KEYS = {"phone": "tel", "url": "url", "mail": "email"}
LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One field on the form. ``typed`` is what the person wrote, ``text`` what stands in the box now."""

    id: str
    spec: FieldSpec
    typed: str
    text: str
    value: Any = None
    note: str = ""
    """What was put right, as a sentence; empty when nothing was."""
    problem: str = ""
    kept: bool = False
    """The person took a correction back: the text stays as typed."""

    @property
    def label(self) -> str:
        return self.spec.label

    @property
    def required(self) -> bool:
        return self.spec.required

    @property
    def help(self) -> str:
        example = f"例：{self.spec.example}" if self.spec.example else ""
        return f"{self.spec.help} {example}".strip()

    @property
    def long(self) -> bool:
        return self.spec.kind == "longtext"

    @property
    def keys(self) -> str:
        return KEYS.get(self.spec.kind, "")


@dataclass(frozen=True, slots=True)
class Filled:
    """A whole form."""

    type: NoticeType
    entries: tuple[Entry, ...]
    pending: bool = False
    """Corrections or an undo that the person has not seen yet."""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for the summary."""
        return [(entry.id, entry.problem) for entry in self.entries if entry.problem]

    @property
    def fixed(self) -> int:
        return sum(bool(entry.note) for entry in self.entries)

    @property
    def may_go_on(self) -> bool:
        return not self.problems and not self.pending

    @property
    def texts(self) -> dict[str, str]:
        """Label to text of every field that says something: what is stored."""
        return {entry.label: entry.text for entry in self.entries if entry.text.strip()}

    @property
    def title(self) -> str:
        """What staff call the notice: the text of its headline."""
        return next(entry.text.strip() for entry in self.entries if entry.label == self.type.card.headline)


def notice_type(type_id: str) -> NoticeType | None:
    return catalogue.notice_types().get(type_id)


def known_type(type_id: str) -> NoticeType:
    """The type of a stored notice; the catalogue never loses one."""
    return catalogue.notice_types()[type_id]


def type_name(type_id: str) -> str:
    found = notice_type(type_id)
    return found.name if found else type_id


def type_groups() -> list[tuple[str, list[NoticeType]]]:
    """The types with one text for all, by group, in the catalogue's order; personal ones need a list of people."""
    groups: dict[str, list[NoticeType]] = {}
    for each in catalogue.notice_types().values():
        if not each.personal:
            groups.setdefault(each.group, []).append(each)
    return list(groups.items())


def blank(kind: NoticeType, *, today: date) -> Filled:
    """An empty form."""
    return Filled(kind, tuple(Entry(f"f{n}", spec, "", "") for n, spec in enumerate(kind.fields)))


def stored(notice: Notice, *, today: date) -> Filled:
    """The form of a stored notice, exactly as it stands."""
    kind = catalogue.notice_types()[notice.type]
    texts = [notice.fields.get(spec.label, "") for spec in kind.fields]
    return Filled(
        kind,
        tuple(
            Entry(f"f{n}", spec, text, text)
            for n, (spec, text) in enumerate(zip(kind.fields, texts, strict=True))
        ),
    )


def filled(kind: NoticeType, form: Mapping[str, str], *, today: date) -> Filled:
    """Read a posted form. A pressed 「元に戻す」 brings back what was typed and keeps it."""
    undone = form.get("undo", "")
    entries = []
    for spec in kind.fields:
        typed = form.get(f"f:{spec.label}", "")[:LONGEST_VALUE].replace("\r\n", "\n")
        kept = form.get(f"keep:{spec.label}") == "yes"
        if spec.label == undone:
            typed, kept = form.get(f"was:{spec.label}", typed)[:LONGEST_VALUE], True
        entries.append(entry(kind, spec.label, typed, kept=kept, today=today))
    return Filled(kind, tuple(entries), pending=bool(undone) or any(e.note for e in entries))


def entry(kind: NoticeType, label: str, typed: str, *, kept: bool, today: date) -> Entry:
    """One field, read: put right where that is safe, with a sentence of what is wrong otherwise."""
    number, spec = next((n, s) for n, s in enumerate(kind.fields) if s.label == label)
    name = f"f{number}"
    if not typed.strip():
        problem = _missing(spec) if spec.required else ""
        return Entry(name, spec, typed, "", problem=problem)
    reading = kinds.read(spec.kind, typed, today=today)
    too_long = _too_long(spec, reading.text)
    if too_long:
        return Entry(name, spec, typed, typed, problem=too_long, kept=kept)
    if reading.problems:
        return Entry(
            name,
            spec,
            typed,
            typed,
            problem="".join(finding.message for finding in reading.problems),
            kept=kept,
        )
    if kept:
        return Entry(name, spec, typed, typed.strip(), reading.value, kept=True)
    return Entry(name, spec, typed, reading.text, reading.value, note=_note(reading.changes))


def _missing(spec: FieldSpec) -> str:
    example = f"例：{spec.example}" if spec.example else ""
    return f"{spec.label}を入力してください。{example}"


def _too_long(spec: FieldSpec, text: str) -> str:
    length = limits.grapheme_len(text)
    if length <= spec.limit:
        return ""
    return f"{spec.label}は{spec.limit}字までです。いま{length}字なので、{length - spec.limit}字減らしてください。"


def _note(changes: Sequence[Change]) -> str:
    """「「10時から」を「10:00-」に直しました。」, or nothing when the text stands as typed."""
    if not changes:
        return ""
    pairs = "、".join(f"「{_short(change.from_)}」を「{_short(change.to)}」" for change in changes)
    return f"{pairs}に直しました。"


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 40 else one_line[:39] + "…"


def standard_text(notice: Notice, town: LoadedTown) -> str:
    """The notice as its standard text, 「【label】value」 a line."""
    return standard.render(make(notice.type, notice.fields), town.name)


def names(town: LoadedTown) -> phrases.Names:
    """How rules' ids are called in this town."""
    districts = {each.code: each.name for ward in town.wards for each in town.districts(ward)}
    return phrases.Names({topic.id: topic.name for topic in town.topics}, districts, LANGUAGES)


def who(notice: Notice, town: LoadedTown) -> str:
    """Whom a notice is for, as a phrase: 「「ごみ」を選んだ人」."""
    return sentence(segment_rules.from_json(notice.rule), town)


def sentence(rule: Rule, town: LoadedTown) -> str:
    """The rule's phrase without the brackets around the whole, which only the parts of a rule need."""
    said = phrases.sentence(rule, names(town))
    whole = isinstance(rule, All | AnyOf) and len(rule.parts) > 1
    return f"{said[1:-2]}人" if whole and said.endswith("）人") else said
