"""The words of the town's page for name, rest of the address and phone, in the resident's language."""

from __future__ import annotations

from collections.abc import Mapping

from content.sentences import say

FIELDS = ("name", "address", "phone")
FAULTS = ("name_empty", "name_long", "address_empty", "address_long", "phone_empty", "phone_odd")
"""What can be wrong with a field; the words are ``bulky.page_<fault>``."""


def words(language: str) -> Mapping[str, str]:
    """Everything the page says, by what it is for."""
    return {
        "title": say("bulky.page_title", language),
        "lead": say("bulky.page_lead", language),
        "name": say("bulky.page_name", language),
        "name_help": say("bulky.page_name_help", language),
        "address": say("bulky.page_address", language),
        "address_help": say("bulky.page_address_help", language),
        "phone": say("bulky.page_phone", language),
        "phone_help": say("bulky.page_phone_help", language),
        "must": say("bulky.page_must", language),
        "save": say("bulky.page_save", language),
        "use": say("bulky.page_use", language),
        "mend": say("bulky.page_mend", language),
        "saved_title": say("bulky.page_saved_title", language),
        "saved": say("bulky.page_saved", language),
        "gone_title": say("bulky.page_gone_title", language),
        "gone": say("bulky.page_gone", language),
    }


def why(fault: str, language: str) -> str:
    """What is wrong with a field, one of ``FAULTS``."""
    return say(f"bulky.page_{fault}", language)


def away(phone: str, language: str) -> str:
    """The page cannot keep anything just now."""
    return say("bulky.page_away", language, phone=phone)


def where(district: str, language: str) -> str:
    """「収集する地区：東区青葉1丁目」."""
    return say("bulky.page_district", language, district=district)


def calendar_title(until: str, language: str) -> str:
    """What stands in a phone's calendar: 「粗大ごみの収集（朝8時30分まで）」."""
    return say("bulky.calendar_title", language, until=until)
