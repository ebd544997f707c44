"""One connection to LINE's host. A request is written the instant it is asked for, its answer calls back.

The socket itself is used, TLS included: a transport, a stream and a task for every call cost more than the call.
Everything here runs in the client's loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence

from app.line.answers import Answer, from_http
from app.line.responses import Garbled, Reading, Response

Address = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
"""As ``getaddrinfo`` answers."""
Done = Callable[[Answer], object]
PATIENCE = 2.0
"""Seconds one address of several may take to answer."""
READ = 65536
"""Bytes at once: four times what a record of TLS holds, so nothing that is already deciphered stays behind, of which the
system would not tell us."""
_LATER = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_SILENCE = "ServerDisconnectedError"


class Connection:
    """One request at a time; ``ended`` is told whether the connection can be used again."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        ended: Callable[[Connection, bool], None],
    ) -> None:
        self._loop, self._socket, self._ended = loop, sock, ended
        self._reading = Reading()
        self._done: Done | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unwritten = memoryview(b"")
        self._is_writing = False
        loop.add_reader(sock, self._readable)

    def is_silent(self) -> bool:
        """Whether nothing came unasked: it would be taken for the answer to the next request."""
        try:
            self._socket.recv(1)
        except _LATER:
            return True
        except OSError:
            return False
        return False

    def ask(self, request: bytes, timeout: float, done: Done) -> None:
        """Write a request; ``done`` gets its answer within so many seconds. Fails only before anything is written."""
        reading, unwritten = Reading(), memoryview(request)
        self._timer = self._loop.call_later(timeout, self._too_late)
        self._done, self._reading, self._unwritten = done, reading, unwritten
        self._write()

    def close(self) -> None:
        """An answer that is still to come finds nobody."""
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()

    def _write(self) -> None:
        try:
            while self._unwritten:
                self._unwritten = self._unwritten[self._socket.send(self._unwritten) :]
        except _LATER:
            if not self._is_writing:
                self._is_writing = True
                self._loop.add_writer(self._socket, self._write)
        except Exception as error:
            # Whatever failed, a part of it may have left.
            self._fail(type(error).__name__)
        else:
            if self._is_writing:
                self._is_writing = False
                self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        try:
            data = self._socket.recv(READ)
        except _LATER:
            return
        except OSError:
            data = b""
        if self._done is None:
            self._ended(self, False)
            return
        try:
            response = self._reading.feed(data) if data else self._reading.cut()
        except Garbled as error:
            self._fail(type(error).__name__)
            return
        if response is not None:
            self._answer(response)
        elif not data:
            self._fail(_SILENCE)

    def _too_late(self) -> None:
        response = self._reading.cut()
        if response is not None:
            self._answer(response)
        else:
            self._fail("TimeoutError")

    def _answer(self, response: Response) -> None:
        answer = from_http(response.status, response.headers, response.body)
        self._finish(answer, may_stay=not response.is_last and not self._unwritten)

    def _fail(self, why: str) -> None:
        self._finish(Answer(status=0, message=why), may_stay=False)

    def _finish(self, answer: Answer, *, may_stay: bool) -> None:
        done, self._done = self._done, None
        if self._timer is not None:
            self._timer.cancel()
        self._ended(self, may_stay)
        if done is not None:
            done(answer)


async def connected(
    addresses: Sequence[Address], host: str, context: ssl.SSLContext | None
) -> tuple[socket.socket, Address]:
    """A socket that is connected, its TLS handshake done, and which of these addresses answered."""
    last: OSError = OSError("no address")
    for address in addresses:
        try:
            patience = None if address is addresses[-1] else PATIENCE
            return await asyncio.wait_for(_connected(address, host, context), patience), address
        except OSError as error:
            last = error
    raise last


async def _connected(address: Address, host: str, context: ssl.SSLContext | None) -> socket.socket:
    family, kind, protocol, _, where = address
    loop = asyncio.get_running_loop()
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_connect(sock, where)
        if context is not None:
            sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            await _shake_hands(loop, sock)
    except BaseException:
        sock.close()
        raise
    return sock


async def _shake_hands(loop: asyncio.AbstractEventLoop, sock: ssl.SSLSocket) -> None:
    while True:
        ready: asyncio.Future[None] = loop.create_future()
        try:
            return sock.do_handshake()
        except ssl.SSLWantReadError:
            loop.add_reader(sock, _set, ready)
        except ssl.SSLWantWriteError:
            loop.add_writer(sock, _set, ready)
        try:
            await ready
        finally:
            loop.remove_reader(sock)
            loop.remove_writer(sock)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
