"""The list of things looked at before a notice is frozen. Pure: everything it weighs is handed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from app.census.rules import Count
from content import limits
from content.catalogue import NoticeType
from content.fields import kinds
from content.lasting import days_of

Level = Literal["ok", "look", "stop"]
FEW_PEOPLE = 20
LONGEST_ALT = 60
"""Characters of a notification that are surely seen (experience C01)."""
_TWELVE = re.compile(r"(?<![0-9-])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9-])")
_SIXTEEN = re.compile(r"(?<![0-9-])[0-9]{4}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9-])")
_ADDRESS = re.compile(r"https?://[^\s「」（）、。]+")
EMERGENCY = ("避難指示", "緊急安全確保", "高齢者等避難", "ミサイル", "テロ", "津波警報", "特別警報")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: ``stop`` must be put right first, ``look`` is for people to weigh."""

    level: Level
    sentence: str
    page: Literal["", "fields", "audience"] = ""
    """Where it is put right."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the list weighs."""

    kind: NoticeType
    fields: Mapping[str, str]
    messages: Sequence[Mapping[str, Any]]
    reached: Count
    everyone: bool
    same_before: str
    """When the same content went out in the last seven days, as a sentence's part; empty when it did not."""
    known_hosts: frozenset[str]
    today: date


def look(facts: Facts) -> list[Check]:
    """Every check in the order staff read them, the good ones included, so that the list shows what was looked at."""
    return [
        *_fields(facts),
        *_days(facts),
        *_people(facts),
        *_secrets(facts),
        *_emergency(facts),
        *_links(facts),
        *_phone(facts),
        *_line(facts),
        *_again(facts),
    ]


def _fields(facts: Facts) -> list[Check]:
    found = []
    for spec in facts.kind.fields:
        text = facts.fields.get(spec.label, "")
        if spec.required and not text:
            found.append(Check("stop", f"{spec.label}が空です。", "fields"))
        elif text:
            problems = kinds.read(spec.kind, text, today=facts.today).problems
            found += [Check("stop", f"{spec.label}：{each.message}", "fields") for each in problems]
    return found or [Check("ok", "必要な項目は、すべて書かれています。")]


def _days(facts: Facts) -> list[Check]:
    days = days_of(facts.kind, facts.fields, facts.today)
    past = [
        Check(
            "stop", f"{label}が過ぎた日です（{day.month}月{day.day}日）。日付を確認してください。", "fields"
        )
        for label, day in days
        if day < facts.today
    ]
    return past or ([Check("ok", "日付は、きょうから後です。")] if days else [])


def _people(facts: Facts) -> list[Check]:
    if facts.reached.people == 0:
        return [Check("stop", "この条件に合う人は0人です。対象を選び直してください。", "audience")]
    found = [Check("ok", f"{facts.reached.when} {facts.reached.people:,}人に届きます。")]
    if facts.everyone:
        found.append(
            Check("look", "登録したすべての人に届きます。本当に全員に必要か、確かめてください。", "audience")
        )
    if facts.reached.people < FEW_PEOPLE:
        found.append(
            Check(
                "look",
                f"{FEW_PEOPLE}人未満です。だれに届くかが分かってしまわないか、確かめてください。",
                "audience",
            )
        )
    return found


def is_personal_number(digits: str) -> bool:
    """Whether twelve digits carry the check digit of an individual number (個人番号).

    Ministerial ordinance no. 85 of 2014, article 5: 11 − (Σ Pn × Qn mod 11), 0 when that remainder is 0 or 1.
    """
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits[:11]), start=1)
    )
    return int(digits[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


def is_card_number(digits: str) -> bool:
    """Whether sixteen digits pass the Luhn test (ISO/IEC 7812-1)."""
    doubled = [int(d) * (2 - n % 2) for n, d in enumerate(digits)]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _secrets(facts: Facts) -> list[Check]:
    found = []
    for label, text in facts.fields.items():
        plain = unicodedata.normalize("NFKC", text)
        if any(is_personal_number(re.sub(r"\D", "", each[0])) for each in _TWELVE.finditer(plain)):
            found.append(
                Check(
                    "stop", f"{label}に個人番号（12けた）のような数字があります。消してください。", "fields"
                )
            )
        if any(is_card_number(re.sub(r"\D", "", each[0])) for each in _SIXTEEN.finditer(plain)):
            found.append(
                Check("stop", f"{label}にカード番号のような数字があります。消してください。", "fields")
            )
    return found or [Check("ok", "個人番号やカード番号のような数字はありません。")]


def _emergency(facts: Facts) -> list[Check]:
    if "disaster" in facts.kind.topics:
        return []
    text = "\n".join(facts.fields.values())
    words = [word for word in EMERGENCY if word in text]
    if not words:
        return []
    sentence = f"「{words[0]}」は緊急のときのことばです。防災の種類のお知らせとして、作り直してください。"
    return [Check("stop", sentence, "fields")]


def _links(facts: Facts) -> list[Check]:
    hosts = {
        urlsplit(each).hostname or "" for text in facts.fields.values() for each in _ADDRESS.findall(text)
    }
    unknown = sorted(host for host in hosts if host and not _known(host, facts.known_hosts))
    if unknown:
        return [
            Check(
                "look", f"町のページではない行き先があります：{host}。アドレスを確かめてください。", "fields"
            )
            for host in unknown
        ]
    return [Check("ok", "行き先は、町のページだけです。")] if hosts else []


def _known(host: str, known: frozenset[str]) -> bool:
    """A host of the town pack, or below one."""
    return any(host == each or host.endswith("." + each) for each in known)


def _phone(facts: Facts) -> list[Check]:
    phones = [spec.label for spec in facts.kind.fields if spec.kind == "phone"]
    if not phones or any(facts.fields.get(label) for label in phones):
        return []
    return [Check("look", f"{phones[0]}がありません。聞きたい人が困らないか、確かめてください。", "fields")]


def _line(facts: Facts) -> list[Check]:
    problems = limits.problems_in(facts.messages)
    if problems:
        return [Check("stop", "LINEで送れる長さを超えています。文を短くしてください。", "fields")]
    alts = [str(message["altText"]) for message in facts.messages if "altText" in message]
    if any(limits.grapheme_len(alt) > LONGEST_ALT for alt in alts):
        return [
            Check(
                "look", f"通知に出る文が{LONGEST_ALT}字より長いので、途中で切れることがあります。", "fields"
            )
        ]
    return [Check("ok", "LINEで送れる長さです。")]


def _again(facts: Facts) -> list[Check]:
    if not facts.same_before:
        return []
    return [Check("look", f"{facts.same_before}に送った内容と同じです。二度送ってよいか、確かめてください。")]
