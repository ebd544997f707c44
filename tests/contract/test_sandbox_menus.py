"""Rich menus of the sandbox through the official SDK: images, aliases, links, bulk, batch, tabs."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from linebot.v3.messaging import (
    CreateRichMenuAliasRequest,
    MessagingApi,
    MessagingApiBlob,
    RichMenuBatchRequest,
    RichMenuBatchUnlinkAllOperation,
    RichMenuBulkLinkRequest,
    RichMenuRequest,
)

from tests.sandbox import SandboxServer, user

Refusal = Callable[[Callable[[], Any]], tuple[int, dict[str, Any], Any]]


def png(width: int, height: int) -> bytes:
    """A one-colour PNG, made by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff" * (width // 8) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def menu(name: str = "くらし", **changes: Any) -> RichMenuRequest:
    switch = {"type": "richmenuswitch", "richMenuAliasId": "safe", "data": "tab=safe"}
    body = {
        "size": {"width": 800, "height": 540},
        "selected": True,
        "name": name,
        "chatBarText": "メニュー",
        "areas": [{"bounds": {"x": 0, "y": 0, "width": 400, "height": 270}, "action": switch}],
    }
    return RichMenuRequest.from_dict({**body, **changes})


@pytest.fixture
def make(api: MessagingApi, blob: MessagingApiBlob) -> Callable[[str], str]:
    """A menu with its image; its id."""

    def with_image(name: str) -> str:
        menu_id = str(api.create_rich_menu(menu(name)).rich_menu_id)
        blob.set_rich_menu_image(menu_id, body=png(800, 540), _headers={"Content-Type": "image/png"})
        return menu_id

    return with_image


def test_a_menu_lives_from_making_to_deleting(
    line: SandboxServer, api: MessagingApi, blob: MessagingApiBlob, refusal: Refusal
) -> None:
    made = api.create_rich_menu(menu()).rich_menu_id
    status, body, _ = refusal(lambda: api.set_default_rich_menu(made))
    assert (status, body["message"]) == (400, "must upload richmenu image before applying it to user")
    image = png(800, 540)
    blob.set_rich_menu_image(made, body=image, _headers={"Content-Type": "image/png"})
    assert blob.get_rich_menu_image(made) == image
    api.set_default_rich_menu(made)
    assert api.get_default_rich_menu_id().rich_menu_id == made
    assert [found.rich_menu_id for found in api.get_rich_menu_list().richmenus] == [made]
    assert api.get_rich_menu(made).areas[0].action.rich_menu_alias_id == "safe"
    api.cancel_default_rich_menu()
    assert refusal(api.get_default_rich_menu_id)[0] == 404
    api.delete_rich_menu(made)
    assert refusal(lambda: api.get_rich_menu(made))[0] == 404


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (png(800, 544), "image/png", 400),
        (b"GIF89a", "image/gif", 415),
        (b"\0" * (1 << 20) + b"1", "image/png", 413),
    ],
)
def test_a_wrong_image_is_refused(
    api: MessagingApi, blob: MessagingApiBlob, refusal: Refusal, data: bytes, content_type: str, status: int
) -> None:
    made = api.create_rich_menu(menu()).rich_menu_id
    headers = {"Content-Type": content_type}
    assert refusal(lambda: blob.set_rich_menu_image(made, body=data, _headers=headers))[0] == status


def test_a_second_image_is_refused(
    make: Callable[[str], str], blob: MessagingApiBlob, refusal: Refusal
) -> None:
    made = make("くらし")
    headers = {"Content-Type": "image/png"}
    status, body, _ = refusal(lambda: blob.set_rich_menu_image(made, body=png(800, 540), _headers=headers))
    assert (status, body["message"]) == (400, "An image has already been uploaded to the richmenu")


def test_a_menu_too_high_or_with_a_long_bar_is_refused(api: MessagingApi, refusal: Refusal) -> None:
    _, body, _ = refusal(lambda: api.create_rich_menu(menu(size={"width": 800, "height": 800})))
    assert body["details"][0]["property"] == "size"
    api.validate_rich_menu_object(menu(chatBarText="あ" * 14))


