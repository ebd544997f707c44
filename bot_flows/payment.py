"""Flow N: which tax or fee, when it is due, and how it can be paid. Never an amount, never a person's number."""

from __future__ import annotations

import re
from datetime import date

from bot_flows.asked import Fee
from bot_flows.guide import call, cut, door, links, page, section, subject
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
from bot_flows.words import fold, plain

_PRIVATE = re.compile(r"\d{5,}|[0-9,]+円")
"""A personal number, a number of a card or paper, an amount: nothing of it is read."""
_PARTS = re.compile("[・（）()]")
_SHORTEST_WAY = 2
_MOST_PAGES = 3
_WHOLE_YEAR = "全期"


def door_here(talk: Talk, said: str = "") -> Outcome:
    """「支払い・税」, with the fee that the words name already; a town without a table of fees shows its pages."""
    if not talk.facts.town.fees:
        return subject(talk, "pay")
    fee = _named(talk, said)
    return Start("payment", "paper", {"fee": fee.id}) if fee else Start("payment")


# ---- step: which --------------------------------------------------------------------------------------


def _ask_which(talk: Talk) -> Question:
    choices = tuple(Choice(fee.id, cut(fee.name), words=fee.words) for fee in talk.facts.town.fees)
    who = section(talk, "tax")
    rows = ((talk.say("payment.row_ask"), f"{who.name} {who.phone}"),)
    card = Card(talk.say("payment.which_card"), talk.say("payment.which_alt"), rows, has_buttons=False)
    return Question(talk.say("payment.which"), choices, card)


def _take_which(talk: Talk, given: Answer) -> Outcome:
    fee = _fee(talk, given.choice) or _named(talk, given.text)
    if fee is None:
        return _unclear(talk, given.text)
    return Go("paper", {"fee": fee.id})


def _fee(talk: Talk, fee_id: str) -> Fee | None:
    return next((fee for fee in talk.facts.town.fees if fee.id == fee_id), None)


def _named(talk: Talk, text: str) -> Fee | None:
    """The fee named in a sentence: 「固定資産税を払いたい」."""
    said = fold(text)
    return next(
        (fee for fee in talk.facts.town.fees if any(fold(word) in said for word in (fee.name, *fee.words))),
        None,
    )


def _unclear(talk: Talk, text: str) -> Unclear:
    return Unclear(
        talk.say("payment.no_numbers") if _PRIVATE.search(fold(text)) else talk.say("payment.which_again")
    )


# ---- step: the paper ------------------------------------------------------------------------------------


def _chosen(talk: Talk) -> Fee:
    """The fee asked about; when the town dropped it meanwhile, the last one (「その他」)."""
    return _fee(talk, str(talk.form.get("fee", ""))) or talk.facts.town.fees[-1]


def _next_due(fee: Fee, today: date) -> tuple[str, date] | None:
    return next((one for one in fee.due if one[1] >= today), None)


def _ask_paper(talk: Talk) -> Question:
    fee, today = _chosen(talk), talk.facts.now.date()
    keys = ("have", "lost", "account", "hard", "late")
    labels = (
        talk.say("payment.have_label"),
        talk.say("payment.lost_label"),
        talk.say("payment.account_label"),
        talk.say("payment.hard_label"),
        talk.say("payment.late_label"),
    )
    words: dict[str, tuple[str, ...]] = {
        "have": ("はい", "あります", "持っている"),
        "lost": (
            "ない",
            "納付書がない",
            "納付書なし",
            "見つからない",
            "納付書が見つかりません",
            "納付書が見つからない",
            "ありません",
            "いいえ",
            "無くした",
            "失くした",
        ),
        "account": ("口座振替", "引き落とし"),
        "hard": ("払えない", "相談", "分割"),
        "late": ("期限をすぎた", "期限が過ぎた", "督促状", "督促", "遅れた"),
    }
    choices = tuple(Choice(each, label, words=words[each]) for each, label in zip(keys, labels, strict=True))
    text = f"{_first_line(talk, fee, today)}\n{talk.say('payment.paper')}"
    return Question(text, choices, _due_card(talk, fee, today))


