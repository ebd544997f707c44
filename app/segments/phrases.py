"""Who a rule means, as a phrase staff can read aloud. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.segments.rules import is_empty
from app.segments.words import (
    All,
    Among,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    Gathered,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Listed,
    Nobody,
    Not,
    Received,
    Rule,
    Speaks,
    WantsReminder,
)


@dataclass(frozen=True, slots=True)
class Names:
    """How staff call what rules name by id."""

    topics: Mapping[str, str]
    districts: Mapping[str, str]
    languages: Mapping[str, str]


def sentence(rule: Rule, names: Names) -> str:
    """Who a rule means, as a phrase staff can read aloud: 「ごみの情報を選び、東区に住む人」."""
    if is_empty(rule):
        return "だれも選ばれていません"
    return f"{_phrase(rule, names)}人"


def _phrase(rule: Rule, names: Names) -> str:
    match rule:
        case Everyone():
            return "登録したすべての"
        case HasTopic(topic):
            return f"「{names.topics.get(topic, topic)}」を選んだ"
        case InWard(ward):
            return f"{ward}に住む"
        case InDistrict(district):
            return f"{names.districts.get(district, district)}に住む"
        case InDistricts(districts):
            return f"{len(districts)}の地区のどれかに住む"
        case Speaks(language):
            return f"{names.languages.get(language, language)}で読む"
        case WantsReminder(slot):
            return f"{_slot(slot)}のお知らせを選んだ"
        case Awaits():
            return "その日のごみのお知らせを待つ"
        case Received(notice_id):
            return f"お知らせ{notice_id}番を受け取った"
        case Gathered():
            return "まとめて受け取る"
        case Listed(notice_id):
            return f"お知らせ{notice_id}番の一覧にある"
        case Among(ids):
            return f"1人ずつ選ばれた{len(ids):,}人のうちの"
        case ChildMonths(first, last):
            return f"{_age(first)}から{_age(last)}までの子どもがいる"
        case Not(part):
            return f"{_phrase(part, names)}人を除いた"
        case All(parts):
            return _join(parts, "、かつ、", names)
        case AnyOf(parts):
            return _join(parts, "、または、", names)
        case Nobody():
            return "だれでもない"


def _slot(slot: str) -> str:
    """「前の日18:00」 for ``-1 18:00``."""
    day, _, hour = slot.partition(" ")
    return f"{'前の日' if day == '-1' else '当日'}{hour.removeprefix('0')}"


def _join(parts: tuple[Rule, ...], word: str, names: Names) -> str:
    phrases = [_phrase(part, names) for part in parts]
    return phrases[0] if len(phrases) == 1 else "（" + word.join(phrases) + "）"


def _age(months: int) -> str:
    if months < 36:
        return f"{months}か月"
    years, rest = divmod(months, 12)
    return f"{years}歳" + (f"{rest}か月" if rest else "")
