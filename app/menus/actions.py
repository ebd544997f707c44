"""Publish rich menus: the same menus again change nothing, old ones of ours are cleared away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.errors import Retry
from app.menus.rules import DISASTER, alias_in
from app.menus.saying import PREFIX, Ready

AN_HOUR = 100
"""LINE lets 100 menus be created and 100 be deleted in an hour (reference, "Rate limits")."""


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
    def move_all(self, pairs: Sequence[tuple[str, str]], key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Published:
    """``left`` menus are still to be created or deleted: LINE's hour is used up, and the same command goes on later."""

    created: tuple[str, ...]
    kept: tuple[str, ...]
    deleted: int
    left: int = 0


def publish(api: MenuApi, menus: Sequence[Ready], *, most: int = AN_HOUR) -> Published:
    """Bring LINE to these menus: create what is new, point the aliases, set the default, then delete old ones.

    The order keeps every moment usable: an alias never points to nothing. Stopped half way (by LINE's hour or by
    anything else), a second run ends it.
    """
    ids = {name: menu_id for menu_id, name in api.names().items()}
    wanted = [menu for menu in menus if menu.name not in ids]
    created = _create(api, wanted[:most], ids)
    aliases = api.aliases()
    shown = api.default()
    is_disaster = shown in {aliases.get(menu.alias) for menu in menus if menu.kind == DISASTER}
    for menu in menus:
        if menu.name in ids and aliases.get(menu.alias) != ids[menu.name]:
            api.set_alias(menu.alias, ids[menu.name], known=menu.alias in aliases)
            aliases[menu.alias] = ids[menu.name]
    first = next((menu for menu in menus if (menu.kind == DISASTER) == is_disaster), menus[0])
    if first.name in ids and shown != ids[first.name]:
        api.set_default(ids[first.name])
    if len(created) < len(wanted):
        return Published(tuple(created), (), 0, left=len(wanted) - len(created))
    kept = tuple(menu.name for menu in menus if menu.name not in created)
    deleted, left = _clear(api, menus, ids, most)
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


def _clear(api: MenuApi, menus: Sequence[Ready], ids: Mapping[str, str], most: int) -> tuple[int, int]:
    current = {menu.name for menu in menus}
    owner = {menu_id: alias for alias, menu_id in api.aliases().items()}
    old = [menu_id for name, menu_id in ids.items() if name.startswith(PREFIX) and name not in current]
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