def _first_line(talk: Talk, fee: Fee, today: date) -> str:
    if not fee.due:
        return fee.note or talk.say("payment.no_table", fee=fee.name)
    coming = _next_due(fee, today)
    if coming is None:
        return talk.say("payment.no_next", fee=fee.name)
    period, day = coming
    if period == _WHOLE_YEAR:
        return talk.say("payment.next_whole", fee=fee.name, day=_day(talk, day, today))
    return talk.say("payment.next", fee=fee.name, period=period, day=_day(talk, day, today))


def _day(talk: Talk, day: date, today: date) -> str:
    return talk.written(day) if day.year == today.year else talk.dated(day)


def _due_card(talk: Talk, fee: Fee, today: date) -> Card | None:
    coming = _next_due(fee, today)
    rows = [
        (
            talk.say("payment.row_next", period=period) if (period, day) == coming else period,
            _day(talk, day, today),
        )
        for period, day in fee.due
    ]
    if not rows:
        return None
    rows += [(talk.say("payment.row_note"), fee.note)] if fee.note else []
    title, alt = talk.say("payment.due_card", fee=fee.name), talk.say("payment.due_alt", fee=fee.name)
    return Card(title, alt, tuple(rows), has_buttons=False)


def _take_paper(talk: Talk, given: Answer) -> Outcome:
    fee = _chosen(talk)
    who = section(talk, fee.section)
    reach = {"section": who.name, "phone": who.phone, "hours": who.hours}
    choice = given.choice or ("have" if _is_way(talk, given.text) else "")
    match choice:
        case "have":
            text = _ways(talk, fee)
        case "lost":
            text = talk.say("payment.lost", **reach)
        case "account":
            text = talk.say("payment.account")
        case "hard":
            text = talk.say("payment.hard", **reach)
        case "late":
            text = talk.say("payment.late", **reach)
        case _:
            return _unclear(talk, given.text)
    pages = _pages(talk, fee, choice) if choice in ("have", "account") else []
    other = door(talk.say("payment.other_label"), "menu", "pay")
    visit = (
        [Choice("visit", talk.say("payment.visit_label"), "page", opens=who.url)]
        if choice in ("hard", "late") and who.url
        else []
    )
    return Reply(text, (*pages[:_MOST_PAGES], call(talk, who), *visit, other))


def _pages(talk: Talk, fee: Fee, choice: str) -> list[Choice]:
    """The pages for this fee alone: whoever pays a tax is not sent to the water bill."""
    wanted = (fee.account,) if choice == "account" and fee.account else fee.pages
    return [page(link) for link in links(talk, "pay") if link.url and (link.id in wanted or not wanted)]


def _is_way(talk: Talk, text: str) -> bool:
    """Whether a text begins a way to pay, or a part of one: 「スマホ」, 「コンビニ」, 「カード」."""
    said = plain(text)
    parts = [part for way in talk.facts.town.pay_ways for part in _PARTS.split(fold(way.name))]
    return len(said) >= _SHORTEST_WAY and any(part.startswith(said) for part in parts)


def _ways(talk: Talk, fee: Fee) -> str:
    for_it = [way for way in talk.facts.town.pay_ways if fee.id in way.fees or not way.fees]
    ways = [talk.say("payment.way", way=way.name, limits=way.limits) for way in for_it]
    return "\n".join([talk.say("payment.ways", fee=fee.name), *ways])


def _after(talk: Talk, _: Part) -> Outcome:
    return Go("which", talk.form)


STEPS = {
    "which": Step("which", _ask_which, _take_which, lambda talk: _chosen(talk).name),
    "paper": Step("paper", _ask_paper, _take_paper),
}
FLOW = Flow("payment", "payment.title", "which", STEPS, _after, door_here, section="tax")
