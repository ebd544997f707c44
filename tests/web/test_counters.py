"""The poster of a counter: its code can be read by a machine and leads into the chat with the word filled in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote

import pytest
import segno
import zxingcpp
from PIL import Image

from app.console import counters
from app.settings import LINE_ITSELF, Settings
from tests.web.browser import Browser


@pytest.fixture
def clerk(person: Callable[..., Browser]) -> Browser:
    return person("madoguchi", "counter")


def test_every_open_counter_has_a_poster(clerk: Browser) -> None:
    page = clerk.get("/console/counters")
    addresses = [
        part.partition('"')[0] for part in page.split('href="') if part.partition('"')[0].endswith("/poster")
    ]
    assert len(addresses) >= 3
    for address in addresses:
        code = address.split("/")[-2]
        poster = clerk.get(address)
        assert f"登録 {code}" in poster
        assert "@kairan-demo" in poster
        assert 'class="qr"' in poster


def test_an_unknown_counter_has_none(clerk: Browser) -> None:
    clerk.get("/console/counters/NOTHING-1/poster", 404)


def test_in_production_the_code_leads_to_line(settings: Settings) -> None:
    production = settings.model_copy(update={"line_api_base_url": LINE_ITSELF, "line_basic_id": "@town"})
    url = counters.chat_url(production, "KODOMO-3")
    assert url == "https://line.me/R/oaMessage/%40town/?%E7%99%BB%E9%8C%B2%20KODOMO-3"


def test_in_the_demo_it_leads_to_the_sandbox(settings: Settings) -> None:
    url = counters.chat_url(settings, "KODOMO-3")
    assert url.startswith("http://127.0.0.1:8001/R/oaMessage/%40kairan-demo/?")
    assert unquote(url).endswith("?登録 KODOMO-3")


def test_a_reader_reads_back_the_address(settings: Settings) -> None:
    url = counters.chat_url(settings, "KODOMO-3")
    drawn = BytesIO()
    segno.make_qr(url, error="m", boost_error=False).save(
        drawn, kind="png", scale=4, border=counters.QUIET_ZONE
    )
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(drawn))] == [url]
    modules = segno.make_qr(url, error="m", boost_error=False).symbol_size(border=counters.QUIET_ZONE)[0]
    assert f'viewBox="0 0 {modules} {modules}"' in counters.picture(url)
    assert 92 / modules >= 0.5, "a module on the poster is at least half a millimetre"
