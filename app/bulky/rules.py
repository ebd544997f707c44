"""Keeping times, links and fields of bulky orders, and the table of their states. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.clock import JST, in_japan
from app.errors import Refused
from bot_flows.bulky_facts import HOLD as HOLD
from bot_flows.bulky_facts import HOUSES as HOUSES
from bot_flows.bulky_facts import PAYMENTS as PAYMENTS
from bot_flows.bulky_facts import STATES as STATES
from bot_flows.private_numbers import hide
from content.fields.phones import NUMBER, hyphened

LINK_LASTS = timedelta(minutes=30)
PURPOSE = "bulky"
"""What a one-time link of ours is for (``app/links``)."""
CONTACT_LASTS = timedelta(hours=24)
"""How long a name waits for its order."""
CONTACT_KEPT = timedelta(days=90)
"""How long name and address stay after the collection; the order itself stays."""
REMIND_FROM, REMIND_UNTIL = time(18), time(21)
REMIND_STILL = timedelta(minutes=30)
"""How long after the last one was made it may still be sent."""
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_NOTE = 40, 80, 200
ACTS = ("paid", "unpaid", "sticker", "collected", "cancel", "tell")
"""What staff do with an order on its page, besides moving it."""


def is_reminding(now: datetime) -> bool:
    """Whether it is the evening hour of the reminder; a missed evening is not made up for at night."""
    return REMIND_FROM <= in_japan(now).time() < REMIND_UNTIL


def end_of_reminding(now: datetime) -> datetime:
    """From when on this evening's 「あした」 would be wrong, or wake somebody."""
    return datetime.combine(in_japan(now).date(), REMIND_UNTIL, JST) + REMIND_STILL


@dataclass(frozen=True, slots=True)
class Contact:
    """Who orders: opened only to be shown to staff."""

    name: str
    address: str
    phone: str

    def packed(self) -> str:
        return json.dumps([self.name, self.address, self.phone], ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> Contact:
        return cls(*json.loads(text))


@dataclass(frozen=True, slots=True)
class Checked:
    """Fields as typed and what is wrong with each (a fault of ``bot_flows.bulky_page.FAULTS``)."""

    contact: Contact | None
    faults: Mapping[str, str]


def check(typed: Mapping[str, str]) -> Checked:
    """Name, address and phone of a form: one line each, not too long, a phone that can be rung."""
    name, address = (_one_line(typed.get(field, "")) for field in ("name", "address"))
    faults: dict[str, str] = {}
    for field, value, most in (("name", name, LONGEST_NAME), ("address", address, LONGEST_ADDRESS)):
        if not value:
            faults[field] = f"{field}_empty"
        elif len(value) > most:
            faults[field] = f"{field}_long"
    phone = _phone(typed.get("phone", ""))
    if phone is None:
        faults["phone"] = "phone_odd" if typed.get("phone", "").strip() else "phone_empty"
    if faults or phone is None:
        return Checked(None, faults)
    return Checked(Contact(name, address, phone), {})


def _one_line(text: str) -> str:
    """Without control characters, line ends and outer blanks."""
    kept = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join(kept.split())


def _phone(text: str) -> str | None:
    """The number with its hyphens; the plan's, or one of its shape (practice numbers)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    for dash in "‐‑‒–—―−ー":
        folded = folded.replace(dash, "-")
    found = NUMBER.fullmatch(folded) if len(folded) <= 20 else None
    return hyphened(found) if found else None


def check_note(note: str, *, needed: bool) -> str:
    """Staff's own words, which residents may read. Refused when missing, too long or with a private number."""
    note = note.strip()
    if needed and not note:
        raise Refused("理由かひとことを書いてください。")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"理由は{LONGEST_NOTE}文字までです。いま{len(note)}文字です。")
    if hide(note)[1]:
        raise Refused("個人番号やカード番号に見える数字があります。消してから送ってください。")
    return note
