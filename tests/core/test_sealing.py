"""Personal fields at rest: sealed, bound to their row, readable after a change of keys, closed to everybody else."""

from __future__ import annotations

import base64

import pytest

from app.errors import AskPerson
from app.sealing import sealer

OLD, NEW = (base64.urlsafe_b64encode(bytes([letter]) * 32).decode() for letter in (251, 2))


def test_a_text_comes_back_and_never_looks_the_same() -> None:
    box = sealer(OLD)
    first, second = (box.seal("汐野 花子", bound_to="bulky:1001") for _ in range(2))
    assert first != second and "汐野".encode() not in first
    assert box.open(first, bound_to="bulky:1001") == box.open(second, bound_to="bulky:1001") == "汐野 花子"


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed() -> None:
    sealed = sealer(OLD).seal("本町1-2", bound_to="a")
    both = sealer(f"{NEW}, {OLD}")
    assert both.open(sealed, bound_to="a") == "本町1-2"
    with pytest.raises(AskPerson):
        sealer(OLD).open(both.seal("x", bound_to="a"), bound_to="a")


@pytest.mark.parametrize("at", [0, 3, 8, 20, -1])
def test_a_changed_moved_or_short_text_does_not_open(at: int) -> None:
    sealed = bytearray(sealer(OLD).seal("本町1-2", bound_to="a"))
    with pytest.raises(AskPerson):
        sealer(OLD).open(bytes(sealed), bound_to="b")
    with pytest.raises(AskPerson):
        sealer(OLD).open(bytes(sealed[: abs(at)]), bound_to="a")
    sealed[at] ^= 1
    with pytest.raises(AskPerson):
        sealer(OLD).open(bytes(sealed), bound_to="a")


@pytest.mark.parametrize("keys", ["", " , ", "short", OLD[:-4], f"{OLD},x", "あ" * 44])
def test_bad_keys_are_refused_in_words(keys: str) -> None:
    with pytest.raises(AskPerson, match="FIELD_KEYS"):
        sealer(keys)
