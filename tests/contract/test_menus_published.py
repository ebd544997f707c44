"""The town's rich menus at the pretend LINE through the official SDK: published twice, and changed in a disaster."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from linebot.v3.messaging import ApiException, MessagingApi

from app.line.richmenu import RichMenus
from app.menus import actions, rules, saying
from app.settings import Settings
from app.town.actions import folder_files
from tests.sandbox import SandboxServer, user

PACK = folder_files(Path(str(Settings.model_fields["town_dir"].default)))


@pytest.fixture(scope="module")
def ready() -> tuple[saying.Ready, ...]:
    """Two languages are enough to see that nobody gets the other's."""
    menus, _ = rules.read_menus(PACK)
    return saying.make_ready([menu for menu in menus if menu.language in ("ja", "en")])


def _soon(api: MessagingApi, resident: str, menu_id: str) -> bool:
    """LINE moves whole groups some time after it said 202."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if api.get_rich_menu_id_of_user(resident).rich_menu_id == menu_id:
                return True
        except ApiException:
            pass
        time.sleep(0.02)
    return False


def test_published_changed_in_a_disaster_and_back(
    line: SandboxServer, api: MessagingApi, ready: tuple[saying.Ready, ...]
) -> None:
    line.follow(user(1))
    menus = RichMenus(line.url, line.url, line.token)
    assert menus.default() == ""
    assert len(actions.publish(menus, ready, key="k").created) == len(ready)
    assert actions.publish(menus, ready, key="k").created == ()
    aliases = menus.aliases()
    assert menus.default() == aliases["home"]
    assert actions.show(menus, user(1), "family-en")
    assert api.get_rich_menu_id_of_user(user(1)).rich_menu_id == aliases["family-en"]
    actions.disaster(menus, ready, on=True, key="on-1")
    assert menus.default() == aliases["disaster"]
    assert _soon(api, user(1), aliases["disaster-en"])
    actions.disaster(menus, ready, on=False, key="off-1")
    assert menus.default() == aliases["home"]
    assert _soon(api, user(1), aliases["home-en"])
    assert actions.show(menus, user(1), "home")
    with pytest.raises(ApiException):
        api.get_rich_menu_id_of_user(user(1))


def test_a_language_that_goes_takes_its_menus_and_aliases_along(
    line: SandboxServer, ready: tuple[saying.Ready, ...]
) -> None:
    menus = RichMenus(line.url, line.url, line.token)
    actions.publish(menus, ready, key="k")
    japanese = [each for each in ready if each.language == "ja"]
    assert actions.publish(menus, japanese, key="k").deleted == len(ready) - len(japanese)
    assert set(menus.aliases()) == {each.alias for each in japanese}
