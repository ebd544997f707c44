"""Rich menus, their images, aliases and who sees which (reference, "Rich menus"; the store, not the endpoints)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from app.sandbox.answers import Json, Refused

MOST = 1000
"""Menus and aliases an account may have."""


@dataclass(slots=True)
class Menu:
    """``image`` is empty until it was uploaded, and never changes afterwards."""

    id: str
    body: Json
    image: bytes = b""
    image_type: str = ""


class Menus:
    """Per-user menu before default menu. Changes only through journal entries."""

    def __init__(self) -> None:
        self.menus: dict[str, Menu] = {}
        self.aliases: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.default: str | None = None

    def on_menu(self, entry: Json) -> None:
        """made, deleted, image, alias (menu None deletes it) or default."""
        act, menu_id = entry["act"], entry["menu"]
        if act == "made":
            self.menus[menu_id] = Menu(menu_id, entry["body"])
        elif act == "deleted":
            self.menus.pop(menu_id, None)
            self.default = None if self.default == menu_id else self.default
            self.links = {user: linked for user, linked in self.links.items() if linked != menu_id}
        elif act == "image":
            menu = self.menus[menu_id]
            menu.image, menu.image_type = base64.b64decode(entry["image"]), entry["type"]
        elif act == "default":
            self.default = menu_id
        elif menu_id is None:
            self.aliases.pop(entry["alias"], None)
        else:
            self.aliases[entry["alias"]] = menu_id

    def on_link(self, entry: Json) -> None:
        """Give these users a menu of their own, or (menu None) take it away."""
        for user in entry["users"]:
            if entry["menu"] is None:
                self.links.pop(user, None)
            else:
                self.links[user] = entry["menu"]

    def find(self, menu_id: str, message: str = "Not found") -> Menu:
        """Refused with 404 when there is no such menu."""
        menu = self.menus.get(menu_id)
        if menu is None:
            raise Refused(404, message)
        return menu

    def shown_to(self, user: str) -> Menu | None:
        """The menu under this user's chat: per-user before default."""
        menu = self.menus.get(self.links.get(user, ""))
        if menu is None and self.default is not None:
            menu = self.menus.get(self.default)
        return menu if menu is not None and menu.image else None

    def alias_of(self, menu_id: str) -> str:
        """One alias of the menu, else the end of its id."""
        return next((alias for alias, target in self.aliases.items() if target == menu_id), menu_id[-8:])
