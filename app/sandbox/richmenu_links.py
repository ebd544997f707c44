"""Which user sees which rich menu: default, per user, in bulk and in batches (reference, "Per-user rich menu")."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web

from app.sandbox import ids
from app.sandbox.answers import Detail, Json, Refused, answer, refuse_all
from app.sandbox.checking import Check
from app.sandbox.clock import iso
from app.sandbox.menus import Menu
from app.sandbox.sending import read_json, users_of
from app.sandbox.world import World, world_of

MOST_OPERATIONS = 1000
_RESUME = re.compile(r"[0-9a-zA-Z_-]{1,100}")


async def set_default(request: web.Request) -> web.Response:
    """``POST /v2/bot/user/all/richmenu/{richMenuId}``."""
    menu = _with_image(request, request.match_info["menu_id"])
    world_of(request).commit("menu", act="default", menu=menu.id)
    return answer({})


async def get_default(request: web.Request) -> web.Response:
    """``GET /v2/bot/user/all/richmenu``."""
    default = world_of(request).menus.default
    if default is None:
        raise Refused(404, "no default richmenu")
    return answer({"richMenuId": default})


async def clear_default(request: web.Request) -> web.Response:
    """``DELETE /v2/bot/user/all/richmenu``."""
    world_of(request).commit("menu", act="default", menu=None)
    return answer({})


async def link(request: web.Request) -> web.Response:
    """``POST /v2/bot/user/{userId}/richmenu/{richMenuId}``: 200 for strangers too, without effect."""
    menu = _with_image(request, request.match_info["menu_id"])
    _give(world_of(request), [_user(request)], menu.id)
    return answer({})


async def get_link(request: web.Request) -> web.Response:
    """``GET /v2/bot/user/{userId}/richmenu``."""
    menu_id = world_of(request).menus.links.get(_user(request))
    if menu_id is None:
        raise Refused(404, "the user has no richmenu")
    return answer({"richMenuId": menu_id})


async def unlink(request: web.Request) -> web.Response:
    """``DELETE /v2/bot/user/{userId}/richmenu``."""
    _give(world_of(request), [_user(request)], None)
    return answer({})


async def bulk_link(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/bulk/link``: 202, done a little later."""
    world = world_of(request)
    _, body = await read_json(request)
    users, menu_id = users_of(body.get("userIds"), "userIds"), body.get("richMenuId")
    if not isinstance(menu_id, str) or not menu_id.startswith("richmenu-"):
        raise Refused(400, "invalid richMenuId")
    menu = world.menus.find(menu_id, "richmenu not found")
    if not menu.image:
        raise Refused(400, "must upload richmenu image before applying it to user")
    world.webhooks.later(_soon(world, users, menu.id))
    return answer({}, 202)


async def bulk_unlink(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/bulk/unlink``."""
    world = world_of(request)
    _, body = await read_json(request)
    world.webhooks.later(_soon(world, users_of(body.get("userIds"), "userIds"), None))
    return answer({}, 202)


async def batch(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/batch``: moves whole groups; ``resumeRequestKey`` makes it happen once."""
    world = world_of(request)
    _, body = await read_json(request)
    refuse_all(_batch_problems(body))
    key = body.get("resumeRequestKey")
    if key is not None and key in world.batch_keys:
        return answer({}, 202)
    request_id = request["request_id"]
    world.batches[request_id] = {"phase": "ongoing", "acceptedTime": iso(world.clock.ms())}
    if key is not None:
        world.batch_keys.add(key)
    world.webhooks.later(_move(world, request_id, body["operations"]))
    return answer({}, 202)


async def validate_batch(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/validate/batch``."""
    _, body = await read_json(request)
    refuse_all(_batch_problems(body))
    return answer({})


async def get_progress(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/progress/batch?requestId=``."""
    progress = world_of(request).batches.get(request.query.get("requestId", ""))
    if progress is None:
        raise Refused(404, "Not found")
    return answer(progress)


def _batch_problems(body: Json) -> list[Detail]:
    check = Check()
    check.items(body, "operations", 1, MOST_OPERATIONS, _operation)
    check.matches(body, "resumeRequestKey", _RESUME)
    if not check.details:
        operations = body["operations"]
        if len(operations) > 1 and any(one["type"] == "unlinkAll" for one in operations):
            check.fail("operations", "unlinkAll can not be combined with other operations")
        sources = [one.get("from") for one in operations]
        if len(sources) != len(set(sources)):
            check.fail("operations", "from must not be repeated")
    return check.details


def _operation(check: Check, one: Any, path: str) -> None:
    if not check.object(one, path):
        return
    if not check.one_of(one, f"{path}.type", ("link", "unlink", "unlinkAll"), required=True):
        return
    if one["type"] != "unlinkAll":
        check.text(one, f"{path}.from", 100, required=True)
    if one["type"] == "link":
        check.text(one, f"{path}.to", 100, required=True)


async def _move(world: World, request_id: str, operations: list[Json]) -> None:
    await asyncio.sleep(world.options.bulk_seconds)
    before = dict(world.menus.links)  # operations are evaluated independently of each other
    for one in operations:
        users = [user for user, menu in before.items() if one["type"] == "unlinkAll" or menu == one["from"]]
        _give(world, users, one.get("to"))
    world.batches[request_id] |= {"phase": "succeeded", "completedTime": iso(world.clock.ms())}


async def _soon(world: World, users: list[str], menu_id: str | None) -> None:
    await asyncio.sleep(world.options.bulk_seconds)
    _give(world, users, menu_id)


def _give(world: World, users: list[str], menu_id: str | None) -> None:
    friends = [user for user in users if world.platform.standing.get(user) == "friend"]
    if friends and (menu_id is None or menu_id in world.menus.menus):
        world.commit("link", users=friends, menu=menu_id)


def _with_image(request: web.Request, menu_id: str) -> Menu:
    menu = world_of(request).menus.find(menu_id)
    if not menu.image:
        raise Refused(400, "must upload richmenu image before applying it to user")
    return menu


def _user(request: web.Request) -> str:
    user = request.match_info["user_id"]
    if not ids.USER.fullmatch(user):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    return user
