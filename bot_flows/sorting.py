"""Flow F, the sorting dictionary: one word in, the category out; two words when the thing is ambiguous."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot_flows import bulky_items
from bot_flows.collection import guide_of, is_collected, next_of, plan, sign_of
from bot_flows.dictionary import CLOSE, LONGEST_WORD, MOST, NEAR, exact, find
from bot_flows.garbage import known_district
from bot_flows.guide import cut, cut_quoted, door, section
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
from bot_flows.pack_facts import CategoryGuide, SortingHit
from bot_flows.private_numbers import said_back
from bot_flows.types import NoteUnknownWord
from bot_flows.words import fold, masked

_PROPERTY = re.compile(r"^(?P<thing>[^（(]+)[（(](?P<property>[^）)]+)[）)]")
_MATERIALS = (
    "木",
    "金属",
    "プラスチック",
    "ガラス",
    "紙",
    "布",
    "陶",
    "ゴム",
    "革",
    "ビニール",
    "アルミ",
    "鉄",
    "竹",
)
_SIZES = ("cm", "センチ", "大き", "小さ", "人用", "以上", "未満", "以下", "サイズ")
_BOUND = re.compile("(?:以上|以下|未満|まで)$")
"""What people leave out: 「2人用」 for 「2人用以上」."""
_DANGEROUS = re.compile("電池|バッテリー|スプレー缶|エアゾール|ライター|ボンベ|充電式")
"""What burns in the lorry: the warning is said before the answer, the only case where it is."""


def door_here(_: Talk) -> Outcome:
    """「分け方」: ask for the word."""
    return Start("sorting")


def answer(talk: Talk, word: str, hits: Sequence[SortingHit]) -> Outcome:
    """The reply to a word with exact hits: the category, or the one question that splits them."""
    if len({(hit.category, hit.note) for hit in hits}) == 1:
        return _told(talk, hits[0])
    return Start("sorting", "which", {"word": said_back(word), "items": [hit.item for hit in hits]})


def named(talk: Talk, item: str) -> Outcome:
    """The reply for one entry by its full name."""
    hit = _hit_named(talk, item)
    return _told(talk, hit) if hit else unknown(talk, item)


def near(talk: Talk, word: str, hits: Sequence[SortingHit]) -> Outcome:
    """Nothing has this name: what comes close, at most four, and a way to a person."""
    close = [hit.item for hit in hits if hit.score >= NEAR][: MOST - 1]
    if not close:
        return unknown(talk, word)
    return Start("sorting", "near", {"word": said_back(word), "items": close})


def unknown(talk: Talk, word: str) -> Reply:
    """The word is not in the dictionary: who answers, and the word (without the person) for the staff."""
    who = section(talk, "garbage")
    shown = cut(said_back(word), LONGEST_WORD)
    text = talk.say("sorting.unknown", word=shown, section=who.name, phone=who.phone, hours=who.hours)
    note = (NoteUnknownWord("item", masked(word)),)
    return Reply(text, (door(talk.say("sorting.to_other"), "menu", "sorting"),), effects=note)


def _told(talk: Talk, hit: SortingHit) -> Reply:
    guide = guide_of(talk, hit.category)
    taken = is_collected(talk, hit.category)
    warning = guide.warning if guide else ""
    is_dangerous = taken and bool(_DANGEROUS.search(hit.item))
    lines = [warning or talk.say("sorting.danger")] if is_dangerous else []
    key = "sorting.hit" if taken else "sorting.hit_not_taken"
    lines.append(talk.say(key, item=hit.item, category=hit.category))
    how = hit.note or (guide.how if guide else "")
    lines += [talk.say("sorting.how", note=how)] if how else []
    lines += [coming] if taken and (coming := _next(talk, hit.category, guide)) else []
    lines += [warning] if warning and not is_dangerous else []
    if not taken:
        who = section(talk, "garbage")
        lines.append(talk.say("sorting.ask_section", section=who.name, phone=who.phone, hours=who.hours))
    rows = [(talk.say("sorting.row_category"), hit.category)]
    rows += [(talk.say("sorting.row_how"), how)] if how else []
    alt = talk.say("sorting.alt", item=hit.item, category=hit.category)
    card = Card(talk.say("sorting.card", item=hit.item), alt, tuple(rows))
    return Reply("\n".join(lines), _choices(talk, hit), card)


def _choices(talk: Talk, hit: SortingHit | None = None) -> tuple[Choice, ...]:
    is_bulky = hit is not None and "粗大" in sign_of(talk, hit.category)
    first = (
        _to_bulky(talk, hit.item)
        if hit is not None and is_bulky
        else door(talk.say("sorting.to_garbage"), "menu", "garbage")
    )
    return (first, door(talk.say("sorting.to_other"), "menu", "sorting"))


def _to_bulky(talk: Talk, item: str) -> Choice:
    """The order form, with the thing in it where the list of fees has it for sure."""
    label, thing = talk.say("sorting.to_bulky"), _PROPERTY.match(item)
    known = bulky_items.surely(talk, (item, thing["thing"] if thing else item))
    return door(label, "bulky", "item", id=known) if known else door(label, "menu", "bulky")


def _next(talk: Talk, category: str, guide: CategoryGuide | None) -> str:
    district = known_district(talk)
    if district is None:
        return ""
    here = plan(talk, district)
    day = next_of(here, category)
    if day is None:
        return ""
    if guide and guide.until:
        return talk.say("sorting.next", when=talk.called(day), until=guide.until)
    return talk.say("sorting.next_plain", when=talk.called(day))


# ---- step: the word ------------------------------------------------------------------------------------


def _ask_word(talk: Talk) -> Question:
    return Question(talk.say("sorting.ask"))


def look_up(talk: Talk, given: Answer, is_item: bool) -> Outcome:
    """What a word leads to. ``is_item``: the resident was asked for one, so an unknown word is an unknown item."""
    very = exact(talk, given.text)
    # 「粗大ごみ」 is a word of the menu before it is the name of a category.
    is_menu = given.means_else and bool(very) and (not is_item or very[0].item == very[0].category)
    if very and not is_menu:
        return answer(talk, given.text, very)
    if given.means_else or not given.text or len(given.text) > LONGEST_WORD:
        return Unclear(talk.say("sorting.ask_again"))
    hits = find(talk, given.text)
    if is_item or any(hit.score >= CLOSE for hit in hits):
        return near(talk, given.text, hits)
    return Unclear()


def _take_word(talk: Talk, given: Answer) -> Outcome:
    return look_up(talk, given, is_item=True)


# ---- step: which of several ------------------------------------------------------------------------------


def _items(talk: Talk) -> list[str]:
    return [str(item) for item in talk.form.get("items", ())]


def _word(talk: Talk) -> str:
    return cut(str(talk.form.get("word", "")), LONGEST_WORD)


def _properties(items: Sequence[str]) -> list[str]:
    """What tells the items apart: the words in brackets when the thing is the same, else the whole names."""
    found = [_PROPERTY.match(item) for item in items]
    return [match["property"] for match in found if match] if _thing(items) else list(items)


def _thing(items: Sequence[str]) -> str:
    """What all the items are, when they differ in brackets only: said instead of a whole question as it was typed."""
    found = [_PROPERTY.match(item) for item in items]
    things = {match["thing"] for match in found if match}
    return things.pop() if len(things) == 1 and all(found) else ""


def _ask_which(talk: Talk) -> Question:
    items = _items(talk)
    properties = _properties(items)
    key = "sorting.which"
    if properties != items and all(any(sign in each for sign in _MATERIALS) for each in properties):
        key = "sorting.which_made_of"
    elif properties != items and all(any(sign in each for sign in _SIZES) for each in properties):
        key = "sorting.which_size"
    bare = [_BOUND.sub("", each) for each in properties]
    choices = [
        Choice(
            str(at),
            cut_quoted(talk, each),
            words=(each, items[at], *((bare[at],) if bare.count(bare[at]) == 1 else ())),
        )
        for at, each in enumerate(properties)
    ]
    unsure = Choice("unsure", talk.say("sorting.not_sure"))
    return Question(talk.say(key, word=_thing(items) or _word(talk)), (*choices, unsure))


def _hit_named(talk: Talk, item: str) -> SortingHit | None:
    return next((hit for hit in talk.facts.town.find_item(item) if hit.item == item), None)


def _take_which(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "unsure":
        hits = [hit for item in _items(talk) if (hit := _hit_named(talk, item))]
        lines = [talk.say("sorting.one_of", item=hit.item, category=hit.category) for hit in hits]
        return Reply("\n".join([talk.say("sorting.all_of"), *lines]), _choices(talk))
    return _take_item(talk, given)


def _take_item(talk: Talk, given: Answer) -> Outcome:
    items = _items(talk)
    if given.choice.isdigit() and int(given.choice) < len(items):
        hit = _hit_named(talk, items[int(given.choice)])
        return _told(talk, hit) if hit else unknown(talk, items[int(given.choice)])
    return look_up(talk, given, is_item=False)


# ---- step: near words --------------------------------------------------------------------------------------


def _ask_near(talk: Talk) -> Question:
    choices = [Choice(str(at), cut_quoted(talk, item), words=(item,)) for at, item in enumerate(_items(talk))]
    none = Choice("none", talk.say("sorting.none_of"), words=("ない", "ちがう", "どちらでもない"))
    said = fold(_word(talk))
    key = "sorting.kinds" if all(said in fold(item) for item in _items(talk)) else "sorting.near"
    return Question(talk.say(key, word=_word(talk)), (*choices, none))


def _take_near(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "none":
        return unknown(talk, str(talk.form.get("word", "")))
    return _take_item(talk, given)


def _after(talk: Talk, _: Part) -> Outcome:
    return Go("word", talk.form)


STEPS = {
    "word": Step("word", _ask_word, _take_word),
    "which": Step("which", _ask_which, _take_which),
    "near": Step("near", _ask_near, _take_near),
}
FLOW = Flow("sorting", "sorting.title", "word", STEPS, _after, door_here, section="garbage")
