"""Where LINE's own web addresses lead: friend and message links from posters, and the account-link dialog."""

from __future__ import annotations

from urllib.parse import unquote, urlencode

from aiohttp import web

from app.sandbox import acting, events
from app.sandbox.answers import NOT_FOUND, Refused, answer
from app.sandbox.control import body_of
from app.sandbox.phone import page
from app.sandbox.world import World, world_of

routes = web.RouteTableDef()


def read_link(world: World, link: str) -> str | None:
    """The text a LINE address puts into the input ("" for a friend link), None when it is not this account's.

    Shapes: ``…/R/oaMessage/%40id/?text`` and ``…/R/ti/p/%40id`` ("Use LINE features with the LINE URL scheme").
    """
    _, found, rest = link.partition("/R/")
    kind, _, rest = rest.partition("/")
    if kind == "ti":
        kind, _, rest = rest.partition("/")
    path, _, query = rest.partition("?")
    if not found or kind not in ("oaMessage", "p") or unquote(path.strip("/")) != world.settings.basic_id:
        return None
    return unquote(query) if kind == "oaMessage" else ""


@routes.post("/phone/scan")
async def scan(request: web.Request) -> web.Response:
    """``{"user", "link"}``: the phone reads a QR code, becomes a friend if it is not, and gets the text to send."""
    world, body = world_of(request), await body_of(request)
    text = read_link(world, str(body.get("link", "")))
    if text is None:
        raise Refused(400, "この公式アカウントのQRコードではありません。アドレスを確認してください。")
    user = str(body.get("user", ""))
    acting.person(world, user)
    if world.platform.standing[user] != "friend":
        await acting.follow(world, user)
    return answer({"user": user, "text": text})


@routes.get(r"/R/{rest:(oaMessage|ti/p)/.*}")
async def poster(request: web.Request) -> web.Response:
    """A link on a poster was clicked in a browser: choose whose phone reads it."""
    world = world_of(request)
    link = str(request.url)
    text = read_link(world, link)
    if text is None:
        raise Refused(404, NOT_FOUND)
    people = [
        {
            "user": p.user,
            "name": p.name,
            "about": p.about,
            "go": "/R/go?" + urlencode({"user": p.user, "link": link}),
        }
        for p in world.platform.residents.values()
    ]
    return page("poster.html", people=people, text=text, basic_id=world.settings.basic_id)


@routes.post("/R/go")
async def go(request: web.Request) -> web.Response:
    """The chosen phone reads the link; its chat opens with the text in the input."""
    world, user = world_of(request), request.query.get("user", "")
    text = read_link(world, request.query.get("link", ""))
    if text is None:
        raise Refused(404, NOT_FOUND)
    acting.person(world, user)
    if world.platform.standing[user] != "friend":
        await acting.follow(world, user)
    raise web.HTTPSeeOther("/phone?" + urlencode({"show": user, "to": user, "text": text}))


@routes.get("/dialog/bot/accountLink")
async def link_dialog(request: web.Request) -> web.Response:
    """LINE's page between the town's sign-in and the link: whose phone is this browser on?"""
    world = world_of(request)
    token, nonce = request.query.get("linkToken", ""), request.query.get("nonce", "")
    people = [
        {
            "name": p.name,
            "about": p.about,
            "go": "/dialog/bot/accountLink?"
            + urlencode({"user": p.user, "linkToken": token, "nonce": nonce}),
        }
        for p in world.platform.residents.values()
    ]
    return page("link.html", people=people)


@routes.post("/dialog/bot/accountLink")
async def link(request: web.Request) -> web.Response:
    """ok when the token was made for this phone, failed for another's; a dead token leads to an error and no event."""
    world, user = world_of(request), request.query.get("user", "")
    acting.person(world, user)
    now, nonce = world.clock.ms(), request.query.get("nonce", "")
    owner = world.tokens.take_link(request.query.get("linkToken", ""), now)
    if owner is None or not 10 <= len(nonce) <= 255:
        return page(
            "done.html",
            title="連携できませんでした",
            text="時間がたったか、もう使われたリンクです。はじめからやり直してください。",
            user=user,
        )
    event = events.account_link(user, now, nonce, ok=owner == user)
    world.commit("event", user=user, event=event)
    await world.webhooks.deliver(event)
    title = "連携しました" if owner == user else "連携できませんでした"
    return page("done.html", title=title, text="トークにもどって続けてください。", user=user)