def test_an_alias_needs_a_menu_with_an_image_and_is_unique(
    api: MessagingApi, make: Callable[[str], str], refusal: Refusal
) -> None:
    bare = api.create_rich_menu(menu()).rich_menu_id
    request = CreateRichMenuAliasRequest(richMenuAliasId="home", richMenuId=bare)
    assert refusal(lambda: api.create_rich_menu_alias(request))[1]["message"] == "richmenu not found"
    request = CreateRichMenuAliasRequest(richMenuAliasId="home", richMenuId=make("a"))
    api.create_rich_menu_alias(request)
    assert refusal(lambda: api.create_rich_menu_alias(request))[1]["message"] == "conflict richmenu alias id"
    assert [alias.rich_menu_alias_id for alias in api.get_rich_menu_alias_list().aliases] == ["home"]
    api.delete_rich_menu_alias("home")
    assert refusal(lambda: api.get_rich_menu_alias("home"))[0] == 404


def test_a_users_own_menu_goes_before_the_default_and_strangers_get_none(
    line: SandboxServer, api: MessagingApi, make: Callable[[str], str], refusal: Refusal
) -> None:
    line.follow(user(1))
    own = make("own")
    api.link_rich_menu_id_to_user(user(1), own)
    assert api.get_rich_menu_id_of_user(user(1)).rich_menu_id == own
    api.link_rich_menu_id_to_user(user(2), own)
    assert refusal(lambda: api.get_rich_menu_id_of_user(user(2)))[1]["message"] == "the user has no richmenu"
    api.unlink_rich_menu_id_from_user(user(1))
    assert refusal(lambda: api.get_rich_menu_id_of_user(user(1)))[0] == 404


def test_bulk_links_come_a_little_later_and_a_batch_tells_its_progress(
    line: SandboxServer, api: MessagingApi, make: Callable[[str], str], refusal: Refusal
) -> None:
    line.options(bulk_seconds=0.2)
    people, made = line.crowd(2), make("all")
    api.link_rich_menu_id_to_users(RichMenuBulkLinkRequest(richMenuId=made, userIds=people))
    assert refusal(lambda: api.get_rich_menu_id_of_user(people[0]))[0] == 404
    _until(lambda: _linked(line, people[1]) == made)
    request = RichMenuBatchRequest(operations=[RichMenuBatchUnlinkAllOperation()])
    answer = api.rich_menu_batch_with_http_info(request)
    assert answer.status_code == 202
    request_id = answer.headers["x-line-request-id"]
    assert api.get_rich_menu_batch_progress(request_id).phase == "ongoing"
    _until(lambda: api.get_rich_menu_batch_progress(request_id).phase == "succeeded")
    assert _linked(line, people[0]) is None


def test_a_tap_on_a_tab_gives_the_user_that_menu_and_tells_how_it_went(
    line: SandboxServer, api: MessagingApi, make: Callable[[str], str]
) -> None:
    line.follow(user(1))
    tab = {"type": "richmenuswitch", "richMenuAliasId": "safe", "data": "tab=safe"}
    missing = line.taps(user(1), tab)["event"]["postback"]
    assert missing["params"] == {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    safe = make("safe")
    api.create_rich_menu_alias(CreateRichMenuAliasRequest(richMenuAliasId="safe", richMenuId=safe))
    done = line.taps(user(1), tab)["event"]["postback"]
    assert done == {"data": "tab=safe", "params": {"newRichMenuAliasId": "safe", "status": "SUCCESS"}}
    assert api.get_rich_menu_id_of_user(user(1)).rich_menu_id == safe


def test_the_fourth_batch_of_an_hour_is_too_many(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.options(bulk_seconds=0)
    request = RichMenuBatchRequest(operations=[RichMenuBatchUnlinkAllOperation()])
    for _ in range(3):
        api.rich_menu_batch(request)
    assert refusal(lambda: api.rich_menu_batch(request))[0] == 429
    line.forward(3600)
    api.rich_menu_batch(request)


def _linked(line: SandboxServer, who: str) -> str | None:
    token = {"Authorization": f"Bearer {line.token}"}
    return line.call("GET", f"/v2/bot/user/{who}/richmenu", **token)[1].get("richMenuId")


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
