"""Makes one fast pattern of the lines in ``content/cries`` (their notation stands at the head of each file).

Python looks only at the places where a first letter of a pattern stands when every alternative begins with a plain
letter. So groups at the beginning are multiplied out, and alternatives are put together by their first letter. What
would become too long by that (who is hit, and how, and by whom) is looked at only where one of its beginnings stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot_flows.words import fold

_PARTICLE = "(?:が|を|は|も|に|の|で|って|と|へ|、)?"
_BEGINS = "(?<![ぁ-かき-てど-なぬねば-ぷべ-めゃゅ-ゑん-ゖー一-龠々])"
"""Before a short reading nothing may stand but a particle or a mark: 「ちが」 is blood there, in 「気持ちが」 it is not."""
_LONGEST = 1_200
"""Letters a way of saying it may have once it is multiplied out: each costs time when a process begins."""
_MAY_BEGIN = re.compile(r"(?:.*\.\{0,8\})?(?:\([^)]*)?")
"""What stands before a reading that could be the end of another word: nothing, or anything at all."""
_LETTERS, _WORDS = ".{0,8}", r"(?:\w+ ){0,3}"
_KEPT = r"「[^」]*」|\[[^\]]*\]"
"""What is compared as it is written: letters in 「」, and one of several letters."""
_GUARD = re.compile(r"\(\?<!((?:\[[^\]]*\]|[^()])+)\)")

Readings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """What lines say, wherever it stands in a text, or where they say so only at its beginning."""

    anywhere: re.Pattern[str]
    at_first: re.Pattern[str]
    beginnings: re.Pattern[str]
    long: re.Pattern[str]
    """What is too long to be multiplied out, and where it may begin."""

    def found_in(self, text: str) -> bool:
        """Whether one of the lines stands in the text."""
        return bool(
            self.anywhere.search(text)
            or self.at_first.match(text)
            or any(self.long.match(text, begun.start()) for begun in self.beginnings.finditer(text))
        )

    def taken_out(self, text: str) -> str:
        """The text with a mark where one of the lines stood."""
        for each in (self.anywhere, self.at_first, self.long):
            text = each.sub("○", text)
        return text


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language's lines are read. ``spaced``: words end where they end, 「die」 is not in 「diet」."""

    sets: Mapping[str, str]
    readings: Readings
    spaced: bool = False


def words(lines: Iterable[str], notation: Notation) -> Words:
    """One pattern of all the lines."""
    said = (each.strip() for line in lines for each in _alternatives(fold(line)))
    spelt = {_spelt(each, notation): None for each in said if each}
    begun = {each: list(_begun(each, notation)) for each in spelt}
    long = [each for each, ones in begun.items() if sum(map(len, ones)) > _LONGEST]
    short = {one: None for each, ones in begun.items() if each not in long for one in ones}
    heads = (one for each in long for one in _begun(each[: _closing(each) + 1], notation))
    return Words(
        _pattern(_by_letter(one for one in short if not one.startswith("^"))),
        _pattern(one for one in short if one.startswith("^")),
        _pattern(_by_letter(dict.fromkeys(heads))),
        _pattern(long),
    )


def _pattern(alternatives: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives) or "(?!)")


def _by_letter(alternatives: Iterable[str]) -> Iterator[str]:
    """「ab」, 「ac」 → 「a(?:b|c)」."""
    after: dict[str, list[str]] = defaultdict(list)
    for each in alternatives:
        after[each[0]].append(each[1:])
    return (f"{first}(?:{'|'.join(rests)})" for first, rests in after.items())


# ---- one line ---------------------------------------------------------------------------------------------


def _spelt(said: str, notation: Notation) -> str:
    """One way of saying it as a pattern, with the kana of its kanji."""
    said = re.sub(r"(?<=\w)\*", r"\\w*", said) if notation.spaced else re.sub(r"\s+", "", said)
    said = re.sub("<([^<>=!]+)>", lambda found: _any_of(_listed(notation.sets[found[1]])), said)
    said = said.replace("~", _WORDS if notation.spaced else _LETTERS).replace("・", _PARTICLE)
    if notation.readings:
        said = _with_kana(said, notation.readings)
    return re.sub(r"\((?!\?)", "(?:", said)


def _listed(alternatives: str) -> list[str]:
    return fold(alternatives).split("|" if "|" in alternatives else None)


def _any_of(alternatives: Iterable[str]) -> str:
    return f"(?:{'|'.join(alternatives)})"


def _with_kana(said: str, readings: Readings) -> str:
    kanji = re.compile(f"{_KEPT}|({'|'.join(readings)})")

    def spelt(found: re.Match[str]) -> str:
        if not found[1]:
            return found[0].strip("「」")
        guard = _BEGINS if _MAY_BEGIN.fullmatch(said, 0, found.start()) else ""
        return _any_of((found[1], *(each.replace("_", guard) for each in readings[found[1]])))

    return kanji.sub(spelt, said)


def _alternatives(said: str) -> list[str]:
    """What stands between the strokes, those within brackets left alone."""
    parts, depth, since = list[str](), 0, 0
    for at, letter in enumerate(said):
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0:
            parts.append(said[since:at])
            since = at + 1
    return [*parts, said[since:]]


def _begun(said: str, notation: Notation, guards: tuple[str, ...] = ()) -> Iterator[str]:
    """The ways it may begin, each from a plain letter; what must not stand before is asked after that letter."""
    if guard := _GUARD.match(said):
        yield from _begun(said[guard.end() :], notation, (*guards, guard[1]))
    elif said.startswith("(?:"):
        end = _closing(said)
        rest = said[end + 1 :]
        if rest.startswith("?"):
            rest = rest[1:]
            yield from _begun(rest, notation, guards)
        for one in _alternatives(said[3:end]):
            yield from _begun(one + rest, notation, guards)
    elif said.startswith("^"):
        yield said
    elif said[1:2] == "?":
        yield from _begun(said[2:], notation, guards)
        yield from _begun(said[0] + said[2:], notation, guards)
    else:
        yield _guarded(said, notation, guards)


def _closing(said: str) -> int:
    depth = 0
    for at, letter in enumerate(said):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at
    raise ValueError(f"a bracket is open in {said}")


def _guarded(said: str, notation: Notation, guards: tuple[str, ...]) -> str:
    """「(?<!は)火」 → 「火(?<!は火)」"""
    first, rest = said[:1], said[1:]
    if not first or first in r"\()[]|.?*+{}$":
        raise ValueError(f"no plain letter begins {said!r}")
    before = (*guards, r"\w") if notation.spaced else guards
    ends = r"(?!\w)" if notation.spaced else ""
    return first + "".join(f"(?<!{each}{first})" for each in before) + rest + ends
