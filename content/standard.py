"""The standard text of a notice, and the way back: ``parse(render(notice)) == notice``.

The seed paper's figure 9: a title line (town and kind of notice), a group line in ``＜ ＞``, then ``【label】value``,
one field per line. Phones turn the phone number, link, address and date of such lines into things to tap.

A value of several lines continues on the next lines. A continued line that begins with ``【`` or with an
ideographic space gets one more ideographic space in front, so that it is never taken for a field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from content.catalogue import NoticeType, labels, notice_types
from content.notice import Notice, make, tidy

MORE = "続き"
"""Label of the link that ends a shortened version; not a field, so reading back leaves it out."""
_GUARD = "\u3000"
_MAIL_FIRST = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_FIELD = re.compile(r"【([^】\n]{1,40})】(.*)")
_LOOSE = (
    re.compile(
        r"[\s■□●○◆◇▼▽★☆・*]*[\[［〔《<＜〈「]([^\]］〕》>＞〉」\n]{1,20})[\]］〕》>＞〉」]\s*[:：]?(.*)"
    ),
    re.compile(r"[\s■□●○◆◇▼▽★☆・*]*([^:：\n■□●○◆◇▼▽★☆]{1,20})[:：](?!//)(.*)"),
    re.compile(r"[\s]*[■□●○◆◇▼▽★☆]\s*([^:：\s]{1,20})[\s]+(.*)"),
)
"""How towns write by hand: 「［会場］市民会館」「■会場：市民会館」「◆会場　市民会館」; only for labels the catalogue knows."""
_DAY_AND_TIME = ("日時", "開催日時", "とき", "開始日時", "実施日時")
_TIME_BEGINS = re.compile(r"(?:午前|午後|正午|AM|PM|am|pm)|[0-9０-９]{1,2}\s*(?:[:：]|時(?!間))")
_DAY = re.compile(r"[0-9０-９]{1,2}\s*(?:月|日|[/／]\s*[0-9０-９])")


def render(notice: Notice, town: str = "") -> str:
    """The standard text: title line, group line, a line per field; ``town`` is the name on the title line."""
    kind = notice.kind
    head = [f"{town} {kind.title}".strip(), f"＜{kind.group}＞"] if kind else []
    return "\n".join([*head, *field_lines(notice.fields)])


def field_lines(fields: Mapping[str, str]) -> Iterator[str]:
    """``【label】value`` for every field, continued lines guarded."""
    for label, text in fields.items():
        first, *others = text.split("\n")
        # Many programs find a mail address only after a space; reading back leaves it out.
        yield f"【{label}】{' ' if _MAIL_FIRST.match(first) else ''}{first}"
        yield from (_GUARD + line if line.startswith(("【", _GUARD)) else line for line in others)


def parse(text: str) -> Notice:
    """Read a standard text back, also after a messenger changed line ends, spaces at line ends or the first lines.

    Text written by hand is read as far as its labels are known (``also`` in labels.toml). The type is "" when
    neither the title line nor the labels tell it; labels nobody knows are kept under their own name.
    """
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))]
    strict = any((found := _FIELD.match(line)) and _folded(found[1]) in _all_labels() for line in lines)
    pairs, head = _pairs(lines, strict=strict)
    kind = _by_title(head)
    if kind is None:
        pairs = [(label, value.removeprefix(":").removeprefix("：").lstrip()) for label, value in pairs]
        kind = _by_labels([label for label, _ in pairs])
    pairs = [(label, value) for label, value in pairs if _folded(label) != MORE]
    return make(kind.id if kind else "", _named(pairs, kind))


def _pairs(lines: Iterable[str], *, strict: bool) -> tuple[list[tuple[str, str]], list[str]]:
    """(label, value) in order, and the lines before the first field."""
    head: list[str] = []
    pairs: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _field(line, strict=strict)
        if found and not pairs and _titled(found[1]):
            head.append(found[1].strip())
        elif found:
            pairs.append((found[0].strip(), [found[1].strip()]))
        elif pairs:
            pairs[-1][1].append(line.removeprefix(_GUARD))
        else:
            head.append(line.strip())
    return [(label, tidy("\n".join(values))) for label, values in pairs], head


def _field(line: str, *, strict: bool) -> tuple[str, str] | None:
    if strict:
        found = _FIELD.match(line)
        return (found[1], found[2]) if found else None
    for form in _LOOSE:
        found = form.match(line)
        if found and _folded(found[1]) in _all_labels():
            return found[1], found[2]
    return None


def _titled(text: str) -> NoticeType | None:
    """The type whose title ends this line; the longest title wins."""
    line = text.strip()
    if not line.endswith(_titles()):
        return None
    fitting = (
        k
        for k in notice_types().values()
        if line == k.title or line.endswith((" " + k.title, "　" + k.title))
    )
    return max(fitting, key=lambda kind: len(kind.title), default=None)


@cache
def _titles() -> tuple[str, ...]:
    """Every title, to be asked for all at once: most lines end in none."""
    return tuple(kind.title for kind in notice_types().values())


def _by_title(head: Iterable[str]) -> NoticeType | None:
    return next((kind for kind in map(_titled, head) if kind), None)


def _by_labels(found: Iterable[str]) -> NoticeType | None:
    """The type that knows most of these labels, if it knows two or more; none when two types know as many.

    The event goes before the others: hand-written notices of towns are events as a rule.
    """
    folded = [_folded(label) for label in found]
    scores = {
        kind.id: sum(label in _names_of(kind.id) for label in folded) for kind in notice_types().values()
    }
    best = max(scores.values(), default=0)
    winners = [type_id for type_id, score in scores.items() if score == best]
    if best < 2 or (len(winners) > 1 and "event" not in winners):
        return None
    return notice_types()["event" if "event" in winners else winners[0]]


def _named(pairs: Iterable[tuple[str, str]], kind: NoticeType | None) -> dict[str, str]:
    """Labels as the catalogue writes them. The label itself goes before a word that means the same."""
    pairs = list(_split_when(pairs, kind))
    taken = {label for label, _ in pairs}
    fields: dict[str, str] = {}
    for label, value in pairs:
        name = _names_of(kind.id).get(_folded(label), label) if kind else label
        if name != label and (name in taken or name in fields):
            name = label
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


def _split_when(pairs: Iterable[tuple[str, str]], kind: NoticeType | None) -> Iterator[tuple[str, str]]:
    """「日時 12月5日（土）10時～12時」 becomes the day and the time, if there is one of each and no doubt."""
    splits = kind is not None and kind.field("開催日") is not None and kind.field("時間") is not None
    for label, value in pairs:
        begins = _TIME_BEGINS.search(value)
        whole = value[: begins.start()].strip(" 　、,") if begins else ""
        clock = value[begins.start() :].strip() if begins else ""
        if splits and _folded(label) in _DAY_AND_TIME and _DAY.search(whole) and not _DAY.search(clock):
            yield from (("開催日", whole), ("時間", clock))
        else:
            yield label, value


def _folded(label: str) -> str:
    """A label without widths, spaces and colons: 「対　象」 is 「対象」."""
    return re.sub(r"[\s:：]", "", unicodedata.normalize("NFKC", label))


@cache
def _all_labels() -> frozenset[str]:
    return frozenset(_folded(name) for spec in labels().values() for name in (spec.label, *spec.also)) | {
        *_DAY_AND_TIME,
        MORE,
    }


@cache
def _names_of(type_id: str) -> Mapping[str, str]:
    """Every word for a field of this type, folded, to its label; a label beats another field's ``also``."""
    specs = notice_types()[type_id].fields
    words = {_folded(word): spec.label for spec in specs for word in spec.also}
    return words | {_folded(spec.label): spec.label for spec in specs}
