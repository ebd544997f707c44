"""What a test or a trainer can switch while the sandbox runs (docs/sandbox.md lists them)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from app.sandbox.answers import Json, Refused

_CHOICES = {
    "foreign_ids": ("ignore", "refuse"),
    "retry_key_scope": ("channel", "endpoint"),
}


@dataclass(slots=True)
class Options:
    """Defaults are a verified municipal account on an ordinary day."""

    webhook_url: str = ""
    webhook_active: bool = True
    quota: int | None = None
    """Messages a month; None is LINE's ``type: none``, as presumed for the municipal plan."""
    foreign_ids: str = "ignore"
    """Well-formed ids in a multicast that are nobody here: LINE's reference names both outcomes."""
    retry_key_scope: str = "channel"
    limits_factor: float = 1.0
    """Multiplies every rate limit; 0 switches them off."""
    limits_burst: float = 1.0
    """How much of one window may come at once; LINE does not say how it refills."""
    verified_account: bool = True
    """Only verified accounts may list followers."""
    redelivery: bool = True
    redelivery_seconds: float = 2.0
    redelivery_times: int = 5
    batch_seconds: float = 0.0
    """Events of this many seconds go in one POST; 0 sends each at once."""
    duplicate_share: float = 0.0
    """Share of webhook POSTs that are sent twice."""
    shuffle: bool = False
    """Mixes the order of the events in one POST."""
    content_preparing: int = 0
    """How many times video and audio answer 202 before they are ready."""
    bulk_seconds: float = 0.5
    """How long asynchronous work (bulk link, batch, narrowcast) takes."""
    followers_page: int = 1000

    def change(self, values: Json) -> None:
        """Set the named options. Refused with 400 for an unknown name or a value of another kind."""
        known = {field.name: field.type for field in fields(self)}
        for name, value in values.items():
            if name not in known or not _fits(str(known[name]), value):
                raise Refused(400, f"no such option or wrong kind of value: {name}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise Refused(400, f"{name} must be one of {', '.join(_CHOICES[name])}")
        for name, value in values.items():
            setattr(self, name, value)

    def as_json(self) -> Json:
        return asdict(self)


def _fits(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "float":
        return isinstance(value, int | float) and value >= 0
    if kind == "int":
        return isinstance(value, int) and value >= 0
    if kind == "int | None":
        return value is None or (isinstance(value, int) and value >= 0)
    return isinstance(value, str)
