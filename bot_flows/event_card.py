"""One event as an answer: what, when and where first, the standard text, and a card with its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode

from bot_flows import event_full, facility_card, guide
from bot_flows.event_search import similar
from bot_flows.guide import LONGEST_ALT, cut, door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.town_facts import TownEvent
from bot_flows.types import Message
from content import cards, ics
from content import messages as line
from content.catalogue import notice_types
from content.fields.kinds import read
from content.notice import Notice
from content.standard import field_lines

MOST_BUTTONS, MOST_OTHERS = 4, 3
LONGEST = 3_000
"""Characters of the standard text in one bubble; the page has all of it."""
LONGEST_FACT = 60
LONGEST_VALUE = 120
LONGEST_FORM = 1_000
_FREE = ("無料", "0円")
_YEN = re.compile(r"¥([0-9,]+)")
_ABOVE = ("イベント名", "開催日")
"""Fields the first line has said."""
_HIDDEN = frozenset({"位置"})
_ROWS = ("対象者", "料金", "定員", "申込期限", "持ち物")
_ON_LIST = ("apply", "calendar", "map")
"""What the small card of a list offers beside the whole event."""
_APPLYING = ("apply", "pay")
LABELS = {
    "主催者": "host",
    "内容": "content",
    "対象者": "who",
    "定員": "places",
    "参加申込": "apply",
    "詳細情報": "web",
    "料金": "price",
    "開催日": "day",
    "時間": "hours",
    "会場": "venue",
    "住所": "address",
    "アクセス": "access",
    "駐車場": "parking",
    "問合先": "section",
    "連絡先": "phone",
    "備考": "note",
    "持ち物": "bring",
    "申込期限": "until",
    "支払い": "pay",
    "メール": "mail",
    "郵便番号": "postcode",
}
"""Fields of the list whose label has a sentence."""
_ANY_DAY = date(2000, 1, 1)
_Fields = tuple[tuple[str, str], ...]


def when(talk: Talk, event: TownEvent) -> str:
    """「12月5日（土）」, 「11月20日（金）〜11月29日（日）」; today's and tomorrow's are called so."""
    if event.first == event.last:
        return talk.called(event.first)
    return f"{talk.written(event.first)}〜{talk.written(event.last)}"


def one(talk: Talk, event: TownEvent) -> Reply:
    """The whole event; a cancelled or past one says so first and offers others."""
    today = talk.facts.now.date()
    if event.is_cancelled or event.last < today:
        return _over(talk, event)
    place = event.notice.get("会場").split("\n")[0]
    hours = talk.quoted(event.notice.get("時間"))
    day = " ".join(filter(None, (when(talk, event), hours)))
    first = (
        talk.say("events.one_at", name=event.name, when=day, place=place)
        if place
        else talk.say("events.one", name=event.name, when=day)
    )
    closed = event_full.closed(talk, event)
    fields = {label: text for label, text in event.notice.fields.items() if label not in _HIDDEN}
    standard = _standard(talk, fields)
    others = others_than(talk, event) if closed else ()
    similar_ = talk.say("events.similar") if others else ""
    text = "\n".join(filter(None, (first, closed, similar_, "", _shortened(standard))))
    waits = event_full.choices(talk, event) if event.is_full else ()
    choices = _buttons(talk, event, is_closed=bool(closed))
    rows = [(_label(talk, label), _value(talk, label, fields[label])) for label in _ROWS if fields.get(label)]
    where = [talk.quoted(cut(place, LONGEST_VALUE))] if place else []
    card = line.card(
        _alt(talk, event, day),
        event.name,
        [cut(day, LONGEST_VALUE), *where, *rows],
        [guide.opener(each) for each in (*waits, *choices)[:MOST_BUTTONS]],
    )
    back = door(talk.say("events.back_to_list"), "menu", "events")
    google = () if closed else _google(talk, event)
    return Reply(text, (*waits, *others, *choices, *google, back), cards=(card,))


def _label(talk: Talk, label: str) -> str:
    return talk.say(f"events.field_{LABELS[label]}") if label in LABELS else talk.quoted(label)


def _value(talk: Talk, label: str, text: str) -> str:
    """A field as the list has it, a price as it is spoken, a price of nothing and a last day in the reader's language."""
    if label == "料金":
        return _price(talk, text)
    if not talk.is_abroad:
        return cards.short_dates(text)[:LONGEST_VALUE]
    day = read("date", text, today=_ANY_DAY).value if label == "申込期限" else None
    return talk.written(day) if isinstance(day, date) else talk.quoted(cut(text, LONGEST_VALUE))


def _price(talk: Talk, text: str) -> str:
    """「300円」 for the standard text's 「¥300」; one amount alone is said in the reader's language."""
    if talk.is_abroad and text in _FREE:
        return talk.say("events.free")
    if whole := _YEN.fullmatch(text):
        return talk.say("bulky.yen", amount=whole[1])
    return talk.quoted(cut(_YEN.sub(r"\1円", text), LONGEST_VALUE))


def _standard(talk: Talk, fields: Mapping[str, str]) -> str:
    """The standard text; in another language its labels are said and what the town wrote is quoted."""
    if not talk.is_abroad:
        return "\n".join(field_lines(fields))
    told = ((label, text) for label, text in fields.items() if label not in _ABOVE)
    return "\n".join(
        f"{_label(talk, label)}: {_value(talk, label, text) if label in _ROWS else talk.of_pack(text)}"
        for label, text in told
    )


