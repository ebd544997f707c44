"""``@checked(frozen=True, …)``: values that nobody changes, held to it by the type checker and not while they run.

A frozen dataclass sets each field through ``object.__setattr__``. A turn makes twenty such values, and making them was
a fifth of its time; mypy refuses the same assignments for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as checked
else:
    from dataclasses import dataclass

    def checked(*, frozen: bool, slots: bool = False) -> Any:
        """An ordinary dataclass with the equality and the hash of a frozen one."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["checked"]
