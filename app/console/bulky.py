"""粗大ごみ: days with their room, the orders of a day, one order, calling a day off and taking that back."""

from __future__ import annotations

import unicodedata
from datetime import date

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.bulky import actions, desk, queries, rules
from app.bulky.models import BulkyOrder
from app.console.shell import back_to, console, me, now, parts, town
from app.errors import KairanError, Refused
from app.garbage.overrides import REASONS, why
from app.queue import SEND_PUSHES
from app.sealing import Sealer, sealer
from bot_flows.bulky_days import with_space
from bot_flows.bulky_facts import Book
from bot_flows.bulky_words import number_in, payment_words, receipt, state_words
from bot_flows.days import written

ACT_WORDS = {
    "paid": "支払いを確認した（支払い済みにする）",
    "unpaid": "支払いが見つからない（支払い待ちにする）",
    "sticker": "処理券に変える",
    "collected": "収集した",
    "cancel": "取り消す",
    "tell": "ひとことを伝えるだけ",
}
HOUSE_WORDS = {"house": "一戸建て", "flat": "集合住宅"}
SOURCE_WORDS = {"line": "LINE", "phone": "電話"}


def book() -> Book:
    """The pack's book; 404 while the town has none."""
    return town().bulky or abort(404)


def box() -> Sealer:
    return sealer(parts().settings.field_keys.get_secret_value())


def words_of_states() -> dict[str, str]:
    return {each: state_words(each, "ja") for each in rules.STATES}


def words_of_payments() -> dict[str, str]:
    return {each: payment_words(each, "ja") for each in rules.PAYMENTS}


# ---- days -----------------------------------------------------------------------------------------------


@console.get("/bulky")
def bulky() -> ResponseReturnValue:
    """Booked days to come with their room; a receipt number leads straight to its order."""
    typed = unicodedata.normalize("NFKC", request.args.get("number", "")).strip()
    number = number_in(typed)
    with parts().sessions() as db:
        if number is not None and queries.get(db, number) is not None:
            return back_to("console.bulky_order", number=number)
        rows = queries.days_with_orders(db, parts().clock.today())
    names = {area.id: area.name for area in book().areas}
    problem = f"受付番号「{typed}」の申し込みはありません。数字を確かめてください。" if typed else ""
    return render_template(
        "console/bulky.html", rows=rows, names=names, written=written, typed=typed, problem=problem, why=why
    )


@console.get("/bulky/days/<day>")
def bulky_day(day: str) -> ResponseReturnValue:
    return _day_page(date_in(day))


