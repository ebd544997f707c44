"""The five steps of the main path, done in a browser: a resident, an author, an approver, and a phone at the minute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlalchemy import select

from app.cli.seed import ACCOUNTS
from app.clock import Clock, in_japan
from app.delivery.models import Batch
from app.notices import queries
from app.notices.models import Notice
from app.residents.models import Resident
from tests.journeys.product import Product, wait_for

pytestmark = pytest.mark.browser

EVENT = {
    "イベント名": "汐野みなと冬まつり",
    "主催者": "汐野みなと祭実行委員会",
    "内容": "市民の楽団の演奏と、浜鍋のふるまいがあります。",
    "対象者": "どなたでも",
    "定員": "３００名（先着順）",
    "参加申込": "https://apply.shiono.example.jp/fuyu/",
    "詳細情報": "https://www.city.shiono.example.jp/moyoshi/001/",
    "料金": "300円（浜鍋）",
    "開催日": "2026/12/5",
    "時間": "10時～15時",
    "会場": "みなとの資料館",
    "住所": "汐野市みなと区港本町１－３",
    "アクセス": "汐野港駅から歩いて7分",
    "駐車場": "20台",
    "問合先": "文化観光局 催し案内",
    "連絡先": "0889（00）5126",
    "備考": "雨のときは12月6日に行います。",
    "支払い": "https://pay.shiono.example.jp/matsuri/",
}
expect.set_options(timeout=25_000)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    options += ["--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=options)
        yield running
        running.close()


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000}, locale="ja-JP")
    page.set_default_timeout(15_000)
    page.goto(url)
    return page


def sign_in(browser: Browser, product: Product, number: int) -> Page:
    account, password = ACCOUNTS[number]
    page = open_page(browser, f"{product.url}/console/")
    page.fill("[name=login]", account.login)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("button", name="サインインする")).to_have_count(0)
    return page


def say(phone: Locator, words: str, answer: str) -> None:
    phone.get_by_test_id("input").fill(words)
    phone.get_by_test_id("send").click()
    expect(phone.get_by_role("log")).to_contain_text(answer)


def set_clock(product: Product, instant: datetime) -> Clock:
    """Both the product and the pretend LINE live at this instant from now on."""
    offset = (instant - datetime.now(UTC)).total_seconds()
    product.line.clock_offset_file.write_text(f"{offset:.0f}", encoding="ascii")
    return Clock(product.line.clock_offset_file)


def test_a_notice_travels_from_the_form_to_the_phone(product: Product, browser: Browser) -> None:
    clock = set_clock(product, NOON)
    product.run("-m", "app.cli.main", "menu", "publish")
    phone = a_resident_signs_up(product, browser)
    author = an_author_writes(product, browser)
    approver = a_second_person_approves_and_schedules(product, browser, clock)
    at = it_arrives_once_at_its_minute(product, phone)
    assert at.second == 0 and author and approver
    the_numbers_add_up(product, browser)
    the_menu_answers(phone)


def a_resident_signs_up(product: Product, browser: Browser) -> Locator:
    """Step 1: the poster's link, the prepared word, topics, area, and the first question."""
    clerk = sign_in(browser, product, 2)
    clerk.goto(f"{product.url}/console/counters/KODOMO-3/poster")
    link = clerk.locator("a[href*='/R/oaMessage/']").first.get_attribute("href") or ""
    assert "KODOMO-3" in link
    page = open_page(browser, f"{product.line.url}/phone")
    page.get_by_label(re.compile("QRコードのアドレス")).fill(link)
    page.get_by_role("button", name="読み取る").click()
    phone = page.get_by_test_id("phone-01")
    expect(phone.get_by_test_id("input")).to_have_value(re.compile("KODOMO-3"))
    phone.get_by_test_id("send").click()
    log = phone.get_by_role("log")
    expect(log).to_contain_text("届ける情報")
    say(phone, "この内容でOK", "お子さん")
    say(phone, "あとで", "登録")
    say(phone, "設定", "いまの設定")
    say(phone, "明日のごみ", "地区")
    say(phone, "駅前町", "この地区をおぼえる")
    say(phone, "4", "中区駅前町をおぼえました")
    say(phone, "明日のごみ", "あした 11月25日（水）")
    with product.db() as session:
        resident = session.scalars(select(Resident)).one()
    assert (resident.source, resident.district, "events" in resident.topics) == ("KODOMO-3", "naka-01", True)
    return phone


def an_author_writes(product: Product, browser: Browser) -> Page:
    """Step 2: fields, standard text, the card, a segment with its count."""
    page = sign_in(browser, product, 0)
    page.goto(f"{product.url}/console/notices/new/event")
    for label, typed in EVENT.items():
        page.fill(f"[name='f:{label}']", typed)
    page.get_by_role("button", name="つぎへ（対象を選ぶ）").click()
    page.get_by_label("イベント", exact=True).check()
    page.get_by_role("button", name="人数を数える").last.click()
    expect(page.locator("main")).to_contain_text("1人")
    page.get_by_role("button", name="つぎへ（確認）").click()
    expect(page.locator("main")).to_contain_text("【イベント名】汐野みなと冬まつり")
    for written in (
        "【開催日】2026年12月5日（土）",
        "【時間】10:00-15:00",
        "【連絡先】0889-00-5126",
        "【料金】¥300（浜鍋）",
    ):
        expect(page.locator("main")).to_contain_text(written)
    page.get_by_role("button", name=re.compile("承認を依頼")).click()
    expect(page.locator("main")).to_contain_text("承認待ち")
    return page


