"""LINE's rules for actions (reference, "Action objects")."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from app.sandbox.answers import Json
from app.sandbox.checking import Check, graphemes

EVERYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
QUICK_REPLY = (*EVERYWHERE, "camera", "cameraRoll", "location")
RICH_MENU = (*EVERYWHERE, "richmenuswitch")
SCHEMES = ("http", "https", "line", "tel")
INPUT_OPTIONS = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
_DATE = r"(19|20|21)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
MOMENTS = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}"),
}


class Place(NamedTuple):
    """Where actions stand: which kinds may, and how long a label may be."""

    kinds: tuple[str, ...]
    label: int
    label_required: bool


TEMPLATE = Place(EVERYWHERE, 20, True)
IMAGE_CAROUSEL = Place(EVERYWHERE, 12, False)
MENU_AREA = Place(RICH_MENU, 20, False)
QUICK = Place(QUICK_REPLY, 20, True)
BUTTON = Place(EVERYWHERE, 40, True)
FLEX = Place(EVERYWHERE, 40, False)


def check_action(check: Check, action: Any, path: str, place: Place) -> None:
    """One action object where ``place`` allows it."""
    if not check.object(action, path) or not check.one_of(action, f"{path}.type", place.kinds, required=True):
        return
    check.text(action, f"{path}.label", place.label, required=place.label_required, count=graphemes)
    match action["type"]:
        case "postback":
            _postback(check, action, path)
        case "message":
            check.text(action, f"{path}.text", 300, required=True, count=graphemes)
        case "uri":
            check.url(action, f"{path}.uri", limit=10_000, schemes=SCHEMES, required=True)
            if "altUri" in action and check.object(action["altUri"], f"{path}.altUri"):
                check.url(action["altUri"], f"{path}.altUri.desktop", limit=10_000, schemes=SCHEMES)
        case "datetimepicker":
            _picker(check, action, path)
        case "clipboard":
            check.text(action, f"{path}.clipboardText", 1000, required=True)
        case "richmenuswitch":
            check.matches(action, f"{path}.richMenuAliasId", ALIAS, required=True)
            check.text(action, f"{path}.data", 300, required=True)


def _postback(check: Check, action: Json, path: str) -> None:
    check.text(action, f"{path}.data", 300, required=True)
    check.text(action, f"{path}.displayText", 300, count=graphemes)
    check.text(action, f"{path}.text", 300, count=graphemes)
    if "displayText" in action and "text" in action:
        check.fail(f"{path}.text", "displayText and text can not be used at the same time")
    check.one_of(action, f"{path}.inputOption", INPUT_OPTIONS)
    check.text(action, f"{path}.fillInText", 300, count=graphemes)
    if "fillInText" in action and action.get("inputOption") != "openKeyboard":
        check.fail(f"{path}.fillInText", "fillInText needs inputOption openKeyboard")


def _picker(check: Check, action: Json, path: str) -> None:
    check.text(action, f"{path}.data", 300, required=True)
    if not check.one_of(action, f"{path}.mode", tuple(MOMENTS), required=True):
        return
    before = len(check.details)
    for name in ("initial", "min", "max"):
        check.matches(action, f"{path}.{name}", MOMENTS[action["mode"]])
    if len(check.details) > before:
        return
    low, high = action.get("min", ""), action.get("max", "~")
    if low.upper() >= high.upper():
        check.fail(f"{path}.min", "min must be less than max")
    elif "initial" in action and not low.upper() <= action["initial"].upper() <= high.upper():
        check.fail(f"{path}.initial", "initial must be between min and max")
