"""The data a button carries: ``f=…&v=…&s=…&n=…&a=…`` for an answer, ``f=…&a=…`` for a door.

An answer belongs to one question (step ``s``, nonce ``n``) and does nothing once that question has passed.
A door opens something and works for ever: rich menu, cards, footers of notices. LINE allows 300 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from bot_flows.values import checked

LONGEST = 300
_PLAIN = re.compile(r"[A-Za-z0-9_.:,-]*").fullmatch
"""Values that stand for themselves: nearly all of them."""


class TooLong(ValueError):
    """Data beyond LINE's 300 characters: a fault of the flow, found in tests."""


@checked(frozen=True, slots=True)
class Press:
    """A button as read. ``nonce`` is -1 for a door. ``rest`` holds further values, such as ``id``."""

    flow: str
    act: str
    version: int = 0
    step: str = ""
    nonce: int = -1
    rest: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_door(self) -> bool:
        return self.nonce < 0


def _joined(pairs: Mapping[str, object]) -> str:
    data = "&".join(f"{name}={_quoted(str(value))}" for name, value in pairs.items())
    if len(data) > LONGEST:
        raise TooLong(data)
    return data


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return value if _PLAIN(value) else quote(value, safe="-_.:,")


@lru_cache(maxsize=512)
def door(flow: str, act: str, **rest: str) -> str:
    """Data of a button that opens something at any time: ``door("menu", "garbage")``."""
    return _joined({"f": flow, "a": act, **rest})


def answer(flow: str, version: int, step: str, nonce: int, act: str) -> str:
    """Data of a button that answers the question asked as number ``nonce``."""
    return answers(flow, version, step, nonce)(act)


def answers(flow: str, version: int, step: str, nonce: int) -> Callable[[str], str]:
    """``answer`` for every button of one question: all of it but the act is the same."""
    beginning = f"f={flow}&v={version}&s={step}&n={nonce}&a="

    def data(act: str) -> str:
        said = beginning + _quoted(act)
        if len(said) > LONGEST:
            raise TooLong(said)
        return said

    return data


def _pairs(data: str) -> dict[str, str]:
    if "%" in data or "+" in data:
        return dict(parse_qsl(data, keep_blank_values=True))
    # Nearly every button of ours: nothing in it is escaped.
    return {name: value for name, _, value in (each.partition("=") for each in data.split("&") if each)}


@lru_cache(maxsize=4096)
def read(data: str) -> Press | None:
    """A button's data, or None when it is not of this shape (another product's, damaged, made up)."""
    if len(data) > LONGEST:
        return None
    pairs = _pairs(data)
    flow, act = pairs.pop("f", ""), pairs.pop("a", "")
    if not flow or not act:
        return None
    version, step, nonce = pairs.pop("v", "0"), pairs.pop("s", ""), pairs.pop("n", "")
    if not (version.isascii() and version.isdigit()) or not (
        nonce == "" or (nonce.isascii() and nonce.isdigit())
    ):
        return None
    if bool(step) != bool(nonce):
        return None
    return Press(flow, act, int(version), step, int(nonce) if nonce else -1, pairs)