def a_second_person_approves_and_schedules(product: Product, browser: Browser, clock: Clock) -> Page:
    """Step 3: exactly what was frozen, then a minute and the number of people."""
    page = sign_in(browser, product, 1)
    page.goto(f"{product.url}/console/approvals")
    page.get_by_role("link", name=re.compile("汐野みなと冬まつり")).first.click()
    expect(page.locator("main")).to_contain_text("【イベント名】汐野みなと冬まつり")
    page.get_by_role("button", name=re.compile("承認する")).click()
    expect(page.locator("body")).to_contain_text("承認しました")
    with product.db() as session:
        notice_id = session.scalars(select(Notice.id)).one()
    page.goto(f"{product.url}/console/notices/{notice_id}/schedule")
    at = in_japan(clock.now() + timedelta(minutes=2)).replace(second=0, microsecond=0)
    page.fill("[name=date]", f"{at:%Y-%m-%d}")
    page.fill("[name=time]", f"{at:%H:%M}")
    page.fill("[name=people]", "1")
    page.get_by_role("button", name=re.compile("予約する")).click()
    # Not 「予約」 alone, which the form says as well: the clock would be moved before the form has been read.
    expect(page.locator("body")).to_contain_text("1人へ予約しました")
    assert states(product) == {"scheduled"}
    set_clock(product, at - timedelta(seconds=4))
    return page


def it_arrives_once_at_its_minute(product: Product, phone: Locator) -> datetime:
    """Step 4: once, at its minute, with buttons that lead somewhere."""
    wait_for("the notice to be done", lambda: states(product) == {"done"})
    expect(phone.get_by_role("log")).to_contain_text("【イベント名】汐野みなと冬まつり", timeout=10_000)
    [line] = [line for line in product.line.record() if line["endpoint"].endswith("multicast")]
    assert line["delivered"]
    with product.db() as session:
        notice, batch = session.scalars(select(Notice)).one(), session.scalars(select(Batch)).one()
    assert (batch.size, batch.state, batch.line_request_id) == (1, "accepted", line["request_id"])
    assert notice.released_at and notice.scheduled_at
    assert timedelta() <= notice.released_at - notice.scheduled_at < timedelta(seconds=10)
    card = product.line.inbox(line["user"])[-1]
    the_buttons_lead_somewhere(product, notice, buttons(card))
    return notice.scheduled_at


def buttons(part: object) -> dict[str, str]:
    """Label to address of every button in a card."""
    if isinstance(part, list):
        return {label: uri for each in part for label, uri in buttons(each).items()}
    if not isinstance(part, dict):
        return {}
    action = part.get("action") if isinstance(part.get("action"), dict) else {}
    own = {action["label"]: action["uri"]} if action and action.get("type") == "uri" else {}
    return own | buttons(list(part.values()))


def the_buttons_lead_somewhere(product: Product, notice: Notice, found: dict[str, str]) -> None:
    """Tracked links redirect to exactly what was approved, the calendar file is on our own page, the phone rings."""
    with product.db() as session:
        approved = {f"{product.url}/l/{link.id}": link.url for link in queries.links_of(session, notice.id)}
    leads = {label: approved.get(uri.partition("?")[0], uri) for label, uri in found.items()}
    assert leads["申しこむ"] == EVENT["参加申込"]
    assert leads["支払う"] == EVENT["支払い"]
    assert leads["くわしく"] == EVENT["詳細情報"]
    assert leads["地図"].startswith("https://www.google.com/maps/")
    assert leads["カレンダーに入れる"] == f"{product.url}/n/{notice.token}.ics"
    assert "openExternalBrowser=1" in found["カレンダーに入れる"]
    assert found["電話"] == "tel:0889005126"


def states(product: Product) -> set[str]:
    with product.db() as session:
        return set(session.scalars(select(Notice.state)))


def the_numbers_add_up(product: Product, browser: Browser) -> None:
    page = sign_in(browser, product, 0)
    with product.db() as session:
        notice = session.scalars(select(Notice)).one()
    page.goto(f"{product.url}/console/notices/{notice.id}/progress")
    expect(page.locator("main")).to_contain_text("完了")
    expect(page.locator("main")).to_contain_text("受理")
    page.set_viewport_size({"width": 375, "height": 800})
    # On a phone what each number means is read without moving the table to the side.
    table = page.locator(".table-region").first
    assert table.evaluate("region => region.scrollWidth <= region.clientWidth")
    calendar = page.request.get(f"{product.url}/n/{notice.token}.ics")
    assert calendar.status == 200 and b"BEGIN:VEVENT" in calendar.body()
    public = open_page(browser, f"{product.url}/n/{notice.token}")
    expect(public.locator("main")).to_contain_text("汐野みなと冬まつり")


def the_menu_answers(phone: Locator) -> None:
    """Step 5: every area of the first tab answers; a word typed opens a flow."""
    log = phone.get_by_role("log")
    phone.get_by_test_id("area-family-1").click()  # a family's own tab is first; one tap leads to the others
    answers = ("つぎの収集", "物の名前", "粗大ごみ", "地図", "証明書", "支払い・税")
    for number, answer in enumerate(answers, start=3):
        phone.get_by_test_id(f"area-home-{number}").click()
        expect(log.get_by_test_id("msg-last")).to_contain_text(answer)
    say(phone, "粗大ごみ", "料金だけ調べる")
