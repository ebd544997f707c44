"""What a script's 「@」 lines put in place: who lives in the sample pack, and what lies at the desk for bulky waste."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot_flows.bulky_facts import Booked, BulkyFacts, Order
from bot_flows.types import Resident
from tests.flows.measure import sample_town
from tests.flows.town import SmallTown


def of_the_temple_town() -> Resident:
    """Somebody of the sample pack who wants garbage and disasters and is reminded on the evening before."""
    [home] = [place.district for place in sample_town().places if place.district.name == "寺町"]
    return Resident(
        frozenset({"garbage", "disaster"}), home.ward, home.code, reminder="-1 18:00", is_new=False
    )


def at_the_desk(known: BulkyFacts, word: str, values: list[str]) -> BulkyFacts:
    """What a line as 「@ order 1001 accepted …」 makes of what is known of bulky waste."""
    match word:
        case "page":
            return replace(known, has_contact=values == ["saved"])
        case "taken":
            area, day, count = values
            return replace(known, taken={**known.taken, (area, date.fromisoformat(day)): int(count)})
        case "number":
            return replace(known, number=int(values[0]))
        case "holds":
            ended = [each for each in known.orders if (each.state, each.payment) != ("held", "due")]
            return replace(known, orders=tuple(ended))
    number, state, payment, day, kind, count, *stopped = values
    known_kind = SmallTown().bulky.kind(kind)
    assert known_kind is not None
    line = Booked(kind, known_kind.whole, int(count), known_kind.fee)
    order = Order(
        int(number), (line,), "east", date.fromisoformat(day), state, payment, stopped=bool(stopped)
    )
    return replace(known, orders=(*known.orders, order))
