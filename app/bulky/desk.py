"""What staff do with bulky orders: take one on the phone, move it on, call a day off (or on again) and tell exactly those it
concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app import audit
from app.bulky import actions, queries, rules
from app.bulky.models import BulkyDay, BulkyOrder
from app.clock import in_japan
from app.errors import Refused
from app.garbage.overrides import REASONS, why
from app.sealing import Sealer
from app.staff.models import Staff
from bot_flows import bulky_news
from bot_flows.bulky_days import coming
from bot_flows.bulky_facts import Book, Booked, CollectionArea, House, Payment, PlaceOrder
from bot_flows.pack_facts import District
from bot_flows.types import Message

PAYS: Mapping[str, Payment] = {"paid": "paid", "unpaid": "due", "sticker": "sticker"}
"""How an order is paid after an act of staff."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An order as staff typed it while the resident was on the phone; ``counts`` by kind."""

    counts: dict[str, int]
    district: District
    house: House
    day: date
    contact: rules.Contact


def take_on_the_phone(
    session: Session, asked: Taken, book: Book, sealer: Sealer, *, by: Staff, now: datetime
) -> BulkyOrder:
    """The same rules, capacity and list as in the talk. Refused in words when one is broken."""
    area = book.area_of(asked.district.ward, asked.district.code)
    if area is None:
        raise Refused("この地区は、粗大ごみの表にありません。bulky.tomlを確認してください。")
    lines = booked(book, asked.counts)
    today = in_japan(now).date()
    if asked.day not in coming(book, area, today, queries.holidays(today.year)):
        raise Refused("その日は収集しないか、申し込みの期限がすぎています。ほかの日をえらんでください。")
    contact = actions.keep_contact(session, asked.contact, sealer, now, resident_id=None)
    order = PlaceOrder(
        queries.next_number(session), lines, area.id, asked.district.code, asked.day, asked.house, "sticker"
    )
    placed = actions.add(session, order, book, now, contact=contact, resident=None)
    actions.record(session, "bulky.phone", placed, by.login, now)
    return placed


def booked(book: Book, counts: dict[str, int]) -> tuple[Booked, ...]:
    """Lines at the fees of now; Refused beyond the limits of an order."""
    lines = []
    for kind_id, count in counts.items():
        kind = book.kind(kind_id)
        if kind is None:
            raise Refused("表にない品物があります。画面を開き直してください。")
        if not 1 <= count <= book.rules.most_alike:
            raise Refused(f"「{kind.whole}」は1つから{book.rules.most_alike}つまでです。")
        lines.append(Booked(kind.id, kind.whole, count, kind.fee))
    if not lines:
        raise Refused("品物を1つ以上えらんでください。")
    if sum(line.count for line in lines) > book.rules.most:
        raise Refused(f"1回の申し込みは{book.rules.most}点までです。")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Act:
    """What staff do with an order (``rules.ACTS``), why, and whether the resident is to hear of it."""

    what: str
    note: str
    tells: bool


def act(session: Session, order: BulkyOrder, asked: Act, *, by: Staff, now: datetime) -> bool:
    """One change of an order with its reason; answers whether the resident is told."""
    what = asked.what
    if what not in rules.ACTS:
        raise Refused("することをえらんでください。")
    note = rules.check_note(asked.note, needed=what in ("cancel", "unpaid", "tell"))
    if order.state == "cancelled" and what != "tell":
        raise Refused("この申し込みは取り消されています。変えられません。")
    before = (order.state, order.payment)
    _change(session, order, what, now)
    if what != "tell" and before == (order.state, order.payment):
        raise Refused("状態が変わっていません。")
    order.note, order.updated_at = note, now
    resident = actions.reachable(session, order) if asked.tells or what == "tell" else None
    if what == "tell" and resident is None:
        raise Refused("電話の申し込みか、LINEで届かない人です。電話で伝えてください。")
    words = _words(order, what, note, resident.language, now) if resident else ()
    if resident and words:
        actions.tell(session, order, resident, words, now)
    actions.record(session, f"bulky.staff_{what}", order, by.login, now, told=bool(words))
    return bool(words)


def _change(session: Session, order: BulkyOrder, what: str, now: datetime) -> None:
    match what:
        case "paid" | "unpaid" | "sticker":
            order.payment = PAYS[what]
            order.state = "accepted" if order.state == "held" else order.state
            order.hold_until = None
        case "collected":
            if order.day > in_japan(now).date():
                raise Refused("収集日の前です。収集日になってから「収集済み」にしてください。")
            order.state, order.hold_until = "collected", None
        case "cancel":
            actions.withdraw(session, order, now)


