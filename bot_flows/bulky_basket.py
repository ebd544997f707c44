"""The basket of a bulky order: its lines at the fees that count, their sum, adding and taking out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot_flows.bulky_facts import Book, Booked, Kind
from bot_flows.bulky_words import line_of, lines_of, phone_of, yen
from bot_flows.guide import cut
from bot_flows.outcomes import Again, Answer, Card, Choice, Go, Outcome, Part, Question, Step, Talk, Unclear

SCRATCH = ("pick", "kind", "among")
_MORE = ("足す", "追加", "たす", "はい", "あります", "まだある")
_NO_MORE = (
    "次へ",
    "ok",
    "いいえ",
    "ない",
    "ないです",
    "もうない",
    "以上",
    "以上です",
    "これで全部",
    "これでぜんぶ",
    "これだけ",
    "終わり",
)
"""「ほかにも出しますか」: yes is one more."""


def book_of(talk: Talk) -> Book:
    """The town's book; only in a flow that a town without one never opens."""
    book = talk.facts.town.bulky
    if book is None:
        raise LookupError("this town has no bulky.toml")
    return book


# ---- what is in the basket -----------------------------------------------------------------------------


def lines(talk: Talk) -> tuple[Booked, ...]:
    """The basket at the fees that count: those of today's draft, else the list's of now."""
    book, found = book_of(talk), []
    for entry in talk.form.get("items", ()):
        kind = book.kind(entry["kind"])
        if kind is not None:
            fee = entry["fee"] if entry["on"] == _today(talk).isoformat() else kind.fee
            found.append(Booked(kind.id, kind.whole, int(entry["count"]), int(fee)))
    return tuple(found)


def points(basket: Sequence[Booked]) -> int:
    return sum(line.count for line in basket)


def total(basket: Sequence[Booked]) -> int:
    return sum(line.count * line.fee for line in basket)


def is_dearer(talk: Talk) -> bool:
    """Whether the draft is of another day and its fees have changed since."""
    held = {entry["kind"]: entry["fee"] for entry in talk.form.get("items", ())}
    return any(held[line.kind] != line.fee for line in lines(talk))


def at_todays_fees(talk: Talk) -> list[dict[str, Any]]:
    """The basket's entries with the fees of the list of now."""
    return [_entry(talk, line.kind, line.count, line.fee) for line in lines(talk)]


def _entry(talk: Talk, kind: str, count: int, fee: int) -> dict[str, Any]:
    return {"kind": kind, "count": count, "fee": fee, "on": _today(talk).isoformat()}


def _today(talk: Talk) -> date:
    return talk.facts.now.date()


def clean(form: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """The form without the scratch values of these steps."""
    return {name: value for name, value in form.items() if name not in SCRATCH} | values


def room_for(talk: Talk, kind_id: str) -> int:
    """How many more of a kind the order may hold."""
    rules, basket = book_of(talk).rules, lines(talk)
    alike = sum(line.count for line in basket if line.kind == kind_id)
    return max(0, min(rules.most - points(basket), rules.most_alike - alike))


def full(talk: Talk) -> str:
    rules = book_of(talk).rules
    return talk.say("bulky.full", most=rules.most, alike=rules.most_alike, phone=phone_of(talk).phone)


def with_more(talk: Talk, kind: Kind, more: int) -> list[dict[str, Any]]:
    """The entries with so many more of a kind; an earlier line of it grows and keeps its fee."""
    entries = [dict(entry) for entry in talk.form.get("items", ())]
    for entry in entries:
        if entry["kind"] == kind.id:
            entry["count"] += more
            return entries
    return [*entries, _entry(talk, kind.id, more, kind.fee)]


# ---- the basket -------------------------------------------------------------------------------------------


def _ask_basket(talk: Talk) -> Question:
    basket, language = lines(talk), talk.facts.resident.language
    amount = yen(total(basket), language)
    choices = (
        Choice("next", talk.say("bulky.next"), words=_NO_MORE),
        Choice("add", talk.say("bulky.add"), words=_MORE),
        Choice("mend", talk.say("bulky.drop"), words=("消す", "なおす", "直す")),
    )
    rows = [("", line_of(line, language)) for line in basket]
    card = Card(
        talk.say("bulky.basket_card"),
        talk.say("bulky.basket_alt", count=points(basket), total=amount),
        (*rows, (talk.say("bulky.row_total"), amount)),
    )
    said = talk.say("bulky.basket", total=amount)
    return Question("\n".join([lines_of(basket[:2], language), said][not basket :]), choices, card)


def _take_basket(talk: Talk, given: Answer) -> Outcome:
    basket, rules = lines(talk), book_of(talk).rules
    if given.choice == "add":
        return Again(full(talk)) if points(basket) >= rules.most else Go("item", clean(talk.form))
    if given.choice == "mend":
        return Go("drop", clean(talk.form))
    if given.choice == "next":
        return Part("items", clean(talk.form)) if basket else Go("item", clean(talk.form))
    return Unclear(talk.say("bulky.basket_unclear"))


def _ask_drop(talk: Talk) -> Question:
    language = talk.facts.resident.language
    choices = [Choice(str(at), cut(line_of(line, language))) for at, line in enumerate(lines(talk))]
    keep = Choice("keep", talk.say("bulky.drop_none"), words=("消さない", "いいえ"))
    return Question(talk.say("bulky.ask_drop"), (*choices, keep))


def _take_drop(talk: Talk, given: Answer) -> Outcome:
    basket = lines(talk)
    if given.choice.isdigit() and int(given.choice) < len(basket):
        gone = basket[int(given.choice)]
        left = [entry for entry in talk.form.get("items", ()) if entry["kind"] != gone.kind]
        said = talk.say("bulky.dropped", item=gone.name)
        return Go("basket" if left else "item", clean(talk.form, items=left), said)
    if given.choice == "keep":
        return Go("basket", clean(talk.form))
    return Unclear(talk.say("bulky.drop_unclear"))


def _shown(talk: Talk) -> str:
    """What is in it, since 「つぎへ」 says nothing."""
    return talk.listed(line_of(line, talk.facts.resident.language) for line in lines(talk))


STEPS = {
    "basket": Step("items", _ask_basket, _take_basket, _shown),
    "drop": Step("items", _ask_drop, _take_drop),
}
