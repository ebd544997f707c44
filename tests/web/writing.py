"""What tests of the form do: an event as a clerk writes it, posted, and for whom it is."""

from __future__ import annotations

from sqlalchemy import select

from app.db import Sessions
from app.notices.models import Notice
from tests.web.browser import Browser

FIELDS = {
    "イベント名": "汐野みなと冬まつり",
    "主催者": "汐野市文化観光局",
    "内容": "みんなで歌い、鍋を囲みます。",
    "参加申込": "ウェブで申し込み https://apply.shiono.example.jp/fuyu/",
    "詳細情報": "https://www.city.shiono.example.jp/moyoshi/fuyu/",
    "料金": "¥500（鍋の代金）",
    "開催日": "2026年12月5日（土）",
    "時間": "10:00-12:00",
    "会場": "汐野市民会館 大ホール",
    "住所": "汐野市中区港町3-3-1",
    "問合先": "文化観光局 催し案内",
    "連絡先": "0889-00-5126",
    "支払い": "https://pay.shiono.example.jp/fuyu/",
}


def form(**changes: str) -> dict[str, str]:
    return {f"f:{label}": text for label, text in (FIELDS | changes).items()}


def stored(db: Sessions) -> Notice:
    with db() as session:
        return session.scalars(select(Notice)).one()


def write(author: Browser, **changes: str) -> str:
    """Write the draft and open its audience; answers the notice's address."""
    answer = author.post("/console/notices/new/event", **form(**changes))
    author.follow(answer)
    return answer.headers["Location"].removesuffix("/audience")


def choose(author: Browser, address: str, status: int = 303, **rows: object) -> None:
    author.get(f"{address}/audience")
    topic = {"row__0__kind": "topic", "row__0__value": "events", "act": "next"}
    author.post(f"{address}/audience", status, **(topic | rows))
