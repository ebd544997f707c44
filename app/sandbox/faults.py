"""Ordered faults. Each order waits for the next matching calls and acts before or after LINE would accept them."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from app.sandbox.answers import Json, Refused

BEFORE_ONLY = ("rate", "quota", "unauthorized", "redirect")
"""LINE accepts nothing when it answers so."""
AFTER_BY_DEFAULT = ("cut", "malformed", "trickle", "content_type")
KINDS = (*BEFORE_ONLY, *AFTER_BY_DEFAULT, "latency", "error", "drop", "reset", "silence", "half_close")


@dataclass(slots=True)
class Order:
    """``endpoint`` is push, multicast, … or ``METHOD /path/{template}``, or ``*``. ``count`` None: until cleared."""

    fault: str
    endpoint: str = "*"
    when: str = ""
    count: int | None = 1
    skip: int = 0
    share: float = 1.0
    seed: int = 0
    status: int = 500
    seconds: float = 1.0
    body: str | None = None
    used: int = 0
    _chance: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        if self.fault not in KINDS or self.when not in ("", "before", "after"):
            raise Refused(400, f"no such fault: {self.fault} {self.when}".strip())
        if self.fault in BEFORE_ONLY and self.when == "after":
            raise Refused(400, f"{self.fault} happens before acceptance only")
        self.when = self.when or ("after" if self.fault in AFTER_BY_DEFAULT else "before")
        self._chance.seed(self.seed)

    def take(self, names: tuple[str, ...]) -> bool:
        """Whether this order strikes a call known by these names; spends one of its counts if so."""
        if self.count == 0 or (self.endpoint != "*" and self.endpoint not in names):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.share < 1 and self._chance.random() >= self.share:
            return False
        if self.count is not None:
            self.count -= 1
        self.used += 1
        return True

    def as_json(self) -> Json:
        return {name: value for name, value in asdict(self).items() if name != "_chance"}


class Faults:
    """The script: orders in the sequence in which they were given."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def add(self, values: Any) -> list[Order]:
        """Append one order or a list of them. Refused with 400 when one is not understood."""
        new = [_order(value) for value in (values if isinstance(values, list) else [values])]
        self.orders.extend(new)
        return new

    def strike(self, *names: str) -> list[Order]:
        """What befalls this call: every latency that matches, and the first other fault."""
        struck: list[Order] = []
        for order in self.orders:
            full = any(other.fault != "latency" for other in struck)
            if (order.fault == "latency" or not full) and order.take(names):
                struck.append(order)
        return struck


def _order(value: Any) -> Order:
    allowed = set(Order.__dataclass_fields__) - {"used", "_chance"}
    if not isinstance(value, dict) or not set(value) <= allowed or "fault" not in value:
        raise Refused(400, f"an order has these fields: {', '.join(sorted(allowed))}")
    try:
        return Order(**value)
    except TypeError as error:
        raise Refused(400, str(error)) from error
