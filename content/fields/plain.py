"""Free text: kept as written, apart from spaces nobody sees (ends of lines, empty lines at both ends)."""

from __future__ import annotations

import re

from content.fields.reading import Reading, read_as

_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")
_BREAKS = re.compile(r"\s*\n\s*")


def read_line(text: str) -> Reading:
    """One line; line breaks become one space."""
    line = _BREAKS.sub(" ", _LINE_ENDS.sub("\n", text).strip())
    return read_as(text, line, line, "spaces")


def read_lines(text: str) -> Reading:
    """Several lines; spaces at the ends of lines go, since messengers drop them too."""
    lines = "\n".join(line.rstrip() for line in _LINE_ENDS.sub("\n", text).split("\n")).strip()
    return read_as(text, lines, lines, "spaces")


def write(value: str) -> str:
    """Free text is its own written form."""
    return value
