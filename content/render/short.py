"""Versions that must fit: whole fields leave in the order the catalogue declares, the link stays.

Limits of the seed paper: SMS 660 characters, RCS (+メッセージ) 2,730; LINE's text message 5,000. All three count
UTF-16 code units.
"""

from __future__ import annotations

from collections.abc import Iterator

from content.limits import TEXT, grapheme_len, utf16_len
from content.notice import Notice
from content.standard import MORE, render

SMS = 660
RCS = 2_730
_DOTS = "…"
_LONGEST_CHARACTER = 12
"""Code points. The longest emoji and flags have 10; a letter under a tower of accents counts as several."""


def sms(notice: Notice, town: str, link: str) -> str:
    """For a telephone without internet; ends in the link to the page with everything."""
    return _fitting(notice, town, SMS, link)


def rcs(notice: Notice, town: str, link: str) -> str:
    """For +メッセージ; ends in the link."""
    return _fitting(notice, town, RCS, link)


def line_text(notice: Notice, town: str, link: str) -> str:
    """The standard text for LINE, whole where it fits; only a shortened one ends in the link."""
    whole = render(notice, town)
    return whole if utf16_len(whole) <= TEXT else _fitting(notice, town, TEXT, link)


def cut(text: str, most: int) -> str:
    """At most ``most`` characters as people see them, the last one 「…」 when something is missing.

    Never inside a character: a kanji keeps its variation selector, an emoji its parts.
    """
    if len(text) <= most:
        return text
    ends = _ends(text)
    if len(ends) <= most:
        return text
    return text[: ends[most - 2] if most > 1 else 0].rstrip() + _DOTS


def _ends(text: str) -> list[int]:
    """Where each character, as people see it, ends."""
    ends: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        joined = place < len(text) and place - start < _LONGEST_CHARACTER
        if not (joined and grapheme_len(text[start : place + 1]) == 1):
            ends.append(place)
            start = place
    return ends


def _fitting(notice: Notice, town: str, most: int, link: str) -> str:
    ending = f"\n【{MORE}】{link}"
    room = most - utf16_len(ending)
    kept = dict(notice.fields)
    for label in _leaving(notice):
        if utf16_len(render(Notice(notice.type, kept), town)) <= room:
            break
        kept.pop(label, None)
    text = render(Notice(notice.type, kept), town)
    if utf16_len(text) > room:
        text = _cut_to_units(text, room)
    return text + ending


def _cut_to_units(text: str, most: int) -> str:
    """At most ``most`` UTF-16 units, cut between characters."""
    units, kept = 1, 0
    start = 0
    for end in _ends(text):
        units += utf16_len(text[start:end])
        if units > most:
            break
        start = kept = end
    return text[:kept].rstrip() + _DOTS


def _leaving(notice: Notice) -> Iterator[str]:
    """Labels in the order they go: unknown ones, the declared ones, other optional ones from the end, required ones
    from the end; the headline never."""
    kind = notice.kind
    if kind is None:
        yield from reversed(list(notice.fields)[1:])
        return
    own = {spec.label for spec in kind.fields}
    yield from (label for label in notice.fields if label not in own)
    yield from kind.card.drop
    rest = [s for s in kind.fields if s.label not in kind.card.drop and s.label != kind.card.headline]
    for required in (False, True):
        yield from (spec.label for spec in reversed(rest) if spec.required == required)
