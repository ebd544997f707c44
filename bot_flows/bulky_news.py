"""What residents hear of a bulky order without asking: saved, the day before, payment, cancelled, the day called off
or on again.

Names, addresses and phone numbers are never in here.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot_flows import guide
from bot_flows.bulky_facts import Order
from bot_flows.bulky_words import lines_of, payment_words, receipt, short_of
from bot_flows.days import called, written
from bot_flows.types import Message
from content import messages as line
from content.languages import quoted
from content.sentences import say


def _with_door(text: str, order: Order, language: str, *, key: str) -> tuple[Message, ...]:
    """The words, the button, and the receipt number to send instead of it.

    A push sets nothing in the conversation, so a bare number would answer whatever question is open there.
    """
    label = say("bulky.cannot", language) if key == "cannot" else say("bulky.change", language)
    choice = guide.door(label, "bulky_order", "show", id=str(order.number))
    typed = say("way.by_words", language, label=label, words=receipt(order.number))
    return (line.text(f"{text}\n\n{typed}", quick=[guide.opener(choice)]),)


def tomorrow(order: Order, until: str, language: str) -> tuple[Message, ...]:
    """The evening before, with a way to say that it cannot be put out."""
    said = [
        say(
            "bulky.tomorrow",
            language,
            day=called(order.day, order.day - timedelta(days=1), language),
            items=short_of(order, language),
            receipt=receipt(order.number),
        ),
        say("bulky.tomorrow_how", language, until=quoted(until, language)),
    ]
    return _with_door("\n".join(said), order, language, key="cannot")


def payment(order: Order, when: str, note: str, language: str) -> tuple[Message, ...]:
    """What staff saw of the payment; ``when`` reads 「12月3日 10:12」."""
    words = payment_words(order.payment, language)
    if order.payment == "paid":
        said = say("bulky.paid_seen", language, receipt=receipt(order.number), when=when)
    else:
        said = say("bulky.payment_news", language, receipt=receipt(order.number), payment=words)
    return _with_door("\n".join(filter(None, (said, note))), order, language, key="change")


def accepted(order: Order, language: str) -> tuple[Message, ...]:
    """An order whose resident said it is paid and left: it stands, and this is its number."""
    said = say("bulky.done", language, receipt=receipt(order.number))
    more = [say("bulky.write_it", language, receipt=receipt(order.number)), say("bulky.pay_once", language)]
    return _with_door(
        "\n".join((said, lines_of(order.lines, language), *more)), order, language, key="change"
    )


def cancelled(order: Order, note: str, language: str) -> tuple[Message, ...]:
    """Staff cancelled it; ``note`` are their own words."""
    said = say(
        "bulky.cancelled_by_town", language, receipt=receipt(order.number), day=written(order.day, language)
    )
    return (line.text("\n".join(filter(None, (said, note)))),)


def moved(order: Order, until: str, note: str, language: str) -> tuple[Message, ...]:
    said = say(
        "bulky.moved",
        language,
        receipt=receipt(order.number),
        day=written(order.day, language),
        until=quoted(until, language),
    )
    return _with_door("\n".join(filter(None, (said, note))), order, language, key="change")


def told(order: Order, note: str, language: str) -> tuple[Message, ...]:
    """Words of staff about an order."""
    said = say("bulky.about", language, receipt=receipt(order.number))
    return _with_door(f"{said}\n{note}", order, language, key="change")


def stopped(order: Order, day: date, why: str, language: str) -> tuple[Message, ...]:
    """The day is called off: choose another one, however late it is."""
    said = [
        say("bulky.stopped", language, day=written(day, language), why=why),
        say("bulky.stopped_order", language, items=short_of(order, language), receipt=receipt(order.number)),
    ]
    return _with_door("\n".join(said), order, language, key="change")


def on_again(order: Order, until: str, language: str) -> tuple[Message, ...]:
    """The day that was called off is collected after all."""
    said = [
        say(
            "bulky.on_again",
            language,
            day=written(order.day, language),
            items=short_of(order, language),
            receipt=receipt(order.number),
        ),
        say("bulky.on_again_how", language, until=quoted(until, language)),
    ]
    return _with_door("\n".join(said), order, language, key="change")


def contact_saved(language: str) -> tuple[Message, ...]:
    """Saved while the talk is about something else by now."""
    return (line.text(say("bulky.saved_elsewhere", language)),)
