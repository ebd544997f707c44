"""Photos, videos, sounds and files residents send: kept as files, 202 while preparing, 410 once unsent."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from app.sandbox.answers import Json, Refused, answer

NEEDS_PREPARING = ("video", "audio")


@dataclass(slots=True)
class Content:
    """``media`` is the message type (image, video, audio, file); ``left`` counts the 202s still to come."""

    media: str
    content_type: str
    left: int = 0
    gone: bool = False


class Contents:
    """Known contents by message id; bytes lie in the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Content] = {}

    def store(self, message_id: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / message_id).write_bytes(data)

    def on_content(self, entry: Json) -> None:
        self._known[entry["id"]] = Content(entry["media"], entry["content_type"], entry["preparing"])

    def on_unsent(self, entry: Json) -> None:
        content = self._known.get(entry["id"])
        if content is not None:
            content.gone = True
            (self._folder / entry["id"]).unlink(missing_ok=True)

    def find(self, message_id: str) -> Content:
        """Refused: 404 never sent, 410 unsent."""
        content = self._known.get(message_id)
        if content is None:
            raise Refused(404, "not found")
        if content.gone:
            raise Refused(410, "The content is gone")
        return content

    def bytes_of(self, message_id: str) -> bytes:
        return (self._folder / message_id).read_bytes()

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


async def get_content(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/{id}/content``."""
    contents, message_id = _contents(request), request.match_info["message_id"]
    content = contents.find(message_id)
    if content.left > 0:
        content.left -= 1
        return answer({}, 202)
    return web.Response(body=contents.bytes_of(message_id), content_type=content.content_type)


async def get_preview(request: web.Request) -> web.Response:
    """``GET …/content/preview``: images and videos only (a video here has no picture but itself)."""
    contents, message_id = _contents(request), request.match_info["message_id"]
    content = contents.find(message_id)
    if content.media not in ("image", "video"):
        raise Refused(400, "The content can not be previewed")
    return web.Response(body=contents.bytes_of(message_id), content_type=content.content_type)


async def get_transcoding(request: web.Request) -> web.Response:
    """``GET …/content/transcoding``: videos and sounds only."""
    content = _contents(request).find(request.match_info["message_id"])
    if content.media not in NEEDS_PREPARING:
        raise Refused(400, "The content is not video or audio")
    return answer({"status": "processing" if content.left > 0 else "succeeded"})


def _contents(request: web.Request) -> Contents:
    from app.sandbox.world import world_of  # the world holds the contents

    return world_of(request).contents
