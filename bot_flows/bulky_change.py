"""A bulky order is changed: another day, or cancelled; each is asked once more before it is done."""

from __future__ import annotations

from datetime import date

from bot_flows.bulky_basket import book_of
from bot_flows.bulky_days import left_on, with_space
from bot_flows.bulky_facts import CancelOrder, MoveOrder, Order
from bot_flows.bulky_order_card import may_be_changed, order_of, show
from bot_flows.bulky_place import day_choices, day_of, in_stretch, typed_day
from bot_flows.bulky_words import phone_of, receipt
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Question, Reply, Step, Talk, Unclear

CANCELS = ("取り消し", "とりけし", "取消", "取り消す", "취소")
"""Words that ask for the order to be cancelled, not for the talk to end."""


def _days(talk: Talk, order: Order) -> list[date]:
    zone = book_of(talk).area(order.area)
    if zone is None:
        return []
    days = with_space(book_of(talk), zone, talk.facts.now.date(), order.points, talk.facts.bulky)
    return [day for day in days if day != order.day]


def _ask_newday(talk: Talk) -> Question:
    order = order_of(talk)
    days = _days(talk, order) if order else []
    if not days:
        who = phone_of(talk)
        return Question(talk.say("bulky.no_day", phone=who.phone, hours=who.hours))
    return Question(talk.say("bulky.ask_newday"), day_choices(talk, days))


def _take_newday(talk: Talk, given: Answer) -> Outcome:
    order = order_of(talk)
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
    order, day = order_of(talk), day_of(talk.form)
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
    order = order_of(talk)
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


STEPS = {
    "newday": Step("order", _ask_newday, _take_newday),
    "sure": Step("order", _ask_sure, _take_sure),
    "cancel": Step("order", _ask_cancel, _take_cancel),
}