def _alt(talk: Talk, event: TownEvent, day: str) -> str:
    if not talk.is_abroad:
        return cards.alt_text(event.notice, talk.facts.town.name)
    return cut(
        talk.say("events.alt", what=talk.facts.town.name, first=f"{day} {talk.quoted(event.name)}"),
        LONGEST_ALT,
    )


def carousel(
    talk: Talk, alt: str, shown: Sequence[tuple[TownEvent, int | None]], doors: Sequence[Choice]
) -> Message:
    """A card for each event of a list and its distance, its calendar and map one touch away; the last button opens the
    whole event."""
    bubbles = [_small(talk, event, far, opens) for (event, far), opens in zip(shown, doors, strict=True)]
    return line.flex(alt, line.carousel(bubbles))


def _small(talk: Talk, event: TownEvent, metres: int | None, opens: Choice) -> line.Component:
    day = " ".join(filter(None, (when(talk, event), talk.quoted(event.notice.get("時間")))))
    facts = ((label, event.notice.get(label).split("\n")[0]) for label in ("会場", "対象者", "料金"))
    told = [_value(talk, label, cut(text, LONGEST_FACT)) for label, text in facts if text]
    if metres is not None:
        told.insert(1, talk.say("events.far", distance=facility_card.distance(metres)))
    closed = event_full.closed(talk, event)
    body = [
        line.words(event.name, size="lg", bold=True),
        line.words(day, bold=True, margin="md"),
        *(line.words(each, margin="md") for each in (*told, closed) if each),
    ]
    choices = _buttons(talk, event, is_closed=bool(closed))
    buttons = [guide.opener(each) for each in choices if each.id in _ON_LIST]
    footer = line.box(
        "vertical", [line.button(each) for each in (*buttons, guide.opener(opens))], spacing="sm"
    )
    return line.bubble(line.box("vertical", body), footer)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _over(talk: Talk, event: TownEvent) -> Reply:
    first = (
        talk.say("events.cancelled", name=event.name)
        if event.is_cancelled
        else talk.say("events.ended", name=event.name, when=talk.written(event.last))
    )
    others = others_than(talk, event)
    back = door(talk.say("events.back_to_list"), "menu", "events")
    text = f"{first}\n{talk.say('events.similar')}" if others else first
    return Reply(text, (*others, back))


def others_than(talk: Talk, event: TownEvent) -> tuple[Choice, ...]:
    """What else can be had: the same event on another day by its day, others by name."""
    alike = similar(talk.facts.town.events, event, talk.facts.now.date())
    found = [each for each in alike if not event_full.closed(talk, each)][:MOST_OTHERS]
    return tuple(
        door(
            cut(f"{talk.day_label(each.first)} {each.name}" if each.name == event.name else each.name),
            "events",
            "show",
            id=each.id,
        )
        for each in found
    )


def _buttons(talk: Talk, event: TownEvent, *, is_closed: bool) -> list[Choice]:
    """The buttons the notice's fields allow, the calendar among them; no application after its last day."""
    fields = tuple(event.notice.fields.items())
    acts = _acts(event.notice.type, fields, calendar_url(talk, event), talk.facts.town.name)
    kept = [each for each in acts if not (is_closed and each.kind in _APPLYING)]
    return [Choice(f"{a.kind}{a.number}", _button(talk, a), "page", opens=a.address) for a in kept]


@lru_cache(maxsize=1024)
def _acts(type_id: str, fields: _Fields, calendar: str, town: str) -> tuple[cards.Act, ...]:
    """Remembered by what the notice says, because a list shows the same events to everybody."""
    links = cards.Links(page="", calendar=calendar)
    return tuple(cards.acts(Notice(type_id, dict(fields)), notice_types()[type_id], links, town))


def _button(talk: Talk, act: cards.Act) -> str:
    if act.number:
        return talk.say("guide.call_number", number=act.number)
    return talk.say(f"events.button_{act.kind}")


def calendar_url(talk: Talk, event: TownEvent) -> str:
    """The event's .ics on the product's own pages; without their address a calendar form that LINE can open."""
    if talk.facts.public_url:
        return f"{talk.facts.public_url}/e/{event.id}.ics"
    return _calendar_form(event.name, event.notice.type, tuple(event.notice.fields.items()))


def _google(talk: Talk, event: TownEvent) -> tuple[Choice, ...]:
    """The form of Google's calendar beside the file, for who has no other; LINE opens addresses up to 1000 letters."""
    form = _calendar_form(event.name, event.notice.type, tuple(event.notice.fields.items()))
    if not talk.facts.public_url or not form or len(form) > LONGEST_FORM:
        return ()
    return (Choice("google", talk.say("events.button_google"), "page", opens=form),)


@lru_cache(maxsize=1024)
def _calendar_form(name: str, type_id: str, fields: _Fields) -> str:
    notice = Notice(type_id, dict(fields))
    moment = next(ics.moments(notice), None)
    if moment is None:
        return ""
    start, end = (_stamp(each) for each in moment)
    place = " ".join(filter(None, (notice.get("会場"), notice.get("住所"))))
    values = {"action": "TEMPLATE", "text": name, "dates": f"{start}/{end}", "ctz": "Asia/Tokyo"}
    values |= {"location": place} if place else {}
    return f"https://calendar.google.com/calendar/render?{urlencode(values, quote_via=quote)}"


def _stamp(moment: date) -> str:
    return f"{moment:%Y%m%dT%H%M%S}" if hasattr(moment, "hour") else f"{moment:%Y%m%d}"
