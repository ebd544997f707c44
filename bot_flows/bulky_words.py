"""How bulky orders read: receipt numbers, money, lines of a basket, states. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot_flows.bulky_facts import Booked, Kind, Order
from bot_flows.guide import cut, section
from bot_flows.outcomes import Talk
from bot_flows.pack_facts import Section
from bot_flows.words import fold
from content.limits import QUICK_LABEL
from content.sentences import say

_RECEIPT = re.compile(r"(?a)(\d{4,8})-?(\d\d)")


def receipt(number: int) -> str:
    """「1001-29」: the number and two check digits (ISO 7064, mod 97-10), so that a slip on the phone is noticed."""
    return f"{number:04d}-{98 - number * 100 % 97:02d}"


def number_in(written: str) -> int | None:
    """The number of a receipt as somebody typed it; None when the check digits do not fit."""
    found = _RECEIPT.fullmatch(written.strip())
    number = int(found[1]) if found else 0
    return number if found and receipt(number).replace("-", "") == found[1] + found[2] else None


_SAID = re.compile(r"(?:受付番号|受付|番号)?[\s:：はの]*(\d{4,8}-\d\d)", re.ASCII)
_HYPHENS = str.maketrans("ー−–", "---")


def number_said(text: str) -> int | None:
    """The number of a receipt sent to the chat, 「4821-07」; without its hyphen it may be anything else."""
    found = _SAID.fullmatch(fold(text).translate(_HYPHENS).rstrip("。."))
    return number_in(found[1]) if found else None


def yen(amount: int, language: str) -> str:
    """「1,000円」."""
    return say("bulky.yen", language, amount=f"{amount:,}")


def kind_label(talk: Talk, kind: Kind) -> str:
    """「1人用 500円」, as long as a quick reply allows; abroad the fee and the end of a quotation are never lost."""
    language = talk.facts.resident.language
    fee = yen(kind.fee, language)
    said = talk.facts.town.named(kind.name, language) or talk.quoted(kind.name, QUICK_LABEL - len(fee) - 1)
    return cut(f"{said} {fee}")


def line_of(line: Booked, language: str) -> str:
    """「ソファ（2人用以上）×1」."""
    return say("bulky.line", language, item=line.name, count=line.count)


def lines_of(lines: Iterable[Booked], language: str) -> str:
    return "\n".join(line_of(line, language) for line in lines)


def short_of(order: Order, language: str) -> str:
    """「ソファ（2人用以上）×1」, with 「ほか2点」 when there is more."""
    first = line_of(order.lines[0], language)
    others = order.points - order.lines[0].count
    return say("bulky.and_more", language, first=first, count=others) if others else first


def payment_words(payment: str, language: str) -> str:
    """「処理券」, 「支払い確認中」."""
    return say(f"bulky.payment_{payment}", language)


def state_words(state: str, language: str) -> str:
    """「受付」, 「収集済み」."""
    return say(f"bulky.state_{state}", language)


def phone_of(talk: Talk) -> Section:
    """Who takes orders on the phone."""
    return section(talk, "bulky")
