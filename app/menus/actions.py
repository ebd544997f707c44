"""Publish rich menus: the same menus again change nothing, old ones of ours are cleared away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import audit
from app.errors import Retry
from app.menus.models import DisasterMenu
from app.menus.rules import DISASTER, alias_in
from app.menus.saying import PREFIX, Ready

AN_HOUR = 100
"""LINE lets 100 menus be created and 100 be deleted in an hour (reference, "Rate limits")."""
MOVING = 60.0
"""Seconds to wait until LINE has moved everybody from their old menu to its new one."""


class MenuApi(Protocol):
    """What publishing asks of LINE (``app/line/richmenu.py``). What is refused for the hour raises ``Retry``."""

    def names(self) -> dict[str, str]: ...
    def create(self, body: Mapping[str, Any], picture: bytes) -> str: ...
    def delete(self, menu_id: str) -> None: ...
    def aliases(self) -> dict[str, str]: ...
    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None: ...
    def drop_alias(self, alias: str) -> None: ...
    def default(self) -> str: ...
    def set_default(self, menu_id: str) -> None: ...
    def link(self, line_user_id: str, menu_id: str) -> None: ...
    def unlink(self, line_user_id: str) -> None: ...
    def move_all(self, pairs: Sequence[tuple[str, str]], key: str, *, wait: float = 0.0) -> bool: ...


@dataclass(frozen=True, slots=True)
class Published:
    """``left`` menus are still to be created or deleted, because LINE's hour is used up or people are still being moved:
    the same command goes on later."""

    created: tuple[str, ...]
    kept: tuple[str, ...]
    deleted: int
    left: int = 0


def publish(api: MenuApi, menus: Sequence[Ready], *, key: str, most: int = AN_HOUR) -> Published:
    """Bring LINE to these menus: create what is new, point the aliases, set the default, move the people, delete old ones.

    The order keeps every moment usable: an alias never points to nothing, and nobody loses the menu they see, since
    deleting one takes it from everybody who has it. Stopped half way, a second run ends it: only a menu that an alias
    points to counts as finished, because one without its picture can be shown to nobody. ``key`` belongs to this run.
    """
    aliases = api.aliases()
    ours = {menu_id: name for menu_id, name in api.names().items() if name.startswith(PREFIX)}
    ids = {name: menu_id for menu_id, name in ours.items() if menu_id in aliases.values()}
    wanted = [menu for menu in menus if menu.name not in ids]
    created = _create(api, wanted[:most], ids)
    _show(api, menus, ids, aliases)
    if len(created) < len(wanted):
        return Published(tuple(created), (), 0, left=len(wanted) - len(created))
    current = {ids[menu.name] for menu in menus}
    old = {menu_id: name for menu_id, name in ours.items() if menu_id not in current}
    kept = tuple(menu.name for menu in menus if menu.name not in created)
    if not _move(api, menus, ids, old, key):
        return Published(tuple(created), kept, 0, left=len(old))
    deleted, left = _clear(api, list(old), most)
    return Published(tuple(created), kept, deleted, left)


def _create(api: MenuApi, menus: Sequence[Ready], ids: dict[str, str]) -> list[str]:
    created: list[str] = []
    for menu in menus:
        try:
            ids[menu.name] = api.create(menu.body, menu.picture)
        except Retry:
            break
        created.append(menu.name)
    return created


def _show(api: MenuApi, menus: Sequence[Ready], ids: Mapping[str, str], aliases: dict[str, str]) -> None:
    """Point the aliases to what is there, and the default to the first tab, or to the disaster's while that is shown."""
    shown = api.default()
    is_disaster = shown in {aliases.get(menu.alias) for menu in menus if menu.kind == DISASTER}
    for menu in menus:
        if menu.name in ids and aliases.get(menu.alias) != ids[menu.name]:
            api.set_alias(menu.alias, ids[menu.name], known=menu.alias in aliases)
            aliases[menu.alias] = ids[menu.name]
    first = next((menu for menu in menus if (menu.kind == DISASTER) == is_disaster), menus[0])
    if first.name in ids and shown != ids[first.name]:
        api.set_default(ids[first.name])


def _move(
    api: MenuApi, menus: Sequence[Ready], ids: Mapping[str, str], old: Mapping[str, str], key: str
) -> bool:
    """Whoever has an old menu gets the one of the same alias; False while LINE has not moved everybody."""
    new = {menu.alias: ids[menu.name] for menu in menus}
    aliases = {menu_id: name.removeprefix(PREFIX).partition(":")[0] for menu_id, name in old.items()}
    pairs = [(menu_id, new[alias]) for menu_id, alias in aliases.items() if alias in new]
    try:
        return not pairs or api.move_all(pairs, key, wait=MOVING)
    except Retry:
        return False


def _clear(api: MenuApi, old: Sequence[str], most: int) -> tuple[int, int]:
    owner = {menu_id: alias for alias, menu_id in api.aliases().items()}
    for number, menu_id in enumerate(old[:most]):
        try:
            if menu_id in owner:
                api.drop_alias(owner[menu_id])
            api.delete(menu_id)
        except Retry:
            return number, len(old) - number
    return min(len(old), most), max(0, len(old) - most)


def show(api: MenuApi, line_user_id: str, alias: str) -> bool:
    """Let a resident see this menu first; the one everybody sees needs no link. False while a disaster's is shown."""
    aliases, shown = api.aliases(), api.default()
    if shown == aliases.get(DISASTER) or alias not in aliases:
        return False
    if aliases[alias] == shown:
        api.unlink(line_user_id)
    else:
        api.link(line_user_id, aliases[alias])
    return True


def note_disaster(session: Session, *, on: bool, now: datetime) -> None:
    """Write down what everybody sees from now on, because a place sent from a disaster's menu means shelters."""
    session.execute(delete(DisasterMenu))
    if on:
        session.add(DisasterMenu(since=now))
    audit.record(session, f"menu.disaster_{'on' if on else 'off'}", "menu", by=audit.SYSTEM, at=now)


def disaster(api: MenuApi, menus: Sequence[Ready], *, on: bool, key: str) -> int:
    """Show everybody the menu of a disaster in their language, or the usual first tab again; how many menus moved.

    Whoever changed tabs has a menu of their own at LINE, which the default does not reach; so whole groups are moved
    from menu to menu by one call. ``key`` makes that call happen once.
    """
    aliases = api.aliases()
    pairs: list[tuple[str, str]] = []
    for language in dict.fromkeys(menu.language for menu in menus):
        own = [menu for menu in menus if menu.language == language]
        tabs = [aliases[menu.alias] for menu in own if menu.kind != DISASTER and menu.alias in aliases]
        danger = aliases.get(alias_in(DISASTER, language), "")
        if tabs and danger:
            pairs += [(tab, danger) for tab in tabs] if on else [(danger, tabs[0])]
    first = DISASTER if on else next(menu.alias for menu in menus if menu.kind != DISASTER)
    api.set_default(aliases[first])
    api.move_all(pairs, key)
    return len(pairs)
