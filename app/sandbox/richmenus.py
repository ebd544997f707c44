"""Rich menus: making, images, deleting, aliases (reference, "Rich menu")."""

from __future__ import annotations

import base64
from typing import Any

from aiohttp import web

from app.sandbox import ids, images
from app.sandbox.answers import Detail, Json, Refused, answer, refuse_all
from app.sandbox.checking import Check, graphemes
from app.sandbox.menus import MOST, Menu
from app.sandbox.sending import read_json
from app.sandbox.validation_actions import ALIAS, MENU_AREA, check_action
from app.sandbox.world import world_of

IMAGE_BYTES = 1024 * 1024
LEAST_RATIO = 1.45


def menu_problems(body: Json) -> list[Detail]:
    """Everything LINE would refuse in a rich menu object."""
    check = Check()
    size = body.get("size")
    if check.object(size, "size") and isinstance(size, dict):
        check.number(size, "size.width", 800, 2500, required=True)
        check.number(size, "size.height", 250, 2500, required=True)
        if not check.details and size["width"] / size["height"] < LEAST_RATIO:
            check.fail("size", f"width / height must be at least {LEAST_RATIO}")
    if not isinstance(body.get("selected"), bool):
        check.fail("selected", "must be specified")
    check.text(body, "name", 300, required=True, count=graphemes)
    check.text(body, "chatBarText", 14, required=True, count=graphemes)
    check.items(body, "areas", 0, 20, _area)
    return check.details


def _area(check: Check, area: Any, path: str) -> None:
    if not check.object(area, path):
        return
    if check.object(area.get("bounds"), f"{path}.bounds"):
        for name in ("x", "y", "width", "height"):
            check.number(area["bounds"], f"{path}.bounds.{name}", 0, 2500, required=True)
    check_action(check, area.get("action"), f"{path}.action", MENU_AREA)


async def create(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu``."""
    world = world_of(request)
    _, body = await read_json(request)
    refuse_all(menu_problems(body))
    if len(world.menus.menus) >= MOST:
        raise Refused(400, "The number of rich menus has reached the limit")
    menu_id = ids.rich_menu_id()
    world.commit("menu", act="made", menu=menu_id, body=body)
    return answer({"richMenuId": menu_id})


async def validate(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/validate``."""
    _, body = await read_json(request)
    refuse_all(menu_problems(body))
    return answer({})


async def get_all(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/list``."""
    return answer({"richmenus": [_as_json(menu) for menu in world_of(request).menus.menus.values()]})


async def get_one(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/{richMenuId}``."""
    return answer(_as_json(_menu(request)))


async def delete(request: web.Request) -> web.Response:
    """``DELETE /v2/bot/richmenu/{richMenuId}``."""
    world_of(request).commit("menu", act="deleted", menu=_menu(request).id)
    return answer({})


async def set_image(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/{richMenuId}/content``: once, PNG or JPEG, as large as the menu says."""
    menu = _menu(request)
    if request.content_type not in ("image/png", "image/jpeg"):
        raise Refused(415, f"The content type, {request.content_type}, is not supported")
    data = await request.read()
    if len(data) > IMAGE_BYTES:
        raise Refused(413, "Request body is too large")
    if menu.image:
        raise Refused(400, "An image has already been uploaded to the richmenu")
    picture, size = images.look(data), menu.body["size"]
    if picture is None or picture.content_type != request.content_type:
        raise Refused(400, "The image is not PNG or JPEG")
    if (picture.width, picture.height) != (size["width"], size["height"]):
        raise Refused(400, "The image size is not allowed for richmenu")
    image = base64.b64encode(data).decode()
    world_of(request).commit("menu", act="image", menu=menu.id, image=image, type=request.content_type)
    return answer({})


async def get_image(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/{richMenuId}/content``."""
    menu = _menu(request)
    if not menu.image:
        raise Refused(404, "Not found")
    return web.Response(body=menu.image, content_type=menu.image_type)


async def create_alias(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/alias``."""
    world = world_of(request)
    _, body = await read_json(request)
    check = Check()
    check.matches(body, "richMenuAliasId", ALIAS, required=True)
    check.text(body, "richMenuId", 100, required=True)
    refuse_all(check.details)
    if body["richMenuAliasId"] in world.menus.aliases:
        raise Refused(400, "conflict richmenu alias id")
    if len(world.menus.aliases) >= MOST:
        raise Refused(400, "The number of rich menu aliases has reached the limit")
    _point(request, body["richMenuAliasId"], body["richMenuId"])
    return answer({})


async def update_alias(request: web.Request) -> web.Response:
    """``POST /v2/bot/richmenu/alias/{richMenuAliasId}``."""
    alias = _alias(request)
    _, body = await read_json(request)
    _point(request, alias, body.get("richMenuId"))
    return answer({})


async def get_alias(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/alias/{richMenuAliasId}``."""
    alias = _alias(request)
    return answer({"richMenuAliasId": alias, "richMenuId": world_of(request).menus.aliases[alias]})


async def delete_alias(request: web.Request) -> web.Response:
    """``DELETE /v2/bot/richmenu/alias/{richMenuAliasId}``."""
    world_of(request).commit("menu", act="alias", alias=_alias(request), menu=None)
    return answer({})


async def get_aliases(request: web.Request) -> web.Response:
    """``GET /v2/bot/richmenu/alias/list``."""
    aliases = world_of(request).menus.aliases.items()
    return answer({"aliases": [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in aliases]})


def _point(request: web.Request, alias: str, menu_id: Any) -> None:
    world = world_of(request)
    menu = world.menus.menus.get(str(menu_id))
    if menu is None or not menu.image:
        raise Refused(400, "richmenu not found")
    world.commit("menu", act="alias", alias=alias, menu=menu.id)


def _alias(request: web.Request) -> str:
    alias = request.match_info["alias"]
    if alias not in world_of(request).menus.aliases:
        raise Refused(404, "richmenu alias not found")
    return alias


def _menu(request: web.Request) -> Menu:
    return world_of(request).menus.find(request.match_info["menu_id"])


def _as_json(menu: Menu) -> Json:
    return {"richMenuId": menu.id, **menu.body}
