"""Residents' sentences, looked up by key and filled; a sentence with a missing value refuses to be said.

``content/sentences/<file>.toml`` holds tables of one string per language; the key of ``[hello]`` in
``welcome.toml`` is ``welcome.hello``. Japanese (``ja``) is required. Holes are written ``{name}``. Every other
language is a folder beside them with the same files: ``content/sentences/en/welcome.toml`` has ``hello = "…"``.

Languages never mix: a bubble is put together from several files, so a language is spoken only when every
sentence of the catalogue has it (``spoken``). Until then residents of that language read Japanese, and the
flows show ``menu.no_translation`` in the menu, so that the gap is seen and not guessed at.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).with_name("sentences")
FIRST_LANGUAGE = "ja"


class MissingValue(Exception):
    """A hole of a sentence has no value: the sentence must not reach anyone."""

    def __init__(self, key: str, language: str, name: str) -> None:
        super().__init__(f"{name!r} is missing in sentence {key!r} ({language})")
        self.key, self.language, self.name = key, language, name


class UnknownSentence(Exception):
    """No sentence has this key."""


class BadCatalogue(Exception):
    """The files contradict themselves; ``faults`` names every place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in all its languages. ``holes`` are the same names in each of them."""

    key: str
    holes: frozenset[str]
    texts: Mapping[str, str]


def holes_in(template: str) -> frozenset[str]:
    """Names of the holes in a template; raises ValueError for ``{}``, ``{a.b}``, ``{a!r}`` and ``{a:x}``."""
    names = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"a hole is a plain name in braces, not {{{name}}}")
        names.add(name)
    return frozenset(names)


def _read_one(key: str, texts: Mapping[str, str], faults: list[str]) -> Sentence | None:
    if not texts.get(FIRST_LANGUAGE, "").strip():
        faults.append(f"{key}: {FIRST_LANGUAGE} is missing")
        return None
    holes: dict[str, frozenset[str]] = {}
    for language, template in texts.items():
        try:
            holes[language] = holes_in(template)
        except ValueError as reason:
            faults.append(f"{key} ({language}): {reason}")
            return None
        if holes[language] != holes.get(FIRST_LANGUAGE, holes[language]):
            faults.append(f"{key}: holes of {language} differ from {FIRST_LANGUAGE}")
    return Sentence(key, holes[FIRST_LANGUAGE], {name: text.strip("\n") for name, text in texts.items()})


def _tables(path: Path, faults: list[str]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as reason:
        faults.append(f"{path.name}: {reason}")
        return {}


def _others(folder: Path, faults: list[str]) -> dict[str, dict[str, str]]:
    """Key to its text in every language that has a folder of its own."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*/*.toml")):
        for name, text in _tables(path, faults).items():
            key = f"{path.stem}.{name}"
            if isinstance(text, str) and text.strip():
                found.setdefault(key, {})[path.parent.name] = text
            else:
                faults.append(f"{key} ({path.parent.name}): a translation is one string")
    return found


def load(folder: Path) -> dict[str, Sentence]:
    """All sentences of a folder by key; raises BadCatalogue with every fault found, never a part of them."""
    sentences: dict[str, Sentence] = {}
    faults: list[str] = []
    others = _others(folder, faults)
    for path in sorted(folder.glob("*.toml")):
        for name, texts in _tables(path, faults).items():
            key = f"{path.stem}.{name}"
            if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
                faults.append(f"{key}: a sentence is a table of one string per language")
                continue
            ordered = {FIRST_LANGUAGE: texts.get(FIRST_LANGUAGE, ""), **texts, **others.pop(key, {})}
            sentence = _read_one(key, ordered, faults)
            if sentence is not None:
                sentences[key] = sentence
    if faults:
        raise BadCatalogue(faults)
    return sentences


@cache
def catalogue() -> Mapping[str, Sentence]:
    """The residents' sentences, read once per process."""
    return load(FOLDER)


@cache
def spoken(language: str) -> str:
    """The language residents of ``language`` read: their own when the catalogue is complete in it, else Japanese."""
    whole = all(language in sentence.texts for sentence in catalogue().values())
    return language if whole else FIRST_LANGUAGE


def say(key: str, language: str, /, **values: object) -> str:
    """The sentence ``key`` with its holes filled, in ``spoken(language)``.

    Raises UnknownSentence for a key nobody wrote and MissingValue for a hole that got nothing, None or an
    empty string: a sentence with a gap says something else than its author meant.
    """
    return filled(key, language, values)


def filled(key: str, language: str, values: Mapping[str, object]) -> str:
    """``say`` with its values as they are: a turn says fifteen sentences, and each packing of them counts."""
    parts, holes = _template(key, language)
    if not holes:
        return parts[0]
    said = list(parts)
    for place, name in holes:
        value = values.get(name)
        if value is None or value == "":
            raise MissingValue(key, spoken(language), name)
        said[place] = str(value)
    return "".join(said)


@cache
def whole(key: str, language: str) -> str:
    """A sentence without holes: two of three are said so."""
    return filled(key, language, {})


@cache
def _template(key: str, language: str) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """What residents of a language read in its parts, and which of them are holes of what name."""
    sentence = catalogue().get(key)
    if sentence is None:
        raise UnknownSentence(key)
    parts, holes = [""], []
    for text, name, _, _ in Formatter().parse(sentence.texts[spoken(language)]):
        parts[-1] += text
        if name is not None:
            holes.append((len(parts), name))
            parts += ["", ""]
    return tuple(parts), tuple(holes)
