"""What residents do with their phones. Each act changes the chat and sends the product a webhook event."""

from __future__ import annotations

from typing import Any

from app.sandbox import events, ids
from app.sandbox.answers import Json, Refused, refuse_all
from app.sandbox.checking import Check
from app.sandbox.content import NEEDS_PREPARING
from app.sandbox.platform import Resident
from app.sandbox.validation_actions import MOMENTS, RICH_MENU, Place, check_action
from app.sandbox.world import World

_TAPPED = Place(RICH_MENU, 300, False)
"""An action that was sent and drawn may be tapped, wherever it stood."""


def person(world: World, user: str) -> Resident:
    """The resident with this id. Refused with 404 when there is no such phone."""
    resident = world.platform.residents.get(user)
    if resident is None:
        raise Refused(404, f"no resident {user}")
    return resident


async def _happen(world: World, user: str, event: Json) -> Json:
    world.commit("event", user=user, event=event)
    return {"event": event, "webhook": await world.webhooks.deliver(event)}


async def follow(world: World, user: str, name: str = "") -> Json:
    """Add the account as a friend, or take the block back. A new phone is made for an unknown id."""
    if not ids.USER.fullmatch(user):
        raise Refused(400, "a user id is U and 32 hexadecimal digits")
    if user not in world.platform.residents:
        world.commit("resident", user=user, name=name or f"住民{user[-4:]}", about="", language="ja")
    resident = person(world, user)
    if world.platform.standing[user] == "friend":
        return {"event": None, "webhook": None}
    again = resident.follows > 0
    world.commit("standing", user=user, standing="friend", note="友だちになりました")
    return await _happen(world, user, events.follow(user, world.clock.ms(), again=again))


async def block(world: World, user: str) -> Json:
    """Block the account; LINE tells it once."""
    person(world, user)
    if world.platform.standing[user] == "blocked":
        return {"event": None, "webhook": None}
    world.commit("standing", user=user, standing="blocked", note="ブロックしました")
    return await _happen(world, user, events.unfollow(user, world.clock.ms()))


async def leave(world: World, user: str) -> Json:
    """Delete one's LINE account: nothing arrives any more. Whether LINE tells is undocumented; here it does not."""
    person(world, user)
    world.commit("standing", user=user, standing="gone", note="アカウントを消しました")
    return {"event": None, "webhook": None}


async def send(world: World, user: str, message: Json, data: bytes = b"") -> Json:
    """Send a message of any type LINE knows; ``data`` are the bytes of a photo, video, sound or file."""
    person(world, user)
    if world.platform.standing[user] in ("blocked", "gone"):
        raise Refused(409, "unblock the account first")
    event = events.message(user, world.clock.ms(), message)
    content = event["message"]
    if data:
        _keep(world, content, data)
    shown = {name: value for name, value in content.items() if not name.endswith("Token")}
    world.commit("said", user=user, id=content["id"], message=shown)
    return await _happen(world, user, event)


def _keep(world: World, content: Json, data: bytes) -> None:
    content_type = content.pop("contentType", "application/octet-stream")
    preparing = world.options.content_preparing if content["type"] in NEEDS_PREPARING else 0
    world.contents.store(content["id"], data)
    world.commit(
        "content", id=content["id"], media=content["type"], content_type=content_type, preparing=preparing
    )


async def tap(world: World, user: str, action: Json) -> Json:
    """Tap a postback, message, datetimepicker or richmenuswitch action (its JSON as the account sent it).

    A datetimepicker needs the chosen ``value`` besides. Refused with 400 for what sends nothing (uri, clipboard).
    """
    person(world, user)
    check = Check()
    check_action(check, action, "action", _TAPPED)
    refuse_all(check.details)
    match action["type"]:
        case "message":
            return await send(world, user, {"type": "text", "text": action["text"]})
        case "postback":
            return await _postback(world, user, action, None)
        case "datetimepicker":
            mode, value = action.get("mode", ""), action.get("value", "")
            if mode not in MOMENTS or not MOMENTS[mode].fullmatch(value):
                raise Refused(400, f"{value} is no {mode}")
            return await _postback(world, user, action, {mode: value})
        case "richmenuswitch":
            return await _switch(world, user, action)
    raise Refused(400, "only postback, message, datetimepicker and richmenuswitch reach the account")


async def _postback(world: World, user: str, action: Json, params: Json | None) -> Json:
    shown = action.get("displayText") or action.get("text")
    message = {"type": "text", "text": shown} if shown else None
    world.commit("said", user=user, id=ids.message_id(), message=message)
    if action.get("text"):
        await _happen(
            world, user, events.message(user, world.clock.ms(), {"type": "text", "text": action["text"]})
        )
    return await _happen(world, user, events.postback(user, world.clock.ms(), action["data"], params))


async def _switch(world: World, user: str, action: Json) -> Json:
    alias = action["richMenuAliasId"]
    menu_id = world.menus.aliases.get(alias)
    params: Json = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    if menu_id is not None and menu_id not in world.menus.menus:
        params = {"status": "RICHMENU_NOTFOUND"}
    elif menu_id is not None:
        params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
        world.commit("link", users=[user], menu=menu_id)
    return await _happen(world, user, events.postback(user, world.clock.ms(), action["data"], params))


async def unsend(world: World, user: str, message_id: str) -> Json:
    """Take a sent message back."""
    resident = person(world, user)
    if not any(bubble.side == "me" and bubble.id == message_id for bubble in resident.inbox):
        raise Refused(404, f"{user} sent no message {message_id}")
    world.commit("unsent", user=user, id=message_id)
    return await _happen(world, user, events.unsend(user, world.clock.ms(), message_id))


async def raw_event(world: World, user: str, event: Any) -> Json:
    """Any event at all, known or not; missing common fields are filled in."""
    if not isinstance(event, dict):
        raise Refused(400, "an event is an object")
    fields = {name: value for name, value in event.items() if name != "type"}
    return await _happen(
        world, user, events.event(str(event.get("type", "")), user, world.clock.ms(), **fields)
    )