def _words(order: BulkyOrder, what: str, note: str, language: str, now: datetime) -> Sequence[Message]:
    seen = queries.as_order(order)
    match what:
        case "paid" | "unpaid" | "sticker":
            local = in_japan(now)
            when = f"{local.month}月{local.day}日 {local:%H:%M}"
            return bulky_news.payment(seen, when, note, language)
        case "cancel":
            return bulky_news.cancelled(seen, note, language)
        case "tell":
            return bulky_news.told(seen, note, language)
    return ()


@dataclass(frozen=True, slots=True)
class OtherDay:
    """Where staff put an order, and why."""

    day: date
    note: str


def move(session: Session, order: BulkyOrder, to: OtherDay, book: Book, *, by: Staff, now: datetime) -> bool:
    """Another day, also after the resident's own deadline; answers whether the resident is told."""
    day, note = to.day, rules.check_note(to.note, needed=True)
    area = book.area(order.area)
    today = in_japan(now).date()
    if order.state not in queries.OPEN or area is None:
        raise Refused("この申し込みは、もう動かせません。")
    if day == order.day or day not in coming(book, area, today, queries.holidays(today.year)):
        raise Refused("その日はえらべません。空きのある日をえらんでください。")
    before = order.day
    actions.change_day(session, order, day, book, now)
    order.note = note
    resident = actions.reachable(session, order)
    if resident is not None:
        words = bulky_news.moved(queries.as_order(order), book.rules.until, note, resident.language)
        actions.tell(session, order, resident, words, now)
    actions.record(session, "bulky.staff_move", order, by.login, now, before=str(before), after=str(day))
    return resident is not None


@dataclass(frozen=True, slots=True)
class Told:
    """A day called off, or on again: how many orders it concerns, and how many of them are told by the talk."""

    orders: int
    told: int


def stop_day(
    session: Session, area: CollectionArea | None, day: date, reason: str, *, by: Staff, now: datetime
) -> Told:
    """No collection: nobody can order the day any more, and everybody with an order hears of it, once."""
    if area is None or reason not in REASONS:
        raise Refused("地区と理由をえらんでください。")
    if day < in_japan(now).date():
        raise Refused("過ぎた日は中止にできません。")
    row = queries.locked_day(session, area, day)
    if row.stopped:
        raise Refused("この日は、もう中止にしています。")
    row.stopped, row.reason = True, reason

    def said(order: BulkyOrder, language: str) -> Sequence[Message]:
        seen = queries.as_order(order, is_stopped=True)
        return bulky_news.stopped(seen, order.day, why(reason), language)

    done = _tell_all(session, row, said, now)
    detail = {"reason": reason, "orders": done.orders, "told": done.told}
    audit.record(session, "bulky.stop_day", _subject(row), by=by.login, at=now, detail=detail)
    return done


def take_back_stop(
    session: Session, area: CollectionArea | None, day: date, until: str, *, by: Staff, now: datetime
) -> Told:
    """The day is collected after all: it can be ordered again, and whoever still has an order on it hears so.

    Who moved or cancelled meanwhile stays where they went.
    """
    if area is None:
        raise Refused("地区をえらんでください。")
    if day < in_japan(now).date():
        raise Refused("過ぎた日は、もう変えられません。")
    row = queries.locked_day(session, area, day)
    if not row.stopped:
        raise Refused("この日は中止になっていません。画面を開き直してください。")
    reason = row.reason
    row.stopped, row.reason = False, ""

    def said(order: BulkyOrder, language: str) -> Sequence[Message]:
        return bulky_news.on_again(queries.as_order(order), until, language)

    done = _tell_all(session, row, said, now)
    detail = {"reason": reason, "orders": done.orders, "told": done.told}
    audit.record(session, "bulky.take_back_stop", _subject(row), by=by.login, at=now, detail=detail)
    return done


def _subject(row: BulkyDay) -> str:
    return f"bulky_day:{row.area}:{row.day}"


def _tell_all(
    session: Session, row: BulkyDay, said: Callable[[BulkyOrder, str], Sequence[Message]], now: datetime
) -> Told:
    """Whoever has an open order on the day and can be reached."""
    orders = [each for each in queries.of_day(session, row.day, row.area) if each.state in queries.OPEN]
    told = 0
    for order in orders:
        resident = actions.reachable(session, order)
        if resident is not None:
            actions.tell(session, order, resident, said(order, resident.language), now)
            told += 1
    return Told(len(orders), told)
