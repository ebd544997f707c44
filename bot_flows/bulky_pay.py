"""Steps 4 and 5 of a bulky order: name and address on the town's page, then how the fee is paid.

Nothing here takes money. The chat says what it knows: whether a place is held, what the resident says, what staff saw.
"""

from __future__ import annotations

from bot_flows.bulky_basket import book_of, lines, total
from bot_flows.bulky_facts import HOLD, CancelOrder, Order, Payment, PlaceOrder
from bot_flows.bulky_place import chosen, day_of, fits, full_lead
from bot_flows.bulky_words import phone_of, yen
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Part, Question, Reply, Step, Talk, Unclear

MINUTE = 60
OVER = ("取り消し", "とりけし", "取消")
"""Words that ask for an order, ordered before or just being made, to be undone."""


def held(talk: Talk) -> Order | None:
    """The order this form holds a place with, while it is still kept."""
    found = talk.facts.bulky.order(int(talk.form.get("held", 0)))
    return found if found is not None and found.state == "held" else None


def is_said_paid(talk: Talk) -> bool:
    """Whether the resident said that the fee is paid; then nothing is paid twice."""
    here = held(talk)
    return bool(talk.form.get("said_paid")) or (here is not None and here.payment == "checking")


def placed(talk: Talk, *, is_held: bool) -> PlaceOrder:
    """The order of this form; only where ``fits`` and the form is whole."""
    form, day, zone = talk.form, day_of(talk.form), chosen(talk)
    if day is None or zone is None:
        raise LookupError("an order without a day or an area")
    payment: Payment = "checking" if is_said_paid(talk) else "due" if is_held else "sticker"
    return PlaceOrder(
        number=talk.facts.bulky.number,
        lines=lines(talk),
        area=zone.id,
        district=str(form["area"]["district"]),
        day=day,
        house="flat" if form.get("house") == "flat" else "house",
        payment=payment,
        held=is_held,
    )


# ---- name, address, phone: on the town's own page ---------------------------------------------------------


def _ask_contact(talk: Talk) -> Question:
    page = talk.facts.bulky.page
    saved = Choice("saved", talk.say("bulky.contact_saved"), words=("できた", "つぎへ", "入力した", "はい"))
    if not page:
        return Question(talk.say("bulky.contact_away", phone=phone_of(talk).phone), (saved,))
    open_page = Choice("page", talk.say("bulky.contact_page"), "page", opens=page)
    key = "bulky.ask_contact_again" if talk.facts.bulky.has_contact else "bulky.ask_contact"
    return Question(talk.say(key, page=page), (open_page, saved))


