"""The town's rich menus at the pretend LINE through the official SDK: published twice, and changed in a disaster."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from linebot.v3.messaging import ApiException, MessagingApi

from app.line.richmenu import RichMenus
from app.menus import actions, rules, saying
from app.parts import build
from app.settings import Settings
from app.town.actions import folder_files
from tests.sandbox import SandboxServer, free_port, user
from worker import chores

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


def test_who_deleted_everything_has_no_menu_of_their_own_and_nothing_fails_without_line(
    line: SandboxServer, api: MessagingApi, ready: tuple[saying.Ready, ...]
) -> None:
    line.follow(user(1))
    menus = RichMenus(line.url, line.url, line.token)
    actions.publish(menus, ready, key="k")
    assert actions.show(menus, user(1), "family-en")
    for url, still in ((f"http://127.0.0.1:{free_port()}", True), (line.url, False)):
        settings = Settings(
            database_url="postgresql+psycopg://nobody@127.0.0.1/nothing",
            redis_url="redis://127.0.0.1:1/0",
            secret_key="only-for-tests",
            line_channel_secret="only-for-tests",
            line_channel_access_token=line.token,
            line_api_base_url=url,
        )
        made = build(settings)
        chores.unlink_menus(made, [user(2), user(1)])
        made.close()
        if still:
            assert api.get_rich_menu_id_of_user(user(1)).rich_menu_id == menus.aliases()["family-en"]
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
