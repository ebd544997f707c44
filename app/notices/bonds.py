"""What a notice says of other notices, and until when it is true: which of it is allowed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import Refused
from app.notices.rules import Bonds

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Other:
    """Another notice, as far as a bond needs to know it."""

    lane: str
    is_standing: bool
    """It reached people, and nobody took it back or replaced it."""


def check(bonds: Bonds, others: Mapping[int, Other], *, lane: str, now: datetime) -> None:
    """``others`` are the released notices among those named, the notice itself never among them."""
    replaced = others.get(bonds.supersedes or 0)
    if bonds.supersedes and replaced is None:
        raise Refused("置き換えるお知らせは、もう送ったお知らせから選んでください。")
    if replaced is not None and replaced.lane == "emergency" and lane != "emergency":
        raise Refused("緊急のお知らせは、緊急のお知らせでだけ置き換えられます。")
    order = others.get(bonds.requires or 0)
    if bonds.requires and order is None:
        raise Refused("もとになるお知らせは、もう送ったお知らせから選んでください。")
    if order is not None and not order.is_standing:
        raise Refused(
            "もとになるお知らせは、いま有効ではありません（取り消されたか、置き換えられたか、だれにも届いていません）。選び直してください。"
        )
    _check_until(bonds.valid_until, now)


def _check_until(until: datetime | None, now: datetime) -> None:
    if until is None:
        return
    if until <= now:
        raise Refused("有効期限が過ぎています。いまより後の日時にしてください。")
    if until - now > LONGEST:
        raise Refused("有効期限は、1年以内の日時にしてください。")