def _take_contact(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "page":
        return Again(talk.say("bulky.contact_link", page=talk.facts.bulky.page))
    if given.choice == "saved":
        if talk.facts.bulky.has_contact:
            return Part("contact", talk.form)
        return Again(talk.say("bulky.contact_not_yet"))
    return Unclear(talk.say("bulky.contact_unclear"), talk.say("bulky.contact_why"))


# ---- how to pay ---------------------------------------------------------------------------------------------


def asks_how(talk: Talk) -> bool:
    """Whether there is a choice: a town without an allowed page has stickers only, and nothing owed is not paid."""
    return bool(book_of(talk).rules.pay_page) and total(lines(talk)) > 0


def _ask_pay(talk: Talk) -> Question:
    amount = yen(total(lines(talk)), talk.facts.resident.language)
    choices = (
        Choice("online", talk.say("bulky.pay_online"), words=("スマホ", "カード", "オンライン")),
        Choice("sticker", talk.say("bulky.pay_sticker"), words=("処理券", "シール", "券")),
    )
    return Question(talk.say("bulky.ask_pay", total=amount), choices)


def _take_pay(talk: Talk, given: Answer) -> Outcome:
    if given.choice not in ("online", "sticker"):
        return Unclear(talk.say("bulky.pay_unclear"), talk.say("bulky.pay_safe"))
    if is_said_paid(talk):
        return Go("summary", {**talk.form, "pay": "online"}, talk.say("bulky.pay_once"))
    if given.choice == "sticker":
        return Part("pay", {**talk.form, "pay": "sticker"})
    return _hold(talk)


def _hold(talk: Talk) -> Outcome:
    """Keep a place for half an hour; what is full by now is said with the next days."""
    if held(talk):
        return Go("paying", {**talk.form, "pay": "online"})
    if not talk.facts.bulky.has_contact:
        return Go("contact", talk.form, talk.say("bulky.contact_gone"))
    if not fits(talk, day_of(talk.form)):
        return Go("day", {**talk.form, "page": 0}, full_lead(talk))
    form = {**talk.form, "pay": "online", "held": talk.facts.bulky.number}
    return Go("paying", form, effects=(placed(talk, is_held=True),))


def _minutes_left(talk: Talk) -> int:
    """Whole minutes of the hold; 0 when it is over. The turn that makes it knows the full half hour."""
    order = talk.facts.bulky.order(int(talk.form.get("held", 0)))
    if order is None and int(talk.form.get("held", 0)) == talk.facts.bulky.number:
        return int(HOLD.total_seconds()) // MINUTE
    if order is None or order.state != "held" or order.hold_until is None:
        return 0
    return max(0, -(-int((order.hold_until - talk.facts.now).total_seconds()) // MINUTE))


def _ask_paying(talk: Talk) -> Question:
    if is_said_paid(talk):
        return Question(
            talk.say("bulky.pay_once"), (Choice("on", talk.say("bulky.next"), words=("次へ", "はい")),)
        )
    amount = yen(total(lines(talk)), talk.facts.resident.language)
    page = book_of(talk).rules.pay_page
    sticker = Choice("sticker", talk.say("bulky.to_sticker"), words=("処理券",))
    left = _minutes_left(talk)
    paid = Choice("paid", talk.say("bulky.paid"), words=("払った", "支払いました", "はらいました"))
    unsure = Choice("unsure", talk.say("bulky.pay_trouble"), words=("わからない", "できない", "エラー"))
    if not left:
        again = Choice("again", talk.say("bulky.hold_again"), words=("もう一度", "予約"))
        return Question(talk.say("bulky.hold_over"), (again, paid, unsure, sticker))
    pay = Choice("page", talk.say("bulky.pay_now", total=amount), "page", opens=page)
    whole = int(HOLD.total_seconds()) // MINUTE
    key = "bulky.ask_paying" if left >= whole else "bulky.not_paid_yet"
    cancel = Choice("cancel", talk.say("bulky.cancel"), words=("申し込まない",), own=OVER)
    return Question(talk.say(key, minutes=left), (pay, paid, unsure, sticker, cancel))


def kept_place(talk: Talk) -> str:
    """「あと12分 予約を取っています」: said to whoever leaves the form, since leaving gives no place back."""
    order, left = held(talk), _minutes_left(talk)
    waits = order is not None and order.payment == "due" and left
    return talk.say("bulky.not_paid_yet", minutes=left) if waits else ""


def _take_paying(talk: Talk, given: Answer) -> Outcome:
    if is_said_paid(talk):
        return Go("summary", talk.form)
    match given.choice:
        case "page":
            return Again(talk.say("bulky.pay_link", page=book_of(talk).rules.pay_page))
        case "paid" | "unsure":
            return _said_paid(talk, sure=given.choice == "paid")
        case "sticker":
            return Part("pay", {**talk.form, "pay": "sticker"})
        case "again":
            return _hold(talk)
        case "cancel":
            return _given_up(talk)
    return Unclear(talk.say("bulky.paying_unclear"), talk.say("bulky.pay_safe"))


def _given_up(talk: Talk) -> Reply:
    """The place goes back at once, and somebody else may have it."""
    here = held(talk)
    return Reply(talk.say("bulky.not_ordered"), effects=(CancelOrder(here.number),) if here else ())


def _said_paid(talk: Talk, *, sure: bool) -> Outcome:
    """The order stays whatever happened to the payment; the town looks, nobody pays twice."""
    form = {**talk.form, "said_paid": True}
    lead = talk.say("bulky.checking" if sure else "bulky.checking_unsure")
    if held(talk) or fits(talk, day_of(form)):
        return Part("pay", form, lead)
    return Go("day", {**form, "page": 0}, talk.say("bulky.paid_but_full"))


STEPS = {
    "contact": Step("contact", _ask_contact, _take_contact),
    "pay": Step("pay", _ask_pay, _take_pay),
    "paying": Step("pay", _ask_paying, _take_paying),
}
