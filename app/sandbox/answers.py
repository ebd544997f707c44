"""LINE's answers: JSON bodies and the error body (reference, "Error responses")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from aiohttp import web

Json = dict[str, Any]

NOT_FOUND = "Not found"
RATE = "The API rate limit has been exceeded. Try again later."
QUOTA = "You have reached your monthly limit."
KEY_TAKEN = "The retry key is already accepted"
UNAUTHORIZED = "Authentication failed. Confirm that the access token in the authorization header is valid."


class Detail(NamedTuple):
    """One entry of ``details``: what is wrong and where (``messages[0].text``)."""

    message: str
    property: str


class Refused(Exception):
    """A call LINE does not accept; the server turns it into the error answer."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Sequence[Detail] = (),
        headers: Mapping[str, str] | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: Json = {"message": message}
        if details:
            self.body["details"] = [detail._asdict() for detail in details]
        self.body.update(more or {})


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=orjson.dumps(value), status=status, headers=headers, content_type="application/json"
    )


def refuse_all(details: Sequence[Detail]) -> None:
    """Refused with 400 when there is any detail."""
    if details:
        raise Refused(400, f"The request body has {len(details)} error(s)", details)


def as_object(raw: bytes) -> Json:
    """The JSON object of a body. Refused with LINE's sentence when it is not one."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        place = f"(line: {error.lineno}, column: {error.colno})"
        raise Refused(400, f"The request body could not be parsed as JSON {place}") from error
    if not isinstance(value, dict):
        raise Refused(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return value
