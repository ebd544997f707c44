"""Bulky waste in the console: the phone's form, a day for the lorry, one order, a day called off."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.bulky import actions, desk, rules
from app.bulky.models import BulkyDay, BulkyOrder
from app.console.bulky_sheet import plain_cell
from app.db import Sessions
from app.errors import Refused
from app.parts import Parts
from app.pushes.models import Push
from app.sealing import sealer
from app.settings import Settings
from app.town.queries import TownCache
from bot_flows.bulky_facts import Booked, PlaceOrder
from tests import builders as given
from tests.web.browser import MORNING, Browser

KEYS = base64.urlsafe_b64encode(b"k" * 32).decode()
DAY = date(2026, 12, 10)
GOOD = {
    "district": "naka-01", "kind1": "sofa/two", "count1": "１", "kind2": "chair/one", "count2": "2点",
    "day": "2026-12-10", "house": "flat", "name": "=汐野 花子", "address": "＠1丁目2-3", "phone": "０８８９－００－２５３０",
}  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"field_keys": type(settings.field_keys)(KEYS)})


@pytest.fixture
def clerk(person: Callable[..., Browser]) -> Browser:
    return person("madoguchi", "counter")


def by_phone(clerk: Browser, status: int = 303, **changes: str) -> str:
    clerk.get("/console/bulky/new?district=naka-01")
    data = {**GOOD, **changes}
    token = clerk.page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = clerk.client.post("/console/bulky/new", data={"csrf_token": token, **data})
    assert answer.status_code == status, answer.text[:1500]
    return clerk.follow(answer) if status == 303 else answer.text


def ordered(db: Sessions, made_of: Parts, number: int) -> None:
    book = TownCache(made_of.sessions).town().bulky
    assert book is not None
    asked = PlaceOrder(
        number, (Booked("futon/one", "布団", 2, 500),), "naka", "naka-02", DAY, "house", "checking"
    )
    with db.begin() as session:
        resident = given.resident(session)
        contact = rules.Contact("塩屋 太郎", "4-5", "090-1234-5678")
        actions.keep_contact(session, contact, sealer(KEYS), MORNING, resident_id=resident.id)
        actions.place(session, resident, asked, book, MORNING)


def state(db: Sessions, number: int) -> tuple[str, str]:
    with db() as session:
        order = session.get_one(BulkyOrder, number)
        return order.state, order.payment


def test_an_order_on_the_phone_and_its_day(clerk: Browser, db: Sessions, made_of: Parts) -> None:
    assert "これからの申し込みはありません。" in clerk.get("/console/bulky")
    page = clerk.get("/console/bulky/new")
    assert "2 品物" not in page
    page = by_phone(clerk)
    assert "受け付けました。受付番号は" in page and "=汐野 花子" in page and "0889-00-2530" in page
    assert "LINEでは知らせられません" in page
    ordered(db, made_of, 501)
    page = clerk.get("/console/bulky")
    assert "12月10日（木）" in page and "5/12点" in page and "2件" in page
    page = clerk.get("/console/bulky/days/2026-12-10")
    assert "合計 5点、3,000円" in page and "ソファ（2人用以上）×1、いす×2" in page
    assert "花子" not in page
    clerk.get("/console/bulky/days/yesterday", 404)
    assert (
        "/console/bulky/orders/501" in clerk.client.get("/console/bulky?number=0501-50").headers["Location"]
    )
    assert "の申し込みはありません" in clerk.get("/console/bulky?number=0501-51")


def test_the_sheet_has_names_and_no_formula(clerk: Browser, db: Sessions, made_of: Parts) -> None:
    by_phone(clerk)
    ordered(db, made_of, 501)
    answer = clerk.client.get("/console/bulky/days/2026-12-10/orders-csv")
    assert (
        answer.headers["Cache-Control"] == "no-store"
        and "attachment" in answer.headers["Content-Disposition"]
    )
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[0] == "受付番号" and len(rows) == 2
    by = {row[11]: row for row in rows}
    assert by["電話"][3:6] == ["'=汐野 花子", "'＠1丁目2-3", "0889-00-2530"]
    assert by["LINE"][0] == "0501-50" and by["LINE"][3] == "塩屋 太郎"
    with db() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.action == "bulky.csv")).one()
    assert (row.by, row.subject, row.detail) == ("madoguchi", "bulky_day:2026-12-10", {"orders": 2})


@pytest.mark.parametrize(
    "cell", ["=1+1", "+81", "-1", "@a", "＝1", "＋1", "－1", "＠a", "\t=1", " =1", "　＝1", "'x", "\r1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert plain_cell(cell) == f"'{cell}"
    assert plain_cell("1丁目-2") == "1丁目-2" and plain_cell("") == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "110"}, "電話番号として読めません"),
        ({"name": ""}, "氏名を書いてください"),
        ({"kind1": "", "kind2": ""}, "品物を1つ以上"),
        ({"count1": "たくさん"}, "1行目の数"),
        ({"count1": "6"}, "1つから5つまで"),
        ({"day": ""}, "収集日をえらんで"),
        ({"day": "2026-12-03"}, "申し込みの期限がすぎて"),
        ({"house": ""}, "建物をえらんで"),
        ({"kind1": "x/y"}, "表にない品物"),
    ],
)
def test_a_refused_order_keeps_what_was_typed(
    clerk: Browser, db: Sessions, changes: dict[str, str], sentence: str
) -> None:
    page = by_phone(clerk, 422, **changes)
    assert sentence in page and "まだ受け付けていません" in page and "1丁目2-3" in page
    with db() as session:
        assert session.scalars(select(BulkyOrder)).all() == []


def test_a_change_is_told_with_its_reason(clerk: Browser, db: Sessions, made_of: Parts) -> None:
    ordered(db, made_of, 501)
    page = clerk.get("/console/bulky/orders/501")
    assert "塩屋 太郎" in page and "支払い確認中" in page
    assert "理由かひとこと" in clerk.post("/console/bulky/orders/501", 422, act="cancel", tells="1").text
    page = clerk.follow(clerk.post("/console/bulky/orders/501", act="paid", tells="1"))
    assert "変えました。住民に知らせます。" in page and state(db, 501) == ("accepted", "paid")
    page = clerk.follow(clerk.post("/console/bulky/orders/501/move", day="2026-12-17", note="大雪のため"))
    assert "12月17日（木）" in page
    clerk.post("/console/bulky/orders/501/move", 422, day="2026-12-18", note="x")
    clerk.post("/console/bulky/orders/501/move", 422, day="", note="x")
    page = clerk.follow(clerk.post("/console/bulky/orders/501", act="cancel", note="重い物でした。"))
    assert "住民には知らせていません" in page and state(db, 501)[0] == "cancelled"
    clerk.get("/console/bulky/orders/502", 404)
    with db() as session:
        said = [body.decode() for body in session.scalars(select(Push.body).order_by(Push.id))]
    assert len(said) == 2 and "支払いを確認しました" in said[0] and "大雪のため" in said[1]


def test_a_day_called_off(person: Callable[..., Browser], db: Sessions, made_of: Parts) -> None:
    ordered(db, made_of, 501)
    author = person("sakusei", "author")
    by_phone(author)
    author.get("/console/bulky/days/2026-12-10")
    assert (
        "地区と理由" in author.post("/console/bulky/days/2026-12-10/stop", 422, area="naka", reason="").text
    )
    assert "中止を取り消して" not in author.page
    page = author.follow(author.post("/console/bulky/days/2026-12-10/stop", area="naka", reason="snow"))
    assert "中止にしました。1人に知らせます。電話で知らせる申し込みが1件あります。" in page
    assert "中区：中止" in page
    with db() as session:
        assert "粗大ごみの収集を中止します" in session.scalars(select(Push.body)).one().decode()


def test_a_day_called_off_is_taken_back(person: Callable[..., Browser], db: Sessions, made_of: Parts) -> None:
    ordered(db, made_of, 501)
    author = person("sakusei", "author")
    author.get("/console/bulky/days/2026-12-10")
    stop, back = (f"/console/bulky/days/2026-12-10/{act}" for act in ("stop", "take-back-stop"))
    assert "中止になっていません" in author.post(back, 422, area="naka").text
    assert "まだ変えていません" in author.page and "地区をえらんで" in author.post(back, 422, area="x").text
    page = author.follow(author.post(stop, area="naka", reason="snow"))
    assert "中止を取り消して知らせる" in page
    page = author.follow(author.post(back, area="naka"))
    assert "中止を取り消しました。1人に知らせます。" in page and "中区：中止" not in page
    with db() as session:
        said = session.scalars(select(Push.body).order_by(Push.id)).all()[-1].decode()
        row = session.scalars(select(AuditRow).where(AuditRow.action == "bulky.take_back_stop")).one()
        day = session.get_one(BulkyDay, ("naka", DAY))
    assert "予定どおり集めます（布団×2" in said and "0501-50" in said
    assert (row.by, row.subject) == ("sakusei", "bulky_day:naka:2026-12-10")
    assert row.detail == {"reason": "snow", "orders": 1, "told": 1}
    assert (day.stopped, day.reason) == (False, "")
    author.follow(author.post(stop, area="naka", reason="snow"))
    book = TownCache(made_of.sessions).town().bulky
    assert book is not None
    with db() as session, pytest.raises(Refused, match="過ぎた日"):
        staff = given.staff(session)
        desk.take_back_stop(session, book.area("naka"), DAY, "朝", by=staff, now=MORNING + timedelta(days=10))


def test_who_may(person: Callable[..., Browser], clerk: Browser, browser: Browser) -> None:
    assert browser.client.get("/console/bulky").status_code == 303
    assert person("yomu", "viewer").client.get("/console/bulky").status_code == 403
    clerk.get("/console/bulky/days/2026-12-10")
    assert clerk.post("/console/bulky/days/2026-12-10/stop", 403, area="naka", reason="snow")
    assert clerk.post("/console/bulky/days/2026-12-10/take-back-stop", 403, area="naka")
