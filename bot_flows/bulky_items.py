"""Step 1 of a bulky order: which things, of which kind and how many."""

from __future__ import annotations

from collections.abc import Sequence

from bot_flows import dictionary
from bot_flows.bulky_basket import book_of, clean, full, room_for, with_more
from bot_flows.bulky_facts import Item, Kind
from bot_flows.bulky_words import kind_label, phone_of, yen
from bot_flows.collection import guide_of, is_collected, sign_of
from bot_flows.guide import cut_quoted
from bot_flows.matching import found_in
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Question, Start, Step, Talk, Unclear
from bot_flows.words import fold, plain

REFUSED = "not:"
SURE, APART, MOST_OFFERED = 90.0, 6.0, 4


# ---- the name ----------------------------------------------------------------------------------------


def _ask_item(talk: Talk) -> Question:
    return Question(talk.say("bulky.ask_item"))


def find(talk: Talk, text: str) -> list[str]:
    """Ids of what a word may be, best first: one when it is sure, at most four else."""
    book = book_of(talk)
    said = {fold(text), fold(plain(text)), dictionary.bare(text)}
    very = [each.id for each in book.items.values() if fold(each.name) in said]
    if len(very) == 1:
        return very
    finds = found_in(book.vocabulary, dictionary.bare(text)) if text else ()
    if not finds:
        return []
    best = finds[0]
    near = [find for find in finds if find.rank > best.rank - APART]
    if best.score >= SURE and len(near) == 1:
        return [best.meaning.id]
    offered = [find for find in finds if find.rank > best.rank - 30]
    return [find.meaning.id for find in offered][:MOST_OFFERED]


def is_sure(talk: Talk, text: str, found: Sequence[str]) -> bool:
    """Whether the only thing found is what the text says, and not merely like it."""
    if len(found) != 1:
        return False
    best = next(iter(found_in(book_of(talk).vocabulary, dictionary.bare(text))), None)
    return best is not None and best.score >= SURE


def name_of(talk: Talk, found: str) -> str:
    book = book_of(talk)
    if found.startswith(REFUSED):
        return book.not_taken[found.removeprefix(REFUSED)].name
    return book.items[found].name


def offered(talk: Talk, among: Sequence[str]) -> list[Choice]:
    """What a word may be, to choose from."""
    names = (name_of(talk, each) for each in among)
    return [Choice(str(at), cut_quoted(talk, name), words=(name,)) for at, name in enumerate(names)]


def not_taken(talk: Talk, found: str) -> str:
    """「テレビは、粗大ごみに出せません。買った店か…」."""
    refused = book_of(talk).not_taken[found.removeprefix(REFUSED)]
    return talk.say("bulky.not_taken", item=refused.name, route=talk.of_pack(refused.route))


def take_item(talk: Talk, given: Answer) -> Outcome:
    """A thing's name: its kinds, a choice of several, or why it is not taken."""
    if given.means_else or not given.text or len(given.text) > dictionary.LONGEST_WORD:
        return Unclear(talk.say("bulky.item_hint"))
    found = find(talk, given.text)
    if is_sure(talk, given.text, found):
        return picked(talk, found[0])
    if found:
        return Go("which", clean(talk.form, among=found))
    other = _other_garbage(talk, given.text)
    if other:
        return Again(other)
    who = phone_of(talk)
    return Unclear(talk.say("bulky.item_unknown"), talk.say("bulky.item_phone", phone=who.phone))


def picked(talk: Talk, found: str) -> Outcome:
    """What follows once it is clear which thing is meant."""
    if found.startswith(REFUSED):
        said = not_taken(talk, found)
        return (
            Again(said, clean(talk.form))
            if not talk.form.get("among")
            else Go("item", clean(talk.form), said)
        )
    item = book_of(talk).items[found]
    if len(item.kinds) > 1:
        return Go("kind", clean(talk.form, pick=item.id))
    return _kind_chosen(talk, item.kinds[0], book_of(talk).items[found])


def surely(talk: Talk, names: Sequence[str]) -> str:
    """Id of the thing the sorting dictionary means; "" where the list of fees is not sure of it, or there is none."""
    if talk.facts.town.bulky is None:
        return ""
    found = ((name, find(talk, name)) for name in names)
    sure = (ids[0] for name, ids in found if is_sure(talk, name, ids) and not ids[0].startswith(REFUSED))
    return next(sure, "")


def opened_with(talk: Talk, item_id: str) -> Start:
    """A form that has its thing already: nobody types it a second time. A form that was begun is gone on with."""
    item = book_of(talk).items.get(item_id)
    if item is None:
        return Start("bulky", resumes=True)
    lead = talk.say("bulky.ask_start")
    if len(item.kinds) > 1:
        return Start("bulky", "kind", {"pick": item.id}, lead, resumes=True)
    return Start("bulky", "count", {"pick": item.id, "kind": item.kinds[0].id}, lead, resumes=True)


def _other_garbage(talk: Talk, text: str) -> str:
    """A thing of the sorting dictionary that is ordinary garbage, or that the town takes in no way."""
    hit = next(iter(dictionary.exact(talk, text)), None)
    if hit is None or "粗大" in sign_of(talk, hit.category):
        return ""
    if not is_collected(talk, hit.category):
        guide = guide_of(talk, hit.category)
        return talk.say(
            "bulky.not_taken", item=hit.item, route=hit.note or (guide.how if guide else hit.category)
        )
    return talk.say("bulky.other_garbage", item=hit.item, category=hit.category)


