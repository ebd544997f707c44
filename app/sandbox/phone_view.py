"""The parts of one phone as HTML: head, chat, quick replies, rich menu, notifications, reading order, events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from markupsafe import Markup

from app.sandbox.answers import Json
from app.sandbox.clock import in_japan
from app.sandbox.drawing import draw, notification, quick_replies, spoken
from app.sandbox.drawing_actions import tappable
from app.sandbox.platform import Bubble, Resident
from app.sandbox.world import World

_DAYS = "月火水木金土日"
_WHO = {"bot": "市から", "me": "わたし", "note": "お知らせ"}
KEPT_EVENTS = 12
_DOTS = Markup(
    '<div class="row bot loading" data-id="loading" role="group" aria-label="入力中"><i></i><i></i><i></i></div>'
)


def day_words(moment: datetime) -> str:
    """11月24日（火）."""
    return f"{moment.month}月{moment.day}日（{_DAYS[moment.weekday()]}）"


def regions(world: World, person: Resident) -> Json:
    """Everything of a phone that changes, by the name of its region."""
    standing = world.platform.standing[person.user]
    loading = person.loading_until > world.clock.ms()
    return {
        "standing": standing,
        "log": list(_log(person, loading=loading)),
        "empty": not person.inbox,
        "quick": _quick(person),
        "menu": _menu(world, person) if standing == "friend" else Markup(""),
        "bar": _bar(world, person) if standing == "friend" else "",
        "tray": _tray(person),
        "speech": _speech(person),
        "events": _events(world, person.user),
    }


def _log(person: Resident, *, loading: bool) -> Iterator[Json]:
    day = ""
    for index, bubble in enumerate(person.inbox):
        moment = in_japan(bubble.at)
        if day_words(moment) != day:
            day = day_words(moment)
            yield {
                "key": f"d{index}",
                "html": Markup('<div class="day" data-id="d{}"><span>{}</span></div>').format(index, day),
            }
        yield {"key": f"b{index}", "html": _bubble(bubble, index)}
    if loading:
        yield {"key": "loading", "html": _DOTS}


def _bubble(bubble: Bubble, index: int) -> Markup:
    time = f"{in_japan(bubble.at):%H:%M}"
    mine = bubble.side == "me" and not bubble.unsent
    undo = (
        Markup('<button type="button" class="unsend" data-unsend="{}">取り消す</button>').format(bubble.id)
        if mine
        else Markup("")
    )
    side = "note" if bubble.message["type"] in ("note", "unsent") else bubble.side
    quiet = Markup(" <small>通知なし</small>") if bubble.quiet else Markup("")
    return Markup(
        '<div class="row {}" data-id="b{}" role="group" aria-label="{} {}">{}<div class="meta">{}<time>{}</time>{}</div></div>'
    ).format(side, index, _WHO[bubble.side], time, draw(bubble.message, bubble.id), undo, time, quiet)


def _quick(person: Resident) -> Markup:
    """Quick replies stand under the last bubble only, and only if the account wrote it."""
    last = person.inbox[-1] if person.inbox else None
    if last is None or last.side != "bot":
        return Markup("")
    return Markup("").join(
        Markup('<button type="button" data-testid="qr-{}"{}>{}</button>').format(
            number, tappable(action, role=False), action.get("label", "")
        )
        for number, action in enumerate(quick_replies(last.message), start=1)
    )


def _bar(world: World, person: Resident) -> str:
    menu = world.menus.shown_to(person.user)
    return str(menu.body["chatBarText"]) if menu else ""


def _menu(world: World, person: Resident) -> Markup:
    """The uploaded image with a button over each area, in the order of the menu."""
    menu = world.menus.shown_to(person.user)
    if menu is None:
        return Markup("")
    size, alias = menu.body["size"], world.menus.alias_of(menu.id)
    areas = Markup("").join(
        _area(area, size, f"area-{alias}-{number}") for number, area in enumerate(menu.body["areas"], start=1)
    )
    return Markup(
        '<div class="menu-image" role="group" aria-label="{}" data-menu="{}" data-selected="{}" style="aspect-ratio:{}/{}">'
        '<img alt="" src="/phone/menus/{}">{}</div>'
    ).format(
        menu.body["chatBarText"],
        menu.id,
        str(menu.body["selected"]).lower(),
        size["width"],
        size["height"],
        menu.id,
        areas,
    )


def _area(area: Json, size: Json, test: str) -> Markup:
    box, action = area["bounds"], area["action"]
    css = (
        f"left:{box['x'] / size['width']:.4%};top:{box['y'] / size['height']:.4%};"
        f"width:{box['width'] / size['width']:.4%};height:{box['height'] / size['height']:.4%}"
    )
    label = action.get("label") or action.get("displayText") or action.get("text") or "メニュー"
    return Markup(
        '<button type="button" class="area" data-testid="{}" aria-label="{}" style="{}"{}></button>'
    ).format(test, label, css, tappable(action, role=False))


def _tray(person: Resident) -> Markup:
    """Notifications of the last messages, as the lock screen shows them: two lines each."""
    received = [bubble for bubble in person.inbox if bubble.side == "bot"][-5:]
    if not received:
        return Markup("<p>通知はまだありません。</p>")
    return Markup("").join(
        Markup('<div class="notice"><b>市の公式アカウント</b><time>{}</time>{}<p>{}</p></div>').format(
            f"{in_japan(bubble.at):%H:%M}",
            Markup("<small>音なし</small>") if bubble.quiet else Markup(""),
            notification(bubble.message),
        )
        for bubble in reversed(received)
    )


def _speech(person: Resident) -> Markup:
    """What a screen reader would say, one line per bubble."""
    lines = Markup("").join(
        Markup("<li><b>{} {}</b> {}</li>").format(_WHO[b.side], f"{in_japan(b.at):%H:%M}", spoken(b.message))
        for b in person.inbox
    )
    return Markup("<ol>{}</ol>").format(lines)


def _events(world: World, user: str) -> Markup:
    """The last webhook events of this resident with what the account's server answered."""
    rows: list[Markup] = []
    for post in reversed(world.webhooks.log):
        for event in post["events"]:
            if event.get("source", {}).get("userId") == user:
                text = orjson.dumps(event, option=orjson.OPT_INDENT_2).decode()
                summary = f"{event['type']}・応答 {post['status']}（{post['reason']}、{post['seconds'] * 1000:.0f}ミリ秒）"
                rows.append(
                    Markup("<details><summary>{}</summary><pre>{}</pre></details>").format(summary, text)
                )
        if len(rows) >= KEPT_EVENTS:
            break
    return Markup("").join(rows) or Markup("<p>まだありません。</p>")


def transcript(world: World, person: Resident) -> str:
    """The chat as plain text."""
    lines: list[Any] = [f"{person.name} のトーク"]
    for bubble in person.inbox:
        moment = in_japan(bubble.at)
        lines.append(f"{moment:%Y-%m-%d %H:%M} {_WHO[bubble.side]}：{spoken(bubble.message)}")
    return "\n".join(lines) + "\n"
