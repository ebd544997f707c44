"""Rich menus at LINE: made once, changed under whoever sees them, within its limits, everybody's own again after a disaster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from app.errors import Retry
from app.menus import actions, rules, saying
from tests.core.test_menus import LANGUAGES, MENUS, PACK, ready

Menus = tuple[saying.Ready, ...]


@pytest.fixture
def menus() -> Menus:
    return tuple(ready().values())


class Remembering:
    """A LINE that keeps menus in memory."""

    def __init__(self, an_hour: int = 100) -> None:
        self.left = {"create": an_hour, "delete": an_hour}
        self.moved: list[tuple[str, str]] = []
        self.menus: dict[str, str] = {"foreign": "made elsewhere"}
        self.alias: dict[str, str] = {}
        self.default_id = ""
        self.linked: dict[str, str] = {}
        self.calls = 0
        self.dies_at = -1
        """At which menu the program ends between creating it and giving it its picture."""
        self.is_slow = False
        """Moving people takes longer than anybody waits."""

    def names(self) -> dict[str, str]:
        return dict(self.menus)

    def _spend(self, what: str) -> None:
        if not self.left[what]:
            raise Retry("1時間の上限です。", 3600)
        self.left[what] -= 1

    def create(self, body: Mapping[str, Any], picture: bytes) -> str:
        self._spend("create")
        if self.dies_at == self.calls:
            self.menus["half"] = body["name"]
            raise ConnectionError
        self.calls += 1
        self.menus[f"richmenu-{self.calls}"] = body["name"]
        return f"richmenu-{self.calls}"

    def delete(self, menu_id: str) -> None:
        assert menu_id not in self.alias.values() and menu_id != self.default_id
        self._spend("delete")
        del self.menus[menu_id]
        self.linked = {user: menu for user, menu in self.linked.items() if menu != menu_id}

    def aliases(self) -> dict[str, str]:
        return dict(self.alias)

    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None:
        assert known == (alias in self.alias)
        self.alias[alias] = menu_id

    def drop_alias(self, alias: str) -> None:
        del self.alias[alias]

    def default(self) -> str:
        return self.default_id

    def set_default(self, menu_id: str) -> None:
        self.default_id = menu_id

    def link(self, line_user_id: str, menu_id: str) -> None:
        self.linked[line_user_id] = menu_id

    def unlink(self, line_user_id: str) -> None:
        self.linked.pop(line_user_id, None)

    def move_all(self, pairs: Sequence[tuple[str, str]], key: str, *, wait: float = 0.0) -> bool:
        if self.is_slow:
            return False
        assert len({old for old, _ in pairs}) == len(pairs) <= 1000
        self.moved = list(pairs)
        self.linked = {user: dict(pairs).get(menu, menu) for user, menu in self.linked.items()}
        return True


def test_publishing_again_creates_nothing(menus: Menus) -> None:
    line = Remembering()
    assert len(actions.publish(line, menus, key="k").created) == len(menus) == 4 * len(LANGUAGES)
    again = actions.publish(line, menus, key="k")
    assert (again.created, len(again.kept), again.deleted, line.calls) == ((), len(menus), 0, len(menus))
    assert line.default_id == line.alias["home"]


def test_a_changed_menu_replaces_its_old_one_and_leaves_others_menus_alone(menus: Menus) -> None:
    line = Remembering()
    actions.publish(line, menus, key="k")
    done = actions.publish(line, changed_safe(), key="k")
    assert (len(done.created), done.deleted, len(line.menus)) == (1, 1, len(menus) + 1)
    assert line.menus["foreign"] == "made elsewhere"


def changed_safe() -> tuple[saying.Ready, ...]:
    """The menus with one word of one tab changed."""
    safe = PACK["menus/safe.toml"].decode().replace("電話・窓口", "まどぐち").encode()
    return saying.make_ready(rules.read_menus(PACK | {"menus/safe.toml": safe})[0])


def test_nobody_loses_the_menu_they_see_when_a_word_of_it_changes(menus: Menus) -> None:
    line = Remembering()
    actions.publish(line, menus, key="k")
    actions.show(line, "U1", "safe")
    actions.show(line, "U2", "family-vi")
    line.is_slow = True
    waiting = actions.publish(line, changed_safe(), key="k")
    assert (waiting.deleted, waiting.left) == (0, 1), "deleting would take it from whoever has it"
    line.is_slow = False
    assert actions.publish(line, changed_safe(), key="k").deleted == 1
    assert line.linked == {"U1": line.alias["safe"], "U2": line.alias["family-vi"]}


def test_a_menu_that_got_no_picture_is_made_again(menus: Menus) -> None:
    line = Remembering()
    line.dies_at = 2
    with pytest.raises(ConnectionError):
        actions.publish(line, menus, key="k")
    line.dies_at = -1
    done = actions.publish(line, menus, key="k")
    assert (len(done.created), done.left) == (len(menus), 0)
    assert "half" not in line.menus and "half" not in line.alias.values()
    assert len(line.menus) == len(menus) + 1, "what the first run left is cleared as well"


def test_line_s_hour_is_respected_and_the_next_one_goes_on(menus: Menus) -> None:
    line = Remembering(an_hour=10)
    first = actions.publish(line, menus, key="k")
    assert (len(first.created), first.left) == (10, len(menus) - 10)
    assert line.default_id == line.alias["home"], "what is there is shown"
    line.left = {"create": 100, "delete": 0}
    assert actions.publish(line, menus, key="k").left == 0
    old = saying.make_ready([menu for menu in MENUS if menu.language == "ja"])
    assert actions.publish(line, old, key="k").left == len(menus) - len(old), (
        "deleting waits for its hour as well"
    )
    line.left = {"create": 100, "delete": 100}
    assert actions.publish(line, menus, most=40, key="k").left == 0


def test_a_resident_sees_their_own_tab_or_what_everybody_sees(menus: Menus) -> None:
    line = Remembering()
    actions.publish(line, menus, key="k")
    assert actions.show(line, "U1", "family")
    assert not actions.show(line, "U2", "unknown")
    assert line.linked == {"U1": line.alias["family"]}
    assert actions.show(line, "U1", "home")
    assert line.linked == {}, "the default needs no link"


def test_in_a_disaster_everybody_sees_its_menu_in_their_language_and_afterwards_their_own_again(
    menus: Menus,
) -> None:
    line = Remembering()
    actions.publish(line, menus, key="k")
    actions.show(line, "U1", "family")
    actions.show(line, "U2", "safe-vi")
    actions.disaster(line, menus, on=True, key="k1")
    assert line.default_id == line.alias["disaster"]
    assert line.linked == {"U1": line.alias["disaster"], "U2": line.alias["disaster-vi"]}
    assert not actions.show(line, "U3", "family"), "nobody is led away from it"
    actions.publish(line, menus, key="k")
    assert line.default_id == line.alias["disaster"], "publishing does not end it"
    actions.disaster(line, menus, on=False, key="k2")
    assert line.default_id == line.alias["home"]
    assert line.linked == {"U1": line.alias["home"], "U2": line.alias["home-vi"]}
