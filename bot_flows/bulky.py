"""Flow H, bulky waste: things and fee, place, day, name on the town's page, payment, receipt number.

The form gets ``items`` (kind, count, fee promised, day of the promise), ``area`` and ``zone`` (collection area),
``house``, ``day``, ``pay``, ``held`` (number of the order a place is kept with) and ``said_paid``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot_flows import bulky_basket, bulky_items, bulky_orders, bulky_pay, bulky_place, guide
from bot_flows.bulky_basket import at_todays_fees, book_of, is_dearer, lines, total
from bot_flows.bulky_facts import BulkyEffect, ConfirmOrder, Payment, SaidPaid
from bot_flows.bulky_pay import OVER, asks_how, held, is_said_paid, kept_place, placed
from bot_flows.bulky_place import day_of, fits, full_lead, put_out, where_shown
from bot_flows.bulky_words import lines_of, number_said, payment_words, receipt, yen
from bot_flows.outcomes import (
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
from bot_flows.types import Incoming, State
from content.links import external

FLOWS = ("bulky", "bulky_fee", "bulky_order")
NEXT = {"place": "day", "day": "contact"}
MENDABLE = ("items", "place", "day", "contact", "pay")
_OURS = "f=bulky"
"""How the data of our buttons begin."""
BOOKING = ("pay", "paying", "summary")


def needs_facts(state: State, said: Incoming) -> bool:
    """Whether this turn may ask about days, orders or the page."""
    is_open = state.flow in FLOWS or "bulky" in state.drafts
    if said.kind == "text":
        asks = any(means(said.text) for means in bulky_orders.MEANT)
        return is_open or asks or number_said(said.text) is not None or _is_among_the_doors(state)
    return is_open or (said.kind == "postback" and said.text.startswith(_OURS))


def _is_among_the_doors(state: State) -> bool:
    """Whether a number or label of the last answer may lead here when it is typed: 「3」 below a receipt."""
    return any(opens.startswith(_OURS) for _, opens in state.data.get("doors") or ())


def may_book(state: State) -> tuple[str, date] | None:
    """The area and day whose places this turn may take; the application locks them and gives a number."""
    form = state.data.get("form", {})
    day = day_of(form) if isinstance(form, Mapping) else None
    books = state.flow == "bulky" and state.step in BOOKING
    moves = state.flow == "bulky_order" and state.step == "sure"
    return (str(form.get("zone", "")), day) if day and (books or moves) else None


def door_here(talk: Talk) -> Outcome:
    """「粗大ごみ」: go on with a draft; a town without a list of fees shows its pages."""
    if talk.facts.town.bulky is None:
        return guide.subject(talk, "bulky")
    return Start("bulky", resumes=True)


def door_with(talk: Talk, item_id: str) -> Outcome:
    """The same for a thing the sorting dictionary has just called too big for a bag."""
    if talk.facts.town.bulky is None:
        return door_here(talk)
    return bulky_items.opened_with(talk, item_id)


# ---- beginning ----------------------------------------------------------------------------------------


def _ask_start(talk: Talk) -> Question:
    choices = (
        Choice("start", talk.say("bulky.start"), words=("はい", "申し込む", "申し込み")),
        Choice("fee", talk.say("bulky.fee_only"), words=("料金", "いくら")),
        Choice("orders", talk.say("bulky.my_orders"), words=("確認", "変更", "確認・取消"), own=OVER),
    )
    card = Card(talk.say("bulky.title"), talk.say("bulky.start_alt"))
    return Question(talk.say("bulky.ask_start"), choices, card)


def _take_start(talk: Talk, given: Answer) -> Outcome:
    match given.choice:
        case "start":
            return Go("item", talk.form)
        case "fee":
            return Start("bulky_fee")
        case "orders":
            return bulky_orders.mine(talk)
    if given.text and not given.means_else and bulky_items.find(talk, given.text):
        return bulky_items.take_item(talk, given)
    return Unclear(talk.say("bulky.start_unclear"))


# ---- is it right? ----------------------------------------------------------------------------------------


def _payment(talk: Talk) -> Payment:
    return "checking" if is_said_paid(talk) else "sticker"


def _rows(talk: Talk) -> tuple[tuple[str, str], ...]:
    language, basket, day = talk.facts.resident.language, lines(talk), day_of(talk.form)
    rules = book_of(talk).rules
    when = talk.say("bulky.when", day=talk.written(day), until=talk.of_pack(rules.until)) if day else ""
    return (
        (talk.say("bulky.row_items"), lines_of(basket, language)),
        (talk.say("bulky.row_total"), yen(total(basket), language)),
        (talk.say("bulky.row_day"), when),
        (
            talk.say("bulky.row_place"),
            talk.say("bulky.where", district=where_shown(talk), place=put_out(talk)),
        ),
        (talk.say("bulky.row_pay"), payment_words(_payment(talk), language)),
    )


def _ask_summary(talk: Talk) -> Question:
    rows = _rows(talk)
    text = [talk.say("bulky.ask_summary"), *(talk.row(*each) for each in rows)]
    send = Choice("send", talk.say("bulky.send"), words=("はい", "ok", "申込む", "申し込み"))
    mend = Choice("mend", talk.say("bulky.mend"), words=("直す", "修正", "いいえ"))
    stop = Choice("stop", talk.say("bulky.not_now"), words=("申し込まない",))
    choices = (send,) if is_said_paid(talk) else (send, mend, stop)
    card = Card(talk.say("bulky.card"), talk.say("bulky.card_alt", total=rows[1][1], when=rows[2][1]), rows)
    return Question("\n".join(text), choices, card)


def _take_summary(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "mend":
        return Go("mend", talk.form)
    if given.choice == "stop":
        return Reply(talk.say("bulky.not_ordered"))
    if given.choice != "send":
        return Unclear(talk.say("bulky.summary_unclear"))
    if is_dearer(talk):
        return Go("summary", {**talk.form, "items": at_todays_fees(talk)}, talk.say("bulky.fee_changed"))
    here = held(talk)
    if here is not None:
        return _done(talk, here.number, (ConfirmOrder(here.number, _payment(talk)),))
    if not fits(talk, day_of(talk.form)):
        return Go("day", {**talk.form, "page": 0, "mend": True}, full_lead(talk))
    if not talk.facts.bulky.has_contact:
        return Go("contact", {**talk.form, "mend": True}, talk.say("bulky.contact_gone"))
    order = placed(talk, is_held=False)
    return _done(talk, order.number, (order,))


def _done(talk: Talk, number: int, effects: tuple[BulkyEffect, ...]) -> Reply:
    """The receipt number first, then what to do with it."""
    said = [
        talk.say("bulky.done", receipt=receipt(number)),
        talk.say("bulky.write_it", receipt=receipt(number)),
    ]
    if is_said_paid(talk):
        said.append(talk.say("bulky.pay_once"))
    elif total(lines(talk)):
        stickers = book_of(talk).rules.stickers
        fee = yen(total(lines(talk)), talk.facts.resident.language)
        said.append(talk.say("bulky.buy_sticker", total=fee, where=talk.of_pack(stickers)))
    base, language = talk.facts.public_url, talk.facts.resident.language
    choices = [Choice("copy", talk.say("bulky.copy"), "copy", opens=f"copy:{receipt(number)}")]
    day = day_of(talk.form)
    if base and day:
        file = f"{base}/b/{day.isoformat()}.ics?lang={language}"
        choices.append(Choice("ics", talk.say("bulky.calendar"), "page", opens=external(file)))
    choices.append(guide.door(talk.say("bulky.change"), "bulky_order", "show", id=str(number)))
    rows = (*_rows(talk)[:1], *_rows(talk)[2:4])
    card = Card(talk.say("bulky.done_card", receipt=receipt(number)), said[0], rows)
    return Reply("\n".join(said), tuple(choices), card, effects=effects)


def _ask_mend(talk: Talk) -> Question:
    parts = [part for part in MENDABLE if part != "pay" or asks_how(talk)]
    choices = tuple(Choice(part, talk.say(f"bulky.row_{part}")) for part in parts)
    return Question(talk.say("bulky.ask_mend"), choices)


def _take_mend(talk: Talk, given: Answer) -> Outcome:
    form: dict[str, Any] = {**talk.form, "mend": True}
    match given.choice:
        case "items":
            return Go("basket", form)
        case "place":
            return bulky_place.to_where(talk, form)
        case "day" | "contact" | "pay":
            return Go(given.choice, form)
    return Unclear(talk.say("bulky.mend_unclear"))


# ---- what comes after what ---------------------------------------------------------------------------------


def _after(talk: Talk, part: Part) -> Outcome:
    form = dict(part.form)
    now = Talk(talk.facts, form, talk.kept)
    if part.name == "area":
        where = form["area"]
        return bulky_place.area_chosen(now, str(where["ward"]), str(where["district"]), form)
    if part.name == "pay" and is_said_paid(now) and held(now):
        return Go("summary", form, part.lead, (SaidPaid(int(form["held"])),))
    mending = bool(form.pop("mend", False))
    if mending and part.name in ("items", "place") and (part.name == "place" or not fits(now, day_of(form))):
        return Go("day", {**form, "mend": True, "page": 0}, part.lead or full_lead(now))
    if part.name == "contact" and not mending and asks_how(now) and not is_said_paid(now):
        return Go("pay", form, part.lead)
    if part.name in ("contact", "pay") or mending:
        return Go("summary", form if asks_how(now) else {**form, "pay": "sticker"}, part.lead)
    if part.name == "items":
        return bulky_place.to_where(now, form)
    return Go(NEXT[part.name], form, part.lead)


STEPS = {
    "start": Step("start", _ask_start, _take_start),
    **bulky_items.STEPS,
    **bulky_basket.STEPS,
    **bulky_place.STEPS,
    **bulky_pay.STEPS,
    "summary": Step("summary", _ask_summary, _take_summary),
    "mend": Step("summary", _ask_mend, _take_mend),
}
FLOW = Flow(
    "bulky",
    "bulky.title",
    "start",
    STEPS,
    _after,
    lambda talk: Start("bulky"),
    progress={
        "items": "1/6", "place": "2/6", "area": "2/6", "day": "3/6", "contact": "4/6", "pay": "5/6", "summary": "6/6",
    },
    keeps_draft=True,
    shows_again=("house", "day", "held", "said_paid"),
    section="bulky",
    stays=kept_place,
)  # fmt: skip
