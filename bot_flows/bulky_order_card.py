"""One bulky order as its resident sees it: its card, whether it may still be changed, after the deadline the phone."""

from __future__ import annotations

from bot_flows import guide
from bot_flows.bulky_basket import book_of
from bot_flows.bulky_days import may_change
from bot_flows.bulky_facts import Order
from bot_flows.bulky_words import lines_of, payment_words, phone_of, receipt, state_words, yen
from bot_flows.outcomes import Card, Choice, Outcome, Reply, Start, Talk


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
    return Reply(f"{head_of(talk, order)}\n{text}", (copy, guide.call(talk, who)), card_of(talk, order))


def may_be_changed(talk: Talk, order: Order) -> bool:
    if order.state == "collected":
        return False
    today, holidays = talk.facts.now.date(), talk.facts.bulky.holidays
    return order.stopped or may_change(book_of(talk), order.day, today, holidays)


def order_of(talk: Talk) -> Order | None:
    return talk.facts.bulky.order(int(talk.form.get("number", 0)))


def head_of(talk: Talk, order: Order) -> str:
    """「受付番号 1001-29：12月3日（木）」, how it is paid, and that the day was called off."""
    said = [talk.say("bulky.order_head", receipt=receipt(order.number), day=talk.written(order.day))]
    # An order that is still held says more of its payment than this line.
    said += [_how_it_stands(talk, order)] if order.state != "held" else []
    return "\n".join([*said, talk.say("bulky.order_stopped")] if order.stopped else said)


def _how_it_stands(talk: Talk, order: Order) -> str:
    language = talk.facts.resident.language
    state, payment = state_words(order.state, language), payment_words(order.payment, language)
    return talk.say("bulky.how_it_stands", state=state, payment=payment)


def card_of(talk: Talk, order: Order) -> Card:
    language = talk.facts.resident.language
    rows = (
        (talk.say("bulky.row_items"), lines_of(order.lines, language)),
        (talk.say("bulky.row_total"), yen(order.total, language)),
        (talk.say("bulky.row_day"), talk.written(order.day)),
        (talk.say("bulky.row_state"), _how_it_stands(talk, order)),
    )
    return Card(
        talk.say("bulky.order_card", receipt=receipt(order.number)),
        head_of(talk, order).splitlines()[0],
        rows,
    )
