"""Answers are read the same however they are cut into pieces, and what is no HTTP is refused."""

from __future__ import annotations

import pytest

from app.line.responses import Garbled, Reading, Response

PLAIN = b"HTTP/1.1 200 OK\r\nX-Line-Request-Id:  r1 \r\nContent-Length: 5\r\n\r\nhello"
WHOLE = [
    (PLAIN, 200, b"hello", False),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, 200, b"hello", False),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b"", True),
    (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", 200, b"", False),
    (b"HTTP/1.1 409 Conflict\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}", 409, b"{}", True),
    (b"HTTP/1.1 204\r\n\r\n", 204, b"", False),
    (
        b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        500,
        b"abc0123456789",
        False,
    ),
    (b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n", 500, b"", False),
]


@pytest.mark.parametrize("step", [1, 7, 1000])
@pytest.mark.parametrize("case", WHOLE)
def test_pieces_make_no_difference(case: tuple[bytes, int, bytes, bool], step: int) -> None:
    data, status, body, is_last = case
    reading, found = Reading(), list[Response]()
    for start in range(0, len(data), step):
        if (response := reading.feed(data[start : start + step])) is not None:
            assert start + step >= len(data), "not before its last byte"
            found.append(response)
    assert [(one.status, one.body, one.is_last) for one in found] == [(status, body, is_last)]


def test_names_of_headers_are_small_and_values_are_trimmed() -> None:
    response = Reading().feed(PLAIN)
    assert response is not None
    assert response.headers == {"x-line-request-id": "r1", "content-length": "5"}


def test_more_than_the_answer_ends_the_connection() -> None:
    response = Reading().feed(PLAIN + b"HTTP/1.1 200 OK\r\n")
    assert response is not None
    assert (response.body, response.is_last) == (b"hello", True)


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (PLAIN[:-1], (200, b"")),
        (b"HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nhell", None),
        (b"HTTP/1.1 500 No\r\n\r\nuntil the end", (500, b"until the end")),
        (b"HTTP/1.1 200 OK\r\nX: y", None),
        (b"", None),
    ],
)
def test_a_cut_answer_counts_when_its_head_says_200_or_its_end_is_the_end(
    data: bytes, kept: tuple[int, bytes] | None
) -> None:
    reading = Reading()
    assert reading.feed(data) is None
    response = reading.cut()
    assert (response and (response.status, response.body)) == kept


@pytest.mark.parametrize(
    "data",
    [
        b"SMTP hello",
        b"SMTP hello\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n12",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * (1 << 20),
    ],
)
def test_what_is_no_http_is_refused(data: bytes) -> None:
    with pytest.raises(Garbled):
        Reading().feed(data)
