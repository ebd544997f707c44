"""Who residents are to the account: profiles, followers, the account itself, loading animation, read marks."""

from __future__ import annotations

import re

from aiohttp import web

from app.sandbox import ids
from app.sandbox.answers import NOT_FOUND, Refused, answer
from app.sandbox.sending import read_json
from app.sandbox.world import world_of

_START = re.compile(r"p(\d{1,9})")


async def get_profile(request: web.Request) -> web.Response:
    """``GET /v2/bot/profile/{userId}``: friends only; a blocked or unknown person is 404."""
    world, user = world_of(request), request.match_info["user_id"]
    if not ids.USER.fullmatch(user):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    if world.platform.standing.get(user) != "friend":
        raise Refused(404, NOT_FOUND)
    resident = world.platform.residents.get(user)
    profile = {
        "userId": user,
        "displayName": resident.name if resident else f"住民{user[-6:]}",
        "language": "ja",
    }
    if resident is not None:
        profile["language"] = resident.language
        profile["pictureUrl"] = str(request.url.origin() / "phone" / "faces" / f"{user}.png")
        if resident.about:
            profile["statusMessage"] = resident.about
    return answer(profile)


async def get_followers(request: web.Request) -> web.Response:
    """``GET /v2/bot/followers/ids``: pages of friends; verified accounts only."""
    world = world_of(request)
    if not world.options.verified_account:
        raise Refused(403, "Access to this API is not available for your account")
    limit = _limit(request.query.get("limit", "300"))
    start = request.query.get("start")
    match = _START.fullmatch(start) if start is not None else None
    if start is not None and match is None:
        raise Refused(400, "Invalid start param")
    begin = int(match[1]) if match else 0
    friends = world.platform.friends()
    end = begin + min(limit, world.options.followers_page)
    page: dict[str, object] = {"userIds": friends[begin:end]}
    if end < len(friends):
        page["next"] = f"p{end}"
    return answer(page)


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise Refused(400, "The value for the 'limit' parameter is invalid")
    return int(text)


async def get_info(request: web.Request) -> web.Response:
    """``GET /v2/bot/info``."""
    settings = world_of(request).settings
    return answer(
        {
            "userId": settings.bot_id,
            "basicId": settings.basic_id,
            "displayName": "市の公式アカウント（練習用）",
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


async def start_loading(request: web.Request) -> web.Response:
    """``POST /v2/bot/chat/loading/start``: 5 to 60 s in steps of 5, until the next message."""
    world = world_of(request)
    _, body = await read_json(request)
    user, seconds = body.get("chatId"), body.get("loadingSeconds", 20)
    if not isinstance(user, str) or not ids.USER.fullmatch(user):
        raise Refused(400, "The property, chatId, in the request body is invalid (line: -, column: -)")
    if not isinstance(seconds, int) or seconds not in range(5, 61, 5):
        raise Refused(400, "loadingSeconds must be a multiple of 5 between 5 and 60")
    resident = world.platform.residents.get(user)
    if resident is not None:
        resident.loading_until = world.clock.ms() + seconds * 1000
        resident.news += 1
        world.hub.tell(user)
    return answer({}, 202)


async def mark_as_read(request: web.Request) -> web.Response:
    """``POST /v2/bot/chat/markAsRead``: any token an event carried."""
    _, body = await read_json(request)
    token = body.get("markAsReadToken")
    if not isinstance(token, str) or not token:
        raise Refused(400, "Invalid markAsReadToken. The token is not valid.")
    return answer({})
