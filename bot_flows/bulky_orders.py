"""「申し込みの確認・取消」: the resident's own bulky orders, and what can be done with the one that is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot_flows import bulky_change
from bot_flows.bulky_basket import book_of
from bot_flows.bulky_facts import ConfirmOrder, Order, SaidPaid
from bot_flows.bulky_order_card import card_of, head_of, may_be_changed, order_of, show, shown
from bot_flows.bulky_words import phone_of, receipt, short_of, yen
from bot_flows.guide import cut
from bot_flows.outcomes import (
    Answer,
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


_CHANGE = r"(?:取り?消し?|とりけし?|きゃんせる|変更|変え|かえ)(?:す|る|したい|たい|希望|できますか|して(?:ください)?|て(?:ください)?)?"
_OF_AN_ORDER = re.compile(
    r"(?:(?:予約|申し?込み|収集|回収|引き?取り)(?:の?日(?:にち|付|時)?)?|日(?:にち|付|時)?)?(?:を|の)?"
    + _CHANGE
    + "[。!?]?"
)


def means_an_order(text: str) -> bool:
    """「予約を取り消したい」, 「日をかえる」: of an order, where there is one."""
    return _OF_AN_ORDER.fullmatch(fold(text)) is not None


_PAID = re.compile(
    r"(?:もう|さっき|料金を|お金を|代金を)?(?:支払|払)(?:いました|った|いずみ|い済み|った(?:よ|けど)|いましたが)[。!]?"
)


def says_paid(text: str) -> bool:
    """「支払いました」: of the order that waits for it, where there is one."""
    return _PAID.fullmatch(fold(text)) is not None


MEANT = (is_asked_for, says_paid, means_an_order)
"""What a text may say of orders, also where none is known yet."""


def waits_for_money(talk: Talk) -> bool:
    return any(order.payment == "due" for order in talk.facts.bulky.orders)


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
    order = order_of(talk)
    if order is None:
        return Question(talk.say("bulky.order_gone", phone=phone_of(talk).phone))
    move = Choice("move", talk.say("bulky.move"), words=("変更", "日を変える", "変える"))
    cancel = Choice("cancel", talk.say("bulky.cancel"), words=("取り消したい",), own=bulky_change.CANCELS)
    if order.state == "held" and order.payment == "due":
        paid = Choice("paid", talk.say("bulky.paid"), words=("払った", "支払いました"))
        sticker = Choice("sticker", talk.say("bulky.to_sticker"), words=("処理券",))
        return Question(
            f"{head_of(talk, order)}\n{talk.say('bulky.only_held')}",
            (paid, sticker, cancel),
            card_of(talk, order),
        )
    return Question(head_of(talk, order), (move, cancel), card_of(talk, order))


def _take_order(talk: Talk, given: Answer) -> Outcome:
    order = order_of(talk)
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


def _after(talk: Talk, _: Part) -> Outcome:
    return mine(talk)


def _stays(talk: Talk) -> str:
    """Who says 「キャンセル」 over an order may believe it cancelled: the talk ends, the order does not."""
    order = order_of(talk)
    return talk.say("bulky.order_stays", receipt=receipt(order.number)) if order else ""


STEPS = {
    "which": Step("which", _ask_which, _take_which),
    "order": Step("order", _ask_order, _take_order),
    **bulky_change.STEPS,
}
FLOW = Flow("bulky_order", "bulky.my_orders", "which", STEPS, _after, mine, section="bulky", stays=_stays)
