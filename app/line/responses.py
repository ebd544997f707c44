"""One HTTP/1.1 answer, read piece by piece as it arrives. Pure.

Only what a client needs that sends one request at a time: status, headers, a body by length, in chunks or until the
end. Whatever is not HTTP raises ``Garbled``; nobody guesses what LINE may have meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 1 << 20
"""Bytes of a head or a body; LINE's answers to a send have some hundred."""
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: [^\r\n]*)?(?:\r\n|$)")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*(?:\r\n|$)")
_NUMBER = re.compile(r"[0-9]{1,12}")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_WITHOUT_BODY = (204, 304)


class Garbled(Exception):
    """This is no HTTP, or more of it than anybody needs."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer; ``is_last`` when its connection must not be used again."""

    status: int
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes
    is_last: bool


class Reading:
    """The answer to one request."""

    __slots__ = ("_bytes", "_headers", "_is_last", "_status")

    def __init__(self) -> None:
        self._bytes = b""
        self._status = 0
        self._headers: dict[str, str] = {}
        self._is_last = False

    def feed(self, data: bytes) -> Response | None:
        """The answer, as soon as its last byte is here."""
        self._bytes = self._bytes + data if self._bytes else data
        while not self._status:
            if not self._take_head():
                return None
        found = self._body()
        if found is None:
            if len(self._bytes) > LONGEST:
                raise Garbled("too long")
            return None
        body, end = found
        return Response(self._status, self._headers, body, self._is_last or end < len(self._bytes))

    def cut(self) -> Response | None:
        """What the answer is when nothing more comes: a 200 counts as soon as its head is here."""
        if self._status == 200 or (self._status and self._is_endless()):
            body = self._bytes if self._is_endless() else b""
            return Response(self._status, self._headers, body, is_last=True)
        return None

    def _take_head(self) -> bool:
        """Read a head when it is whole; one of the 1xx is passed over."""
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            if len(self._bytes) > LONGEST or not b"HTTP/1.".startswith(self._bytes[:7]):
                raise Garbled("no head")
            return False
        head, self._bytes = self._bytes[:end], self._bytes[end + 4 :]
        status = _STATUS.match(head)
        if status is None:
            raise Garbled("no status")
        if status[2].startswith(b"1"):
            return bool(self._bytes)
        self._status, self._headers = int(status[2]), _headers(head, status.end())
        kept = self._headers.get("connection", "" if status[1] == b"1" else "close").lower()
        self._is_last = "close" in kept or self._is_endless()
        return True

    def _is_endless(self) -> bool:
        """Its body ends with the connection."""
        framed = "content-length" in self._headers or "transfer-encoding" in self._headers
        return not framed and self._status not in _WITHOUT_BODY

    def _body(self) -> tuple[bytes, int] | None:
        """The body, and where it ends among the bytes that are here."""
        if self._status in _WITHOUT_BODY:
            return b"", 0
        if "transfer-encoding" in self._headers:
            if self._headers["transfer-encoding"].lower() != "chunked":
                raise Garbled("an unknown encoding")
            return _dechunked(self._bytes)
        if self._is_endless():
            return None
        length = self._headers["content-length"]
        if _NUMBER.fullmatch(length) is None or int(length) > LONGEST:
            raise Garbled("no length")
        return (self._bytes[: int(length)], int(length)) if len(self._bytes) >= int(length) else None


def _headers(head: bytes, at: int) -> dict[str, str]:
    found: dict[str, str] = {}
    while at < len(head):
        line = _HEADER.match(head, at)
        if line is None:
            raise Garbled("no header")
        name, value = line[1].decode("ascii").lower(), line[2].decode("latin-1")
        if name == "content-length" and found.get(name, value) != value:
            raise Garbled("two lengths")
        found[name], at = value, line.end()
    return found


def _dechunked(data: bytes) -> tuple[bytes, int] | None:
    body, at = b"", 0
    while data.find(b"\r\n", at) >= 0:
        size = _CHUNK.match(data, at)
        if size is None:
            raise Garbled("no chunk")
        start, end = size.end(), size.end() + int(size[1], 16)
        if start == end:
            # The last one; further headers may follow, up to an empty line.
            stop = data.find(b"\r\n\r\n", start - 2)
            return None if stop < 0 else (body, stop + 4)
        if len(data) < end + 2:
            return None
        if data[end : end + 2] != b"\r\n":
            raise Garbled("a chunk without end")
        body, at = body + data[start:end], end + 2
    return None
