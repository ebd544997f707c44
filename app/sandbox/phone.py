"""The practice phone page: server-rendered phones, kept fresh by server-sent events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from app.sandbox import acting, images, pictures
from app.sandbox.answers import NOT_FOUND, Json, Refused, answer
from app.sandbox.clock import in_japan
from app.sandbox.control import body_of, set_clock_to
from app.sandbox.drawing import STICKERS
from app.sandbox.phone_view import day_words, regions, transcript
from app.sandbox.places import landmarks
from app.sandbox.world import world_of

routes = web.RouteTableDef()
HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' http: https: data:; connect-src 'self'; frame-src http: https:; form-action 'self'; base-uri 'none'"
)
"""Flex messages bring their own sizes and colours, so style attributes are allowed; scripts come from files alone."""
QUIET_SECONDS = 0.08
"""Changes within this time reach a page as one."""
_TYPES = {"css": "text/css", "js": "text/javascript"}
_templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True)


def page(name: str, **values: Any) -> web.Response:
    """A page of the sandbox under its content security policy."""
    html = _templates.get_template(name).render(**values)
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})


@routes.get("/")
async def start(request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/phone")


@routes.get("/phone")
async def phones(request: web.Request) -> web.Response:
    """``?show=U…,U…`` chooses whose phones stand side by side; the first three otherwise."""
    world = world_of(request)
    people = list(world.platform.residents.values())
    wanted = request.query.get("show", "")
    shown = [person for person in people if person.user in wanted.split(",")] or people[:3]
    now = in_japan(world.clock.ms())
    return page(
        "page.html",
        people=people,
        shown=shown,
        phones=[{"user": p.user, "name": p.name, "about": p.about, **regions(world, p)} for p in shown],
        clock=f"{day_words(now)} {now:%H:%M}",
        clock_value=f"{now:%Y-%m-%dT%H:%M}",
        basic_id=world.settings.basic_id,
        landmarks=landmarks(world.settings.landmarks),
        samples=list(enumerate(pictures.SAMPLES)),
        stickers=STICKERS,
        prepared={"user": request.query.get("to", ""), "text": request.query.get("text", "")},
    )


@routes.get("/phone/events")
async def events(request: web.Request) -> web.StreamResponse:
    """``data: {"changed": [user ids or "*"], "clock": …}`` whenever something changed."""
    world = world_of(request)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    listener = world.hub.join()
    try:
        await response.write(b"retry: 1000\n\n")
        while True:
            try:
                changed = await asyncio.wait_for(listener.changes(), timeout=15)
            except TimeoutError:
                changed = set()
            now = in_japan(world.clock.ms())
            news = {
                "changed": sorted(changed),
                "clock": f"{day_words(now)} {now:%H:%M}",
                "value": f"{now:%Y-%m-%dT%H:%M}",
            }
            await response.write(b"data: " + orjson.dumps(news) + b"\n\n")
            await asyncio.sleep(QUIET_SECONDS)
    except ConnectionError:  # the page was closed
        return response
    finally:
        world.hub.leave(listener)


@routes.get("/phone/{user:U[0-9a-f]{32}}")
async def one(request: web.Request) -> web.Response:
    """The regions of one phone as HTML, for the page's script."""
    world = world_of(request)
    person = acting.person(world, request.match_info["user"])
    drawn: Json = regions(world, person)
    return answer({**drawn, "log": [{"id": row["key"], "html": str(row["html"])} for row in drawn["log"]]})


@routes.get("/phone/{user:U[0-9a-f]{32}}/transcript.txt")
async def get_transcript(request: web.Request) -> web.Response:
    world = world_of(request)
    return web.Response(text=transcript(world, acting.person(world, request.match_info["user"])))


@routes.post("/phone/{user:U[0-9a-f]{32}}/photo")
async def send_photo(request: web.Request) -> web.Response:
    """Send the bytes of a PNG or JPEG as a photo."""
    data = await request.read()
    picture = images.look(data)
    if picture is None:
        raise Refused(415, "PNGかJPEGの写真を選んでください。")
    message = {"type": "image", "contentProvider": {"type": "line"}, "contentType": picture.content_type}
    return answer(await acting.send(world_of(request), request.match_info["user"], message, data))


@routes.get("/phone/faces/{user:U[0-9a-f]{32}}.png")
async def face(request: web.Request) -> web.Response:
    world, user = world_of(request), request.match_info["user"]
    resident = world.platform.residents.get(user)
    return _svg(pictures.face(user, resident.name if resident else "住"))


def _svg(text: str) -> web.Response:
    return web.Response(text=text, content_type="image/svg+xml", headers={"Cache-Control": "max-age=300"})


@routes.get("/phone/samples/{number:[0-3]}.jpg")
async def sample(request: web.Request) -> web.Response:
    drawn = await asyncio.to_thread(pictures.sample, int(request.match_info["number"]))
    return web.Response(body=drawn, content_type="image/jpeg")


@routes.get("/phone/content/{message_id:[0-9]+}")
async def photo(request: web.Request) -> web.Response:
    """A photo as its sender sees it."""
    contents, message_id = world_of(request).contents, request.match_info["message_id"]
    found = contents.find(message_id)
    return web.Response(body=contents.bytes_of(message_id), content_type=found.content_type)


@routes.get("/phone/menus/{menu_id}")
async def menu_image(request: web.Request) -> web.Response:
    menu = world_of(request).menus.find(request.match_info["menu_id"])
    return web.Response(
        body=menu.image, content_type=menu.image_type, headers={"Cache-Control": "max-age=86400"}
    )


@routes.get("/phone/font.otf")
async def font(request: web.Request) -> web.StreamResponse:
    """The font SANDBOX_FONT points to; without one the page takes the system's."""
    path = world_of(request).settings.font
    if path is None or not path.is_file():
        raise Refused(404, NOT_FOUND)
    return web.FileResponse(path, headers={"Content-Type": "font/otf", "Cache-Control": "max-age=86400"})


@routes.get("/phone/static/{name:[a-z]+}.{kind:css|js}")
async def static(request: web.Request) -> web.StreamResponse:
    path = HERE / "static" / f"{request.match_info['name']}.{request.match_info['kind']}"
    if not path.is_file():
        raise Refused(404, NOT_FOUND)
    return web.FileResponse(
        path, headers={"Content-Type": _TYPES[request.match_info["kind"]], "Cache-Control": "no-cache"}
    )


@routes.post("/phone/clock")
async def clock(request: web.Request) -> web.Response:
    """``{"value": "2026-11-24T10:00"}``: set the shared clock to this time in Japan."""
    return answer(set_clock_to(world_of(request), str((await body_of(request)).get("value", ""))))
