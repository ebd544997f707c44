"""A log line that says what to raise, wherever in a chain of errors the system said no."""

from __future__ import annotations

import errno

import pytest

from app.logs import short_of


def chained(first: BaseException) -> BaseException:
    """As a library wraps what the system said."""
    try:
        try:
            raise first
        except BaseException as error:
            raise RuntimeError("could not connect") from error
    except RuntimeError as wrapped:
        return wrapped


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "LimitNOFILE"),
        (MemoryError(), "MemoryMax"),
        (OSError(errno.ECONNREFUSED, "Connection refused"), ""),
        (ValueError("something else"), ""),
    ],
)
def test_what_a_process_had_too_little_of_is_named(error: Exception, said: str) -> None:
    for each in (error, chained(error)):
        assert (said in short_of(each)) if said else (short_of(each) == "")


def test_no_error_is_short_of_nothing() -> None:
    assert short_of(None) == ""
