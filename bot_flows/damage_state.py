"""How a report goes on, asked by its number or in words: 「R-1182」, 「通報どうなりましたか」. Pure."""

from __future__ import annotations

import re

from bot_flows.damage_facts import MyReport
from bot_flows.damage_news import receipt
from bot_flows.guide import door, section
from bot_flows.outcomes import Reply, Talk
from bot_flows.words import fold

_RECEIPT = re.compile(r"(?a)(?<![a-z0-9])r[-ー−–]?(\d{4,9})(?!\d)")
LONGEST_BESIDE = 12
"""Letters beside a number, 「通報番号R-1182の結果は？」: with more it is a sentence that means something else."""
_ASKED = re.compile(
    r"(?:(?:前|まえ|このまえ|この前|わたし|私|自分)の?)?(?:道路の?)?通報(?:した(?:こと|もの|件|の|あと|道路|穴)?)?[のはがを]?"
    r"(?:結果|状況|状態|その後|進み具合|番号|どうな(?:り|っ|る).*|いつ(?:直|なお).*|(?:直|なお)りましたか)"
    r"[はがを]?(?:知りたい.*|しりたい.*|教えて.*|おしえて.*|見たい.*|みたい.*|確認.*|ですか|どう.*)?"
)


def number_asked(text: str) -> int:
    """The receipt number a text is about, 0 for none."""
    said = fold(text)
    found = _RECEIPT.search(said)
    return int(found[1]) if found and len(said) - len(found[0]) <= LONGEST_BESIDE else 0


def is_asked(text: str) -> bool:
    """Whether the application looks up how this resident's reports go on."""
    return bool(number_asked(text) or _ASKED.fullmatch(fold(text).rstrip("。.!！?？")))


def told(talk: Talk, number: int) -> Reply:
    """The state of one report or of the newest; only of those this resident filed or said to be the same."""
    mine = [each for each in talk.facts.damage.mine if number in (0, each.number)]
    if mine:
        return Reply("\n".join(_line(talk, each) for each in mine))
    if number:
        who = section(talk, "roads")
        return Reply(talk.say("damage.not_here", receipt=receipt(number), section=who.name, phone=who.phone))
    return Reply(talk.say("damage.none_here"), (door(talk.say("nearby.here_report"), "menu", "report"),))


def _line(talk: Talk, report: MyReport) -> str:
    kind, state = (talk.say(f"damage.{word}") for word in (f"kind_{report.kind}", f"state_{report.state}"))
    news = talk.say("damage.news", receipt=receipt(report.number), kind=kind, state=state)
    gap = "" if news.endswith("。") else " "
    return f"{news}{gap}{talk.say('damage.state_day', day=talk.written(report.day))}"
