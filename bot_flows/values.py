"""``@checked(frozen=True, …)``: values that nobody changes, held to it by the type checker and not while they run.

A frozen dataclass sets each field through ``object.__setattr__``. A turn makes twenty such values, and making them was
a fifth of its time; mypy refuses the same assignments for nothing. ``replace`` and ``kept_property`` are what the
standard library calls ``replace`` and ``cached_property``, without what a turn does not need: the look at every field's
description, and the lock between threads (what they keep is the same whoever makes it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as checked
    from dataclasses import replace
    from functools import cached_property as kept_property
else:
    from collections.abc import Callable
    from dataclasses import dataclass, fields
    from functools import cache
    from operator import attrgetter

    def checked(*, frozen: bool, slots: bool = False) -> Any:
        """An ordinary dataclass with the equality and the hash of a frozen one."""
        return dataclass(slots=slots, unsafe_hash=frozen)

    def replace(value: Any, /, **changes: Any) -> Any:
        """The same value with other fields; of a kind with two fields or more."""
        kind = value.__class__
        read, places = _fields(kind)
        values = list(read(value))
        for name, changed in changes.items():
            values[places[name]] = changed
        return kind(*values)

    @cache
    def _fields(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]:
        """What reads all fields at once, and the place of each among them."""
        names = [each.name for each in fields(kind)]
        return attrgetter(*names), {name: place for place, name in enumerate(names)}

    class KeptProperty:
        """A property worked out once per value: a plain attribute of that name hides it from then on."""

        def __init__(self, make: Callable[[Any], Any]) -> None:
            self.make, self.name = make, make.__name__

        def __get__(self, value: Any, kind: type | None = None) -> Any:
            made = value.__dict__[self.name] = self.make(value)
            return made

    kept_property = KeptProperty


__all__ = ["checked", "kept_property", "replace"]
