"""Collects what is wrong with a body, counting as LINE counts ("Character counting in a text")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from app.sandbox.answers import Detail, Json

_JOINER = "\u200d"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Each = Callable[["Check", Any, str], None]


def utf16(text: str) -> int:
    """UTF-16 code units: most lengths."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """User-perceived characters (UAX #29 without the rules for Indic and Hangul clusters): labels and the like."""
    count, joined, flags = 0, False, 0
    for char in text:
        code = ord(char)
        flags = flags + 1 if code in _REGIONAL else 0
        extends = (
            char == _JOINER
            or unicodedata.category(char) in ("Mn", "Me", "Mc")
            or code in _MODIFIERS
            or code in _TAGS
        )
        if not (count and (extends or joined or (flags and flags % 2 == 0))):
            count += 1
        joined = char == _JOINER
    return count - text.count("\r\n")


class Check:
    """Each method looks at one property and notes a detail with its path when it is wrong."""

    def __init__(self) -> None:
        self.details: list[Detail] = []

    def fail(self, path: str, message: str) -> None:
        self.details.append(Detail(message, path))

    def object(self, value: Any, path: str) -> bool:
        """Whether this is a JSON object."""
        if isinstance(value, dict):
            return True
        self.fail(path, "May not be empty" if value is None else "must be an object")
        return False

    def text(
        self, of: Json, path: str, limit: int, *, required: bool = False, count: Callable[[str], int] = utf16
    ) -> None:
        """A text of at most ``limit``; the property's name is the end of ``path``."""
        value = of.get(_name(path))
        if value is None or value == "":
            if required or value == "":
                self.fail(path, "May not be empty")
        elif not isinstance(value, str):
            self.fail(path, "must be a string")
        elif count(value) > limit:
            self.fail(path, f"Length must be between 0 and {limit}")

    def one_of(self, of: Json, path: str, values: Collection[str], *, required: bool = False) -> bool:
        value = of.get(_name(path))
        if value is None:
            if required:
                self.fail(path, "May not be empty")
            return False
        if not isinstance(value, str) or value not in values:
            self.fail(path, f"Must be one of the following values: [{', '.join(values)}]")
            return False
        return True

    def matches(self, of: Json, path: str, pattern: re.Pattern[str], *, required: bool = False) -> None:
        value = of.get(_name(path))
        if value is None:
            if required:
                self.fail(path, "May not be empty")
        elif not isinstance(value, str) or not pattern.fullmatch(value):
            self.fail(path, "invalid property")

    def number(self, of: Json, path: str, low: float, high: float, *, required: bool = False) -> None:
        value = of.get(_name(path))
        if value is None:
            if required:
                self.fail(path, "must be specified")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fail(path, f"must be between {low:g} and {high:g}")

    def flag(self, of: Json, path: str) -> None:
        if not isinstance(of.get(_name(path), False), bool):
            self.fail(path, "must be a boolean")

    def url(
        self,
        of: Json,
        path: str,
        *,
        limit: int = 2000,
        schemes: tuple[str, ...] = ("https",),
        required: bool = False,
    ) -> None:
        """A percent-encoded URL. On loopback http is as good as https, since nobody has a certificate for it."""
        before = len(self.details)
        self.text(of, path, limit, required=required)
        value = of.get(_name(path))
        if len(self.details) > before or not value:
            return
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
            good = good and (parts.scheme not in ("http", "https") or bool(parts.hostname))
        except ValueError:
            good = False
        if not good or not value.isascii() or re.search(r"\s", value):
            self.fail(path, "invalid uri")

    def items(self, of: Json, path: str, low: int, high: int, each: Each) -> None:
        """A list of ``low`` to ``high`` items, each looked at with its own path. A missing list counts as empty."""
        value = of.get(_name(path))
        if value is None and low == 0:
            return
        if not isinstance(value, list) or not low <= len(value) <= high:
            empty = value is None or value == []
            self.fail(path, "May not be empty" if empty else f"Size must be between {low} and {high}")
            return
        for index, item in enumerate(value):
            each(self, item, f"{path}[{index}]")

    def only(self, of: Json, path: str, known: Collection[str]) -> None:
        """No property that LINE does not know here."""
        for name in of:
            if name not in known:
                self.fail(f"{path}.{name}", "unknown field")


def _name(path: str) -> str:
    return path.rpartition(".")[2]
