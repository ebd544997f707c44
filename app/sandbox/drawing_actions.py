"""Actions as attributes of HTML elements; the page's script does what they say when they are tapped."""

from __future__ import annotations

import re
from collections.abc import Iterable

import orjson
from markupsafe import Markup, escape

from app.sandbox.answers import Json

LINK = re.compile(r"https?://[^\s<>\"'、。「」（）　]+|(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")
"""Web addresses and telephone numbers that a phone turns into links."""


def tappable(action: Json, *, role: bool = True) -> Markup:
    """Attributes that make an element act; ``role`` False for elements that are buttons already."""
    extra = Markup(' role="button" tabindex="0"') if role else Markup("")
    label = action.get("label")
    if role and label:
        extra += Markup(' aria-label="{}"').format(label)
    return Markup(' data-action="{}"').format(orjson.dumps(action).decode()) + extra


def buttons(actions: Iterable[Json], kind: str) -> Markup:
    """Buttons of a template."""
    return Markup("").join(
        Markup('<button type="button" class="{}"{}>{}</button>').format(
            kind, tappable(action, role=False), action.get("label", "")
        )
        for action in actions
    )


def linked(text: str) -> Markup:
    """Text whose addresses and telephone numbers can be tapped."""
    drawn, at = Markup(""), 0
    for match in LINK.finditer(text):
        target = match[0] if match[0].startswith("http") else "tel:" + match[0]
        action = orjson.dumps({"type": "uri", "uri": target}).decode()
        drawn += escape(text[at : match.start()])
        drawn += Markup('<a href="{}" data-action="{}">{}</a>').format(target, action, match[0])
        at = match.end()
    return drawn + escape(text[at:])
