"""What became of each person of a batch of personal messages, one byte per person in the order of its members. Pure.

A batch of one common message has one outcome for all and no such bytes: its state is everybody's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

UNTRIED, AGAIN, MAYBE = b".w?"
"""Open: nothing left yet; certainly not accepted, tried again later; LINE may have accepted it."""
CODES = {
    "accepted": ord("A"),
    "rejected": ord("R"),
    "unknown": ord("U"),
    "quarantined": ord("Q"),
    "cancelled": ord("C"),
    "expired": ord("X"),
}
ACCEPTED, REJECTED, UNKNOWN, QUARANTINED = (
    CODES[state] for state in ("accepted", "rejected", "unknown", "quarantined")
)
_OPEN = bytes((UNTRIED, AGAIN, MAYBE))
_FINAL = bytes(CODES.values())
_STATES = {code: state for state, code in CODES.items()}


def untried(people: int) -> bytes:
    """The outcomes of a batch that was sealed just now."""
    return bytes((UNTRIED,)) * people


def is_open(code: int) -> bool:
    return code in _OPEN


def open_places(outcomes: bytes) -> list[int]:
    """Who is still to be sent to, as places among the members."""
    return [place for place, code in enumerate(outcomes) if code in _OPEN]


def is_closed(outcomes: bytes) -> bool:
    return not outcomes.translate(None, _FINAL)


def is_untouched(outcomes: bytes) -> bool:
    """Nothing was ever sent to anybody of them."""
    return outcomes.count(UNTRIED) == len(outcomes)


def closed(outcomes: bytes, state: str) -> bytes:
    """Everybody open gets this final state; who may have been accepted cannot become 'not sent'."""
    code = CODES[state]
    doubtful = UNKNOWN if state in ("cancelled", "expired") else code
    return outcomes.translate(bytes.maketrans(_OPEN, bytes((code, code, doubtful))))


def doubted(outcomes: bytes) -> bytes:
    """Their sender is gone: everybody open may have been accepted."""
    return outcomes.translate(bytes.maketrans(_OPEN, bytes((MAYBE,)) * len(_OPEN)))


def summary(outcomes: bytes) -> str:
    """The final state of the batch as a whole: accepted when anybody was, else what befell most."""
    if ACCEPTED in outcomes:
        return "accepted"
    return max(CODES, key=lambda state: outcomes.count(CODES[state]))


def counts(state: str, size: int, outcomes: bytes | None) -> dict[str, int]:
    """People by state; who is open is where their batch is."""
    if outcomes is None:
        return {state: size}
    found = {final: outcomes.count(code) for final, code in CODES.items()}
    found[state] = found.get(state, 0) + size - sum(found.values())
    return {each: people for each, people in found.items() if people}


def each(ids: Sequence[int], state: str, outcomes: bytes | None) -> Iterator[tuple[int, str]]:
    """(resident id, state) of everybody in a batch."""
    if outcomes is None:
        return ((id_, state) for id_ in ids)
    return ((id_, _STATES.get(code, state)) for id_, code in zip(ids, outcomes, strict=True))


def having(ids: Sequence[int], state: str, outcomes: bytes | None, wanted: Collection[str]) -> list[int]:
    """Whose state is one of these."""
    if outcomes is None:
        return list(ids) if state in wanted else []
    return [id_ for id_, theirs in each(ids, state, outcomes) if theirs in wanted]
