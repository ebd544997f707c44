"""The way out at the level of bytes: a server that answers, cuts, stalls and speaks unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.line.answers import Answer
from app.line.wire import Wire
from tests.sandbox import free_port

KEY = UUID(int=7)
WHOLE = b"HTTP/1.1 200 OK\r\nX-Line-Request-Id: %d\r\nContent-Length: 2\r\n\r\n{}"
Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


class Server:
    """Reads whole requests and lets ``act`` answer the n-th, over all connections."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.heads: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                await reader.readexactly(length)
                self.heads.append(head)
                await self._act(reader, writer, len(self.heads))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def asked(
    act: Act, work: Callable[[Wire], Awaitable[list[Answer]]], timeout: float = 1.0
) -> tuple[list[Answer], Server]:
    async def all_of_it() -> tuple[list[Answer], Server]:
        server = Server(act)
        async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/base"
            wire = Wire(url, {"Authorization": "Bearer t"}, timeout, connections=20)
            found = await work(wire)
            wire.close()
        return found, server

    return asyncio.run(all_of_it())


async def three(wire: Wire) -> list[Answer]:
    return [await wire.post("/push", b"{}", KEY) for _ in range(3)]


def test_requests_are_what_line_expects_and_share_a_connection() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(WHOLE % number)

    answers, server = asked(act, three)
    assert [(one.status, one.request_id) for one in answers] == [(200, "1"), (200, "2"), (200, "3")]
    assert server.connections == 1
    line, *headers = server.heads[0].decode().split("\r\n")
    assert line == "POST /base/push HTTP/1.1"
    assert {"Authorization: Bearer t", "Content-Length: 2", f"X-Line-Retry-Key: {KEY}"} <= set(headers)
    assert any(header.startswith("Host: 127.0.0.1:") for header in headers)


def test_a_late_answer_never_meets_the_next_request() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        if number == 1:
            await asyncio.sleep(0.3)
        writer.write(WHOLE % number)

    answers, server = asked(act, three, timeout=0.2)
    assert [(one.status, one.request_id, one.sent) for one in answers] == [
        (0, "", True), (200, "2", True), (200, "3", True),
    ]  # fmt: skip
    assert server.connections == 2


def test_who_speaks_unasked_is_not_listened_to() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(WHOLE % number)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(WHOLE % (100 + number))

    async def slowly(wire: Wire) -> list[Answer]:
        answers = []
        for _ in range(2):
            answers.append(await wire.post("/push", b"{}", None))
            await asyncio.sleep(0.1)
        return answers

    answers, server = asked(act, slowly)
    assert [one.request_id for one in answers] == ["1", "2"]
    assert server.connections == 2


def test_a_200_counts_even_when_its_body_is_cut_and_an_error_does_not() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        status = b"200 OK" if number == 1 else b"500 No"
        writer.write(b"HTTP/1.1 %b\r\nX-Line-Request-Id: r\r\nContent-Length: 50\r\n\r\n{" % status)
        writer.close()

    answers, _ = asked(act, three)
    assert [(one.status, one.sent) for one in answers] == [(200, True), (0, True), (0, True)]


def test_garbage_and_hang_up_are_silence_after_sending() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        if number == 1:
            writer.write(b"SMTP hello\r\n\r\n")
        else:
            writer.close()

    answers, _ = asked(act, three)
    assert [(one.status, one.sent) for one in answers] == [(0, True)] * 3


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 307 T\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

    answers, server = asked(act, three)
    assert [one.status for one in answers] == [307] * 3
    assert len(server.heads) == 3


def test_connections_are_open_before_work_and_nothing_is_sent_on_them() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(WHOLE % number)

    async def ahead(wire: Wire) -> list[Answer]:
        await wire.open(20)
        return await three(wire)

    answers, server = asked(act, ahead)
    assert [one.status for one in answers] == [200] * 3
    assert server.connections == 20
    assert len(server.heads) == 3


def test_nobody_there_means_nothing_was_sent() -> None:
    async def work() -> Answer:
        wire = Wire(f"http://127.0.0.1:{free_port()}", {}, 1.0, connections=3)
        await wire.open(3)
        assert not await wire.ready()
        return await wire.post("/push", b"{}", KEY)

    answer = asyncio.run(work())
    assert (answer.status, answer.sent) == (0, False)


def test_a_request_begins_at_once_or_not_at_all() -> None:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await asyncio.sleep(0.05)
        writer.write(WHOLE % number)

    async def begun(wire: Wire) -> list[Answer]:
        got: list[Answer] = []
        assert not wire.begin("/push", b"{}", KEY, got.append), "nothing is open yet"
        assert await wire.ready()
        assert wire.begin("/push", b"{}", KEY, got.append)
        assert await wire.ready()
        while not got:
            await asyncio.sleep(0.01)
        return got

    answers, server = asked(act, begun)
    assert [one.status for one in answers] == [200]
    assert len(server.heads) == 1


def test_a_large_request_passes_a_slow_reader_and_calls_wait_for_their_turn() -> None:
    large = b"x" * 3_000_000

    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(WHOLE % number)

    async def many(wire: Wire) -> list[Answer]:
        return list(await asyncio.gather(*[wire.post("/push", large, KEY) for _ in range(30)]))

    answers, server = asked(act, many, timeout=10.0)
    assert [one.status for one in answers] == [200] * 30
    assert server.connections <= 20
