"""「申し込みの確認・取消」: the resident's own bulky orders, another day, cancelling; after the deadline the phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot_flows import guide
from bot_flows.bulky_basket import book_of
from bot_flows.bulky_days import left_on, may_change, with_space
from bot_flows.bulky_facts import CancelOrder, ConfirmOrder, MoveOrder, Order, SaidPaid
from bot_flows.bulky_place import day_choices, day_of, in_stretch, typed_day
from bot_flows.bulky_words import lines_of, payment_words, phone_of, receipt, short_of, state_words, yen
from bot_flows.guide import cut
from bot_flows.outcomes import (
    Again,
    Answer,
    Card,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.words import fold, labels

MOST = 9
CANCELS = ("取り消し", "とりけし", "取消", "取り消す", "취소")
"""Words that ask for the order to be cancelled, not for the talk to end."""


_OWN_WORDS = re.compile(
    r"(?:粗大|そだい)(?:ごみ)?(?!.*(?:出し方|捨て方|料金|いくら)).*"
    r"(?:取り?消|とりけ|きゃんせる|変更|変え|かえたい|確認|いつ(?:来|くる|取り)|受付番号|申し?込んだ|予約した)"
)
"""「粗大ごみをキャンセルしたい」, 「粗大ごみの日を変えたい」, as ``fold`` writes them."""


def mine(talk: Talk) -> Outcome:
    """The only order at once, several as a list."""
    orders = talk.facts.bulky.orders
    if not orders:
        who = phone_of(talk)
        return Reply(talk.say("bulky.no_orders", phone=who.phone, hours=who.hours))
    if len(orders) == 1:
        return shown(talk, orders[0])
    return Start("bulky_order", "which")


def is_asked_for(text: str) -> bool:
    """Whether the text asks for what was ordered: a label that leads here, in any language, or one's own words."""
    said = fold(text)
    return (
        said in labels("bulky.cannot", "bulky.change", "bulky.my_orders")
        or _OWN_WORDS.search(said) is not None
    )


def show(talk: Talk, number: str) -> Outcome:
    """The button below a receipt or a reminder; somebody else's number finds nothing."""
    whole = number.isascii() and number.isdigit() and len(number) <= 8
    order = talk.facts.bulky.order(int(number)) if whole else None
    if order is None or talk.facts.town.bulky is None:
        return Reply(talk.say("bulky.order_gone", phone=phone_of(talk).phone))
    return shown(talk, order)


def shown(talk: Talk, order: Order) -> Outcome:
    """One order: to be changed while there is time, else with the phone number."""
    if may_be_changed(talk, order):
        return Start("bulky_order", "order", {"number": order.number, "zone": order.area})
    who = phone_of(talk)
    text = talk.say("bulky.too_late", phone=who.phone, hours=who.hours)
    copy = Choice("copy", talk.say("bulky.copy"), "copy", opens=f"copy:{receipt(order.number)}")
    return Reply(f"{_head(talk, order)}\n{text}", (copy, guide.call(talk, who)), _card(talk, order))


def may_be_changed(talk: Talk, order: Order) -> bool:
    if order.state == "collected":
        return False
    today, holidays = talk.facts.now.date(), talk.facts.bulky.holidays
    return order.stopped or may_change(book_of(talk), order.day, today, holidays)


def _order(talk: Talk) -> Order | None:
    return talk.facts.bulky.order(int(talk.form.get("number", 0)))


def _head(talk: Talk, order: Order) -> str:
    """「受付番号 1001-29：12月3日（木）」, and that the day was called off."""
    said = talk.say("bulky.order_head", receipt=receipt(order.number), day=talk.written(order.day))
    return f"{said}\n{talk.say('bulky.order_stopped')}" if order.stopped else said


