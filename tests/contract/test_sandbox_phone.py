"""The practice phone page in a real browser: what the account sends is seen, what a resident taps is told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Locator, Page, Route, sync_playwright

from tests.contract.conftest import Door
from tests.sandbox import SandboxServer, user

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUTTON = {"type": "postback", "label": "くわしく", "data": "more=1", "displayText": "くわしく"}
PICK = {"type": "datetimepicker", "label": "日にち", "data": "d=1", "mode": "date", "initial": "2026-12-05"}
OUTSIDE = {"type": "uri", "label": "カレンダー", "uri": "https://example.jp/a.ics?openExternalBrowser=1"}


def card() -> dict[str, Any]:
    title = {
        "type": "text",
        "text": "冬のまつり",
        "size": "xl",
        "weight": "bold",
        "wrap": True,
        "scaling": True,
    }
    buttons = [{"type": "button", "action": action} for action in (BUTTON, PICK, OUTSIDE)]
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [title]},
        "footer": {"type": "box", "layout": "vertical", "contents": buttons},
    }


@pytest.fixture(scope="module")
def browser_page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1260, "height": 1000})
        page.set_default_timeout(5000)
        yield page
        browser.close()


@pytest.fixture
def page(browser_page: Page, line: SandboxServer, door: Door) -> Page:
    browser_page.goto(line.url + "/phone")
    return browser_page


@pytest.fixture
def phone(page: Page) -> Locator:
    """The first resident's phone, already a friend."""
    first = page.get_by_test_id("phone-01")
    first.get_by_test_id("follow").click()
    first.get_by_test_id("input").wait_for()
    first.locator(".head .quiet").wait_for()
    return first


def push(line: SandboxServer, *messages: dict[str, Any]) -> None:
    body = {"to": user(1), "messages": messages}
    status, answer = line.call("POST", "/v2/bot/message/push", body, Authorization=f"Bearer {line.token}")
    assert status == 200, answer


def flex(contents: dict[str, Any]) -> dict[str, Any]:
    return {"type": "flex", "altText": "冬のまつり 12月5日", "contents": contents}