def _ask_which(talk: Talk) -> Question:
    choices = offered(talk, _among(talk))
    none = Choice("none", talk.say("bulky.none_of"), words=("ない", "ちがう", "違う"))
    return Question(talk.say("bulky.ask_which"), (*choices, none))


def _among(talk: Talk) -> list[str]:
    book = book_of(talk)
    known = {*book.items, *(REFUSED + each for each in book.not_taken)}
    return [str(each) for each in talk.form.get("among", ()) if each in known]


def _take_which(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "none":
        return Go("item", clean(talk.form), talk.say("bulky.item_phone", phone=phone_of(talk).phone))
    among = _among(talk)
    if given.choice.isdigit() and int(given.choice) < len(among):
        return picked(talk, among[int(given.choice)])
    return take_item(talk, given)


# ---- kind and count -------------------------------------------------------------------------------------


def _item(talk: Talk) -> Item | None:
    return book_of(talk).items.get(str(talk.form.get("pick", "")))


def _ask_kind(talk: Talk) -> Question:
    item = _item(talk)
    kinds = item.kinds if item else ()
    choices = [
        Choice(each.id.partition("/")[2], kind_label(talk, each), words=(each.name,)) for each in kinds
    ]
    unsure = Choice("unsure", talk.say("bulky.sizes_label"), words=("わからない", "大きさ", "目安"))
    name = item.name if item else talk.say("bulky.title")
    return Question(talk.say("bulky.ask_kind", item=name, count=len(kinds)), (*choices, unsure))


def sizes(talk: Talk, item: Item) -> str:
    """「1人用：はば100cmまで（…）」, a line for each kind."""
    said = [
        talk.say("bulky.size", kind=talk.of_pack(each.name or item.name), size=talk.of_pack(each.size))
        for each in item.kinds
        if each.size
    ]
    return "\n".join(said)


def _take_kind(talk: Talk, given: Answer) -> Outcome:
    item = _item(talk)
    if item is None:
        return Go("item", clean(talk.form))
    if given.choice == "unsure":
        return Again(sizes(talk, item))
    kind = book_of(talk).kind(f"{item.id}/{given.choice}") if given.choice else None
    if kind is None:
        said = fold(given.text)
        fits = [each for each in item.kinds if said and not given.means_else and said in fold(each.name)]
        kind = fits[0] if len(fits) == 1 else None
    if kind is None and (other := _other_item(talk, given, item)):
        return other
    return _kind_chosen(talk, kind, item) if kind else Unclear(talk.say("bulky.kind_unclear"))


def _other_item(talk: Talk, given: Answer, item: Item) -> Outcome | None:
    """Another thing named where the kinds of this one are asked: that one is meant instead."""
    if given.means_else or not given.text or len(given.text) > dictionary.LONGEST_WORD:
        return None
    found = find(talk, given.text)
    if not is_sure(talk, given.text, found) or found[0] == item.id:
        return None
    if found[0].startswith(REFUSED):
        return Go("item", clean(talk.form), not_taken(talk, found[0]))
    return picked(talk, found[0])


def _kind_chosen(talk: Talk, kind: Kind, item: Item) -> Outcome:
    room = room_for(talk, kind.id)
    if not room:
        return Go("basket", clean(talk.form), full(talk))
    return Go("count", clean(talk.form, pick=item.id, kind=kind.id))


def _ask_count(talk: Talk) -> Question:
    kind = book_of(talk).kind(str(talk.form.get("kind", "")))
    room = room_for(talk, kind.id) if kind else 1
    choices = [
        Choice(str(n), talk.say("bulky.pieces", count=n), words=(f"{n}個", f"{n}こ", f"{n}枚"))
        for n in range(1, room + 1)
    ]
    more = Choice("more", talk.say("bulky.more_pieces"), words=("ほか", "もっと"))
    if kind is None:
        return Question(talk.say("bulky.ask_count_plain"), (*choices, more))
    fee = yen(kind.fee, talk.facts.resident.language)
    lead = [talk.say("bulky.ask_count", item=kind.whole, fee=fee)]
    lead += [talk.say("bulky.size_line", size=talk.of_pack(kind.size))] if kind.size and not kind.name else []
    return Question("\n".join(lead), (*choices, more))


def _take_count(talk: Talk, given: Answer) -> Outcome:
    kind = book_of(talk).kind(str(talk.form.get("kind", "")))
    if kind is None:
        return Go("item", clean(talk.form))
    if given.choice == "more" or any(number > room_for(talk, kind.id) for number in given.numbers):
        return Again(full(talk))
    if not (given.choice.isdigit() and 1 <= int(given.choice) <= room_for(talk, kind.id)):
        return Unclear(talk.say("bulky.count_unclear"))
    return Go("basket", clean(talk.form, items=with_more(talk, kind, int(given.choice))))


def _item_shown(talk: Talk) -> str:
    item = _item(talk)
    return item.name if item else ""


STEPS = {
    "item": Step("items", _ask_item, take_item, _item_shown),
    "which": Step("items", _ask_which, _take_which),
    "kind": Step("items", _ask_kind, _take_kind),
    "count": Step("items", _ask_count, _take_count),
}