def _card(talk: Talk, order: Order) -> Card:
    language = talk.facts.resident.language
    how = state_words(order.state, language)
    rows = (
        (talk.say("bulky.row_items"), lines_of(order.lines, language)),
        (talk.say("bulky.row_total"), yen(order.total, language)),
        (talk.say("bulky.row_day"), talk.written(order.day)),
        (
            talk.say("bulky.row_state"),
            talk.say("bulky.how_it_stands", state=how, payment=payment_words(order.payment, language)),
        ),
    )
    return Card(
        talk.say("bulky.order_card", receipt=receipt(order.number)), _head(talk, order).splitlines()[0], rows
    )


# ---- several ---------------------------------------------------------------------------------------------


def _orders(talk: Talk) -> Sequence[Order]:
    return talk.facts.bulky.orders[:MOST]


def _ask_which(talk: Talk) -> Question:
    language = talk.facts.resident.language
    choices = [
        Choice(
            str(each.number),
            cut(f"{talk.day_label(each.day)} {short_of(each, language)}"),
            words=(receipt(each.number),),
        )
        for each in _orders(talk)
    ]
    return Question(talk.say("bulky.which_order"), tuple(choices))


def _take_which(talk: Talk, given: Answer) -> Outcome:
    order = talk.facts.bulky.order(int(given.choice)) if given.choice.isdigit() else None
    return shown(talk, order) if order else Unclear(talk.say("bulky.which_unclear"))


# ---- one --------------------------------------------------------------------------------------------------


def _ask_order(talk: Talk) -> Question:
    order = _order(talk)
    if order is None:
        return Question(talk.say("bulky.order_gone", phone=phone_of(talk).phone))
    move = Choice("move", talk.say("bulky.move"), words=("変更", "日を変える", "変える"))
    cancel = Choice("cancel", talk.say("bulky.cancel"), words=("取り消したい",), own=CANCELS)
    if order.state == "held" and order.payment == "due":
        paid = Choice("paid", talk.say("bulky.paid"), words=("払った", "支払いました"))
        sticker = Choice("sticker", talk.say("bulky.to_sticker"), words=("処理券",))
        return Question(
            f"{_head(talk, order)}\n{talk.say('bulky.only_held')}",
            (paid, sticker, cancel),
            _card(talk, order),
        )
    return Question(_head(talk, order), (move, cancel), _card(talk, order))


def _take_order(talk: Talk, given: Answer) -> Outcome:
    order = _order(talk)
    if order is None or not may_be_changed(talk, order):
        return show(talk, str(talk.form.get("number", "")))
    match given.choice:
        case "move":
            return Go("newday", {**talk.form, "page": 0})
        case "cancel":
            return Go("cancel", talk.form)
        case "paid":
            said = [
                talk.say("bulky.order_head", receipt=receipt(order.number), day=talk.written(order.day)),
                talk.say("bulky.checking"),
            ]
            return Reply("\n".join(said), effects=(SaidPaid(order.number),))
        case "sticker":
            fee = yen(order.total, talk.facts.resident.language)
            said = [
                talk.say("bulky.done", receipt=receipt(order.number)),
                talk.say("bulky.write_it", receipt=receipt(order.number)),
            ]
            said.append(
                talk.say("bulky.buy_sticker", total=fee, where=talk.of_pack(book_of(talk).rules.stickers))
            )
            return Reply("\n".join(said), effects=(ConfirmOrder(order.number, "sticker"),))
    return Unclear(talk.say("bulky.order_unclear"))


# ---- another day --------------------------------------------------------------------------------------------


def _days(talk: Talk, order: Order) -> list[date]:
    zone = book_of(talk).area(order.area)
    if zone is None:
        return []
    days = with_space(book_of(talk), zone, talk.facts.now.date(), order.points, talk.facts.bulky)
    return [day for day in days if day != order.day]


def _ask_newday(talk: Talk) -> Question:
    order = _order(talk)
    days = _days(talk, order) if order else []
    if not days:
        who = phone_of(talk)
        return Question(talk.say("bulky.no_day", phone=who.phone, hours=who.hours))
    return Question(talk.say("bulky.ask_newday"), day_choices(talk, days))