def date_in(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        abort(404)


def _day_page(day: date, problem: str = "", not_done: str = "まだ中止にしていません") -> str:
    with parts().sessions() as db:
        orders = queries.of_day(db, day)
        open_ones = [each for each in orders if each.state != "cancelled"]
        stopped = {area for area, _ in queries.stopped_days(db, {(a.id, day) for a in book().areas})}
    return render_template(
        "console/bulky_day.html",
        day=day,
        written=written(day),
        groups=[(area, [o for o in open_ones if o.area == area.id]) for area in book().areas],
        cancelled=len(orders) - len(open_ones),
        points=sum(each.points for each in open_ones),
        total=sum(each.total for each in open_ones),
        stopped=stopped,
        reasons={reason: why(reason) for reason in REASONS},
        may_stop=day >= parts().clock.today(),
        receipt=receipt,
        states=words_of_states(),
        payments=words_of_payments(),
        where=where,
        goods=goods,
        problem=problem,
        not_done=not_done,
    )


def where(order: BulkyOrder) -> str:
    district = town().district(order.district)
    return f"{district.ward}{district.name}" if district else order.district


def goods(order: BulkyOrder) -> str:
    """「ソファ（2人用以上）×1、いす×2」."""
    return "、".join(f"{item.name}×{item.count}" for item in order.items)


@console.post("/bulky/days/<day>/stop")
def bulky_stop(day: str) -> ResponseReturnValue:
    """No collection that day: everybody with an order hears of it, those on the phone are named to be called."""
    on, area, reason = date_in(day), book().area(request.form.get("area", "")), request.form.get("reason", "")
    try:
        with parts().sessions.begin() as db:
            done = desk.stop_day(db, area, on, reason, by=me(), now=now())
    except KairanError as error:
        return make_response(_day_page(on, error.sentence), 422)
    return _day_changed(day, "中止にしました。", done)


@console.post("/bulky/days/<day>/take-back-stop")
def bulky_take_back_stop(day: str) -> ResponseReturnValue:
    """Collected after all: whoever still has an order that day hears so."""
    on, area = date_in(day), book().area(request.form.get("area", ""))
    try:
        with parts().sessions.begin() as db:
            done = desk.take_back_stop(db, area, on, book().rules.until, by=me(), now=now())
    except KairanError as error:
        return make_response(_day_page(on, error.sentence, "まだ変えていません"), 422)
    return _day_changed(day, "中止を取り消しました。", done)


def _day_changed(day: str, said: str, done: desk.Told) -> ResponseReturnValue:
    parts().queue.wake("individual", SEND_PUSHES)
    rest = done.orders - done.told
    calls = f"電話で知らせる申し込みが{rest}件あります。" if rest else ""
    return back_to("console.bulky_day", f"{said}{done.told}人に知らせます。{calls}", day=day)


# ---- one order ---------------------------------------------------------------------------------------------


@console.get("/bulky/orders/<int:number>")
def bulky_order(number: int) -> ResponseReturnValue:
    return _order_page(number)


def _order_page(number: int, problem: str = "") -> str:
    with parts().sessions() as db:
        order = queries.get(db, number) or abort(404)
        contact, away = None, ""
        try:
            contact = actions.contact_in(db, order, box())
        except KairanError as error:
            away = error.sentence
        days = _other_days(db, order)
        told = actions.reachable(db, order) is not None
    return render_template(
        "console/bulky_order.html",
        order=order,
        receipt=receipt(number),
        contact=contact,
        away=away,
        where=where(order),
        goods=goods(order),
        written=written,
        house=HOUSE_WORDS[order.house],
        source=SOURCE_WORDS[order.source],
        states=words_of_states(),
        payments=words_of_payments(),
        acts=ACT_WORDS,
        days=days,
        told=told,
        typed=request.form,
        most=rules.LONGEST_NOTE,
        problem=problem,
    )


def _other_days(db: Session, order: BulkyOrder) -> list[date]:
    """Days the order may be moved to."""
    area = book().area(order.area)
    if area is None or order.state not in queries.OPEN:
        return []
    today = parts().clock.today()
    days = with_space(book(), area, today, order.points, queries.days_known(db, today))
    return [day for day in days if day != order.day][:20]


@console.post("/bulky/orders/<int:number>")
def bulky_order_post(number: int) -> ResponseReturnValue:
    """One change with its reason; the resident hears of it unless staff say no."""
    form = request.form
    asked = desk.Act(form.get("act", ""), form.get("note", ""), bool(form.get("tells")))
    try:
        with parts().sessions.begin() as db:
            order = queries.locked(db, number) or abort(404)
            told = desk.act(db, order, asked, by=me(), now=now())
    except KairanError as error:
        return make_response(_order_page(number, error.sentence), 422)
    return _changed(number, told=told)


@console.post("/bulky/orders/<int:number>/move")
def bulky_move(number: int) -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return make_response(_order_page(number, "日をえらんでください。"), 422)
    try:
        with parts().sessions.begin() as db:
            order = queries.locked(db, number) or abort(404)
            if order.day == day:
                raise Refused("いまと同じ日です。ほかの日をえらんでください。")
            to = desk.OtherDay(day, request.form.get("note", ""))
            told = desk.move(db, order, to, book(), by=me(), now=now())
    except KairanError as error:
        return make_response(_order_page(number, error.sentence), 422)
    return _changed(number, told=told)


def _changed(number: int, *, told: bool) -> ResponseReturnValue:
    if told:
        parts().queue.wake("individual", SEND_PUSHES)
    said = "変えました。住民に知らせます。" if told else "変えました。住民には知らせていません。"
    return back_to("console.bulky_order", said, number=number)
