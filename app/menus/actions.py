"""Publish rich menus: the same menus again change nothing, old ones of ours are cleared away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.menus.rules import PREFIX, Ready


class MenuApi(Protocol):
    """What publishing asks of LINE (``app/line/richmenu.py``)."""

    def names(self) -> dict[str, str]: ...
    def create(self, body: Mapping[str, Any], picture: bytes) -> str: ...
    def delete(self, menu_id: str) -> None: ...
    def aliases(self) -> dict[str, str]: ...
    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None: ...
    def set_default(self, menu_id: str) -> None: ...
    def link(self, line_user_id: str, menu_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Published:
    created: tuple[str, ...]
    kept: tuple[str, ...]
    deleted: int


def publish(api: MenuApi, menus: Sequence[Ready]) -> Published:
    """Bring LINE to these menus: create what is new, point the aliases, set the default, then delete old ones.

    The order keeps every moment usable: an alias never points to nothing. Stopped half way, a second run ends it.
    """
    ids = {name: menu_id for menu_id, name in api.names().items()}
    created = [menu.name for menu in menus if menu.name not in ids]
    for menu in menus:
        if menu.name not in ids:
            ids[menu.name] = api.create(menu.body, menu.picture)
    aliases = api.aliases()
    for menu in menus:
        if aliases.get(menu.alias) != ids[menu.name]:
            api.set_alias(menu.alias, ids[menu.name], known=menu.alias in aliases)
    api.set_default(ids[menus[0].name])
    current = {menu.name for menu in menus}
    old = [menu_id for name, menu_id in ids.items() if name.startswith(PREFIX) and name not in current]
    for menu_id in old:
        api.delete(menu_id)
    kept = tuple(menu.name for menu in menus if menu.name not in created)
    return Published(tuple(created), kept, len(old))


def link(api: MenuApi, line_user_ids: Iterable[str], alias: str) -> None:
    """Let these residents see one tab first."""
    menu_id = api.aliases().get(alias)
    if menu_id is not None:
        for line_user_id in line_user_ids:
            api.link(line_user_id, menu_id)