def _take_newday(talk: Talk, given: Answer) -> Outcome:
    order = _order(talk)
    days = _days(talk, order) if order else []
    if given.choice == "later":
        return Go("newday", {**talk.form, "page": int(talk.form.get("page", 0)) + 1})
    if (stretch := in_stretch(talk, given, days, "newday")) is not None:
        return stretch
    picked = typed_day(talk, given)
    if picked in days:
        return Go("sure", {**talk.form, "day": picked.isoformat()})
    if picked is not None:
        return Again(talk.say("bulky.day_not_offered", day=talk.written(picked)))
    return Unclear(talk.say("bulky.day_unclear"))


def _ask_sure(talk: Talk) -> Question:
    day = day_of(talk.form)
    yes = Choice("yes", talk.say("bulky.move_yes"), words=("はい", "変える"))
    no = Choice("no", talk.say("bulky.move_no"), words=("いいえ", "変えない"))
    when = talk.written(day) if day else talk.say("bulky.title")
    return Question(talk.say("bulky.move_sure", day=when), (yes, no))


def _take_sure(talk: Talk, given: Answer) -> Outcome:
    order, day = _order(talk), day_of(talk.form)
    if given.choice == "no":
        return Go("order", {"number": talk.form.get("number", 0), "zone": talk.form.get("zone", "")})
    if given.choice != "yes":
        return Unclear(talk.say("bulky.move_unclear"))
    if order is None or day is None or not may_be_changed(talk, order):
        return show(talk, str(talk.form.get("number", "")))
    zone = book_of(talk).area(order.area)
    if zone is None or left_on(zone, day, talk.facts.bulky) < order.points:
        return Go("newday", {**talk.form, "page": 0}, talk.say("bulky.day_full", day=talk.written(day)))
    said = talk.say(
        "bulky.moved",
        receipt=receipt(order.number),
        day=talk.written(day),
        until=talk.of_pack(book_of(talk).rules.until),
    )
    return Reply(said, effects=(MoveOrder(order.number, day),))


# ---- cancelling ------------------------------------------------------------------------------------------------


def _ask_cancel(talk: Talk) -> Question:
    yes = Choice("yes", talk.say("bulky.cancel_yes"), words=("はい",), own=CANCELS[:-1])
    no = Choice("no", talk.say("bulky.cancel_no"), words=("いいえ", "残す"))
    return Question(
        talk.say("bulky.cancel_sure", receipt=receipt(int(talk.form.get("number", 0)))), (yes, no)
    )


def _take_cancel(talk: Talk, given: Answer) -> Outcome:
    order = _order(talk)
    if given.choice == "no":
        return Go("order", talk.form)
    if given.choice != "yes":
        return Unclear(talk.say("bulky.cancel_unclear"))
    if order is None or not may_be_changed(talk, order):
        return show(talk, str(talk.form.get("number", "")))
    said = [talk.say("bulky.cancelled", receipt=receipt(order.number))]
    if order.payment in ("paid", "checking"):
        said.append(talk.say("bulky.refund", phone=phone_of(talk).phone))
    return Reply("\n".join(said), effects=(CancelOrder(order.number),))


def _after(talk: Talk, _: Part) -> Outcome:
    return mine(talk)


def _stays(talk: Talk) -> str:
    """Who says 「キャンセル」 over an order may believe it cancelled: the talk ends, the order does not."""
    order = _order(talk)
    return talk.say("bulky.order_stays", receipt=receipt(order.number)) if order else ""


STEPS = {
    "which": Step("which", _ask_which, _take_which),
    "order": Step("order", _ask_order, _take_order),
    "newday": Step("order", _ask_newday, _take_newday),
    "sure": Step("order", _ask_sure, _take_sure),
    "cancel": Step("order", _ask_cancel, _take_cancel),
}
FLOW = Flow("bulky_order", "bulky.my_orders", "which", STEPS, _after, mine, section="bulky", stays=_stays)