def last(phone: Locator) -> Locator:
    return phone.get_by_test_id("msg-last")


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait without running strings in the page, which its content security policy forbids."""
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(25)
    raise AssertionError("it did not happen within 5 s")


def wait_for_text(phone: Locator, text: str) -> None:
    last(phone).filter(has_text=text).wait_for()


def test_an_answer_that_was_overtaken_takes_no_news_away(
    page: Page, phone: Locator, line: SandboxServer
) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route(f"**/phone/{user(1)}", hold_the_first)
    push(line, {"type": "text", "text": "はじめ"})
    until(page, lambda: bool(held))
    push(line, {"type": "text", "text": "あとから"})
    wait_for_text(phone, "あとから")
    route, answer = held[0]
    with page.expect_response(f"**/phone/{user(1)}") as late:
        route.fulfill(response=answer)
    late.value.finished()
    page.wait_for_timeout(100)
    page.unroute_all()
    wait_for_text(phone, "あとから")


def test_what_comes_while_the_page_is_cut_off_is_seen_when_it_is_back(
    phone: Locator, line: SandboxServer
) -> None:
    line.stop()
    line.start()
    push(line, {"type": "text", "text": "また つながりました"})
    wait_for_text(phone, "また つながりました")


def test_writing_and_being_answered(phone: Locator, line: SandboxServer, door: Door) -> None:
    phone.get_by_test_id("input").fill("ごみの日")
    phone.get_by_test_id("send").click()
    wait_for_text(phone, "ごみの日")
    assert [event["type"] for event in door.events()] == ["follow", "message"]
    push(line, {"type": "text", "text": "電話は 000-111-2222 です。"})
    wait_for_text(phone, "電話は")
    assert last(phone).locator("a").get_attribute("href") == "tel:000-111-2222"
    assert phone.get_by_test_id("taps").inner_text() == "タップ 2"


def test_quick_replies_stand_under_the_last_message_only(
    phone: Locator, line: SandboxServer, door: Door
) -> None:
    choices = [{"type": "message", "label": f"{n} はい", "text": f"{n}"} for n in range(1, 14)]
    items = [{"type": "action", "action": action} for action in choices]
    push(line, {"type": "text", "text": "どれですか", "quickReply": {"items": items}})
    phone.get_by_test_id("qr-13").wait_for()
    phone.get_by_test_id("qr-2").click()
    wait_for_text(phone, "2")
    phone.get_by_test_id("qr-1").wait_for(state="detached")
    assert door.events()[-1]["message"]["text"] == "2"


def test_a_card_can_be_tapped_by_keyboard_and_dates_are_picked(
    phone: Locator, line: SandboxServer, door: Door
) -> None:
    push(line, flex(card()))
    wait_for_text(phone, "冬のまつり")
    phone.get_by_role("button", name="くわしく").press("Enter")
    wait_for_text(phone, "くわしく")
    assert door.events()[-1]["postback"] == {"data": "more=1"}
    phone.get_by_role("button", name="日にち").click()
    phone.page.get_by_test_id("picker-value").fill("2026-12-06")
    phone.page.get_by_test_id("picker-ok").click()
    until(phone.page, lambda: len(door.events()) == 3)
    assert door.events()[-1]["postback"] == {"data": "d=1", "params": {"date": "2026-12-06"}}
    phone.get_by_role("button", name="カレンダー").click()
    assert phone.page.locator("#panel").get_attribute("data-mode") == "external"
    phone.page.locator("#panel [data-close]").click()


def test_text_grows_where_the_account_allows_it(phone: Locator, line: SandboxServer) -> None:
    push(line, flex(card()))
    wait_for_text(phone, "冬のまつり")
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    title = phone.locator(".f-text").first
    assert title.evaluate(size) == 22
    phone.locator("[data-set=size]").select_option("huge")
    assert title.evaluate(size) > 30


def test_a_carousel_turns(phone: Locator, line: SandboxServer) -> None:
    push(line, flex({"type": "carousel", "contents": [card(), card(), card()]}))
    phone.locator(".cards").wait_for()
    phone.get_by_role("button", name="次のカード").click()
    until(phone.page, lambda: phone.locator(".cards").evaluate("cards => cards.scrollLeft") > 100)


def test_the_rich_menu_switches_tabs_collapses_and_is_missing_on_a_pc(
    phone: Locator, line: SandboxServer
) -> None:
    for alias in ("home", "safe"):
        put_menu(line, alias, "safe" if alias == "home" else "home", default=alias == "home")
    tab = phone.get_by_test_id("area-home-1")
    tab.click()
    phone.get_by_test_id("area-safe-1").wait_for()
    phone.get_by_test_id("menu-bar").click()
    phone.get_by_test_id("area-safe-1").wait_for(state="hidden")
    phone.get_by_test_id("menu-bar").click()
    phone.get_by_test_id("area-safe-1").wait_for(state="visible")
    phone.locator("[data-set=view]").select_option("pc")
    phone.get_by_test_id("area-safe-1").wait_for(state="hidden")


def put_menu(line: SandboxServer, alias: str, target: str, *, default: bool) -> None:
    token = {"Authorization": f"Bearer {line.token}"}
    action = {"type": "richmenuswitch", "richMenuAliasId": target, "data": f"tab={target}", "label": target}
    menu = {
        "size": {"width": 800, "height": 270},
        "selected": True,
        "name": alias,
        "chatBarText": "メニュー",
        "areas": [{"bounds": {"x": 0, "y": 0, "width": 800, "height": 270}, "action": action}],
    }
    menu_id = line.call("POST", "/v2/bot/richmenu", menu, **token)[1]["richMenuId"]
    headers = {**token, "Content-Type": "image/png"}
    urlopen(
        Request(f"{line.url}/v2/bot/richmenu/{menu_id}/content", data=grey(800, 270), headers=headers)
    ).close()
    line.call("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": alias, "richMenuId": menu_id}, **token)
    if default:
        line.call("POST", f"/v2/bot/user/all/richmenu/{menu_id}", {}, **token)


def grey(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_photos_places_and_stickers_are_sent(phone: Locator, door: Door) -> None:
    page = phone.page
    for kind, choice in (("photo", "photo-1"), ("place", "place-1")):
        phone.locator(".more summary").click()
        phone.locator(f"[data-open={kind}]").click()
        page.get_by_test_id(choice).click()
        page.locator(f"#{kind}[open]").wait_for(state="detached")
        phone.locator(".row.me .photo" if kind == "photo" else ".row.me .place").wait_for()
    phone.locator(".more summary").click()
    phone.locator("[data-open=sticker]").click()
    page.locator("[data-sticker]").first.click()
    phone.locator(".row.me .sticker").wait_for()
    assert [e["message"]["type"] for e in door.events()[1:]] == ["image", "location", "sticker"]


def test_a_scanned_poster_makes_a_friend_and_fills_the_input(
    page: Page, line: SandboxServer, door: Door
) -> None:
    page.get_by_test_id("scan-link").fill(
        f"https://line.me/R/oaMessage/%40kairan-demo/?{quote('窓口 koseki-01')}"
    )
    page.get_by_test_id("scan").click()
    entry = page.get_by_test_id("phone-01").get_by_test_id("input")
    until(page, lambda: entry.input_value() != "")
    assert entry.input_value() == "窓口 koseki-01"
    assert [event["type"] for event in door.events()] == ["follow"]
    page.goto(f"{line.url}/R/oaMessage/%40kairan-demo/?{quote('窓口 zei-02')}")
    page.get_by_role("button", name="Minh Anh").click()
    assert page.get_by_test_id("phone-03").get_by_test_id("input").input_value() == "窓口 zei-02"


def test_the_clock_is_shared_and_moves(page: Page, line: SandboxServer) -> None:
    page.locator("[data-forward='86400']").click()
    until(page, line.clock_offset_file.exists)
    until(page, lambda: float(line.clock_offset_file.read_text()) > 0)
    assert 86_000 < float(line.clock_offset_file.read_text()) < 86_500


def test_blocking_hides_the_input_and_unblocking_tells(phone: Locator, door: Door) -> None:
    phone.locator("[data-act=block]").click()
    phone.get_by_test_id("unblock").click()
    phone.locator(".head .quiet").wait_for()
    assert [event["type"] for event in door.events()] == ["follow", "unfollow", "follow"]


def test_nothing_is_wrong_for_axe_and_no_script_is_inline(phone: Locator, line: SandboxServer) -> None:
    push(line, {"type": "text", "text": "こんにちは"}, flex(card()))
    wait_for_text(phone, "冬のまつり")
    found = Axe().run(phone.page)
    assert found.violations_count == 0, found.generate_report()
    answer = urlopen(line.url + "/phone")
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    html = answer.read().decode()
    assert html.count("<script") == html.count('<script type="module" src=')
    for hidden in ("onclick=", "javascript:"):
        assert hidden not in html
