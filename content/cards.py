"""A notice as LINE messages: first the standard text, then a card with buttons.

The text alone is a whole answer (a screen reader, a watch, a PC); the card adds buttons. The alt text says who
sends it, what it is and until when in at most 60 characters, since that is what the notification shows.
A type of tier T2S or T3 says in LINE only that there is something, and leads to the page behind the sign-in
(government guideline of 30 April 2021 on LINE).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from content import links as addresses
from content import messages as line
from content.catalogue import ActionKind, NoticeType
from content.fields.kinds import read
from content.fields.values import Phone
from content.ics import moments
from content.limits import grapheme_len
from content.notice import Notice
from content.places import place_of
from content.render.short import cut, line_text

ALT_MOST = 60
VALUE_MOST = 120
"""Longest value on a card, in characters; the text above the card has all of it."""
_YEAR = re.compile(r"([0-9]{4})年(?=[0-9]{1,2}月)")
_ANY_DAY = date(2000, 1, 1)
"""Telephone numbers do not depend on today."""
_DATE_KINDS = ("date", "dates", "period")


def _as_it_is(_label: str, url: str) -> str:
    return url


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses and words around a notice that only the sender of it knows.

    ``page``     the notice's public page, https
    ``calendar`` its .ics, https; "" for none
    ``topics``   names of the topics the audience chose (「イベント」): the card says which setting caused it
    ``settings`` postback data that opens the settings; "" sends the word 受信設定 instead
    ``sender``   section and telephone shown on notices of tier T2S and T3, from the town's fixed register
    ``track``    makes a counted address out of (label, address); never asked for ``tel:``
    """

    page: str
    calendar: str = ""
    topics: tuple[str, ...] = ()
    settings: str = ""
    sender: tuple[str, str] = ("", "")
    track: Callable[[str, str], str] = _as_it_is


@dataclass(frozen=True, slots=True)
class Act:
    """One button before it is one: what it does tells it, so that a conversation may say its label in any language."""

    kind: ActionKind
    label: str
    address: str
    number: str = ""
    """Of a button for one short number: 「119」."""


BUTTONS: tuple[tuple[ActionKind, str], ...] = (
    ("apply", "申しこむ"),
    ("pay", "支払う"),
    ("calendar", "カレンダーに入れる"),
    ("map", "地図"),
    ("call", "電話"),
    ("web", "くわしく"),
)
"""At most six, in this order. The way there opens from the map."""
_OPEN = "ページを開く"
_MAIN = ("申しこむ", "支払う", "くわしく", _OPEN)
"""The first of these that is there stands out. Never the telephone: in a disaster a thousand people would ring."""
_SHORT = ("地図", "電話", "支払う", "くわしく")
"""Labels that still fit when two buttons share a line and the letters are large."""


def notice_messages(notice: Notice, links: Links, town: str) -> list[line.Message]:
    """LINE's ``messages`` array for one notice: the standard text, then the card.

    ``town`` is the town's name. Raises KeyError for a type the catalogue does not have.
    """
    kind = notice.kind
    if kind is None:
        raise KeyError(notice.type)
    if kind.personal:
        return _neutral(links, town)
    contents = line.bubble(
        line.box("vertical", _body(notice, kind, town)), _footer(notice, kind, links, town)
    )
    return [line.text(line_text(notice, town, links.page)), line.flex(alt_text(notice, town), contents)]


def alt_text(notice: Notice, town: str) -> str:
    """Who, what, until when, in at most 60 characters: 「汐野市：冬まつり 12月5日（土）10:00-12:00 申込は11月27日（金）まで」."""
    kind = notice.kind
    if kind is None or kind.personal:
        return cut(_NEUTRAL_TITLE.format(town=town), ALT_MOST)
    card = kind.card
    day, *hours = [*(_first_of(short_dates(notice.get(label))) for label in card.when), ""]
    said = {"when": day, "until": _until(notice, card.until), "hours": " ".join(filter(None, hours))}
    said["where"] = notice.first(card.where).split("\n")[0]
    head = cut(f"{town}：{notice.get(card.headline) or kind.title}", ALT_MOST)
    room, kept = ALT_MOST - grapheme_len(head), set[str]()
    for name, words in said.items():
        if words and grapheme_len(words) < room:
            kept.add(name)
            room -= grapheme_len(words) + 1
    if not kept and day:
        shown = cut(day, ALT_MOST // 2)
        return f"{cut(head, ALT_MOST - 1 - grapheme_len(shown))} {shown}"
    return " ".join([head, *(said[name] for name in ("when", "hours", "until", "where") if name in kept)])


def _first_of(several: str) -> str:
    """「10:00-12:00ほか」 for 「10:00-12:00、13:00-17:00」."""
    first, comma, _ = several.partition("、")
    return f"{first}ほか" if comma else first


def _until(notice: Notice, label: str) -> str:
    """「申込は11月27日（金）まで」 for the field 申込期限; "" when it says nothing."""
    day = short_dates(notice.get(label)) if label else ""
    what = label.removesuffix("期限")
    return f"{what}は{day.removesuffix('まで')}まで" if day else ""


def short_dates(text: str) -> str:
    """「2026年12月5日（土）」 as 「12月5日（土）」, unless the text names several years."""
    years = set(_YEAR.findall(text))
    return _YEAR.sub("", text) if len(years) == 1 else text


def _body(notice: Notice, kind: NoticeType, town: str) -> Iterator[line.Component]:
    """What, when, where, and the rows the type declares. Two sizes of letters."""
    card = kind.card
    yield line.words(f"{town} {kind.title}", color=line.QUIET)
    yield line.words(_shown(notice.get(card.headline)) or kind.title, size="lg", bold=True, margin="sm")
    yield line.separator(margin="lg")
    when = short_dates("\n".join(filter(None, map(notice.get, card.when))))
    if when:
        yield line.words(_shown(when), bold=True, margin="lg")
    where = "\n".join(filter(None, map(notice.get, card.where)))
    if where:
        yield line.words(_shown(where), margin="md")
    for label in card.rows:
        if notice.get(label):
            yield _row(label, _shown(_row_text(notice, kind, label)))


def _row_text(notice: Notice, kind: NoticeType, label: str) -> str:
    spec = kind.field(label)
    text = notice.get(label)
    return short_dates(text) if spec and spec.kind in _DATE_KINDS else text


def _shown(text: str) -> str:
    return cut(text, VALUE_MOST)


def _row(label: str, value: str) -> line.Component:
    parts = [line.words(label, color=line.QUIET, flex=2), line.words(value, flex=5)]
    return line.box("horizontal", parts, spacing="sm", margin="md")


def _footer(notice: Notice, kind: NoticeType, links: Links, town: str) -> line.Component:
    return line.box("vertical", [*_rows_of(buttons(notice, kind, links, town)), *_why(links)], spacing="sm")


def buttons(notice: Notice, kind: NoticeType, links: Links, town: str) -> list[line.Action]:
    """``acts`` as LINE has them."""
    return [line.uri(each.label, each.address) for each in acts(notice, kind, links, town)]


def acts(notice: Notice, kind: NoticeType, links: Links, town: str) -> list[Act]:
    """The actions whose field is filled, in the order of BUTTONS; 「くわしく」 is always there."""
    found = [Act(act, label, _address(act, notice, kind, links, town)) for act, label in BUTTONS]
    dialled = {each.address for each in found}
    short = (
        Act("call", f"{number}に電話", addresses.tel_uri(number), number)
        for number in _short_numbers(notice, kind)
    )
    found += [each for each in short if each.address not in dialled]
    return [each for each in found if each.address]


def _short_numbers(notice: Notice, kind: NoticeType) -> Iterator[str]:
    """119, #7119 and the like: phones do not find them in a text, so each gets a button of its own."""
    for label in kind.actions.get("call", ()):
        spec = kind.field(label)
        found = read(spec.kind, notice.get(label), today=_ANY_DAY).value if spec else None
        phones = found if isinstance(found, tuple) else ()
        yield from (each.number for each in phones if isinstance(each, Phone) and each.is_short)


def _address(act: ActionKind, notice: Notice, kind: NoticeType, links: Links, town: str) -> str:
    labels = kind.actions.get(act, ())
    text = notice.first(labels)
    label = dict(BUTTONS)[act]
    match act:
        case "calendar":
            has_day = links.calendar and any(True for _ in moments(notice))
            return addresses.external(links.track(label, links.calendar)) if has_day else ""
        case "call":
            return addresses.tel_uri(text)
        case "map":
            place = place_of(notice, town)
            return links.track(label, addresses.map_url(place)) if place else ""
        case "web":
            return links.track(label, addresses.first_url(text) or links.page)
        case _:
            page = addresses.first_url(text)
            counted = links.track(label, page) if page else ""
            return addresses.external(counted) if page and addresses.needs_own_browser(page) else counted


def _rows_of(actions: Sequence[line.Action]) -> Iterator[line.Component]:
    """The main button alone on its line, the others below it; two short ones share a line."""
    main = min(
        (a for a in actions if a["label"] in _MAIN), key=lambda a: _MAIN.index(a["label"]), default=None
    )
    if main is not None:
        yield line.button(main, primary=True)
    rows: list[list[line.Action]] = []
    for action in (each for each in actions if each is not main):
        if rows and len(rows[-1]) == 1 and {action["label"], rows[-1][0]["label"]} <= set(_SHORT):
            rows[-1].append(action)
        else:
            rows.append([action])
    for row in rows:
        shown = [line.button(action) for action in row]
        yield line.box("horizontal", shown, spacing="sm") if len(shown) > 1 else shown[0]


def _why(links: Links) -> Iterator[line.Component]:
    """Which setting caused this, and the way to change it."""
    names = "".join(f"「{name}」" for name in links.topics)
    why = f"{names}の設定で届きました。" if names else "受け取る内容は、いつでも変えられます。"
    label = "この配信の設定"
    action = (
        line.postback(label, links.settings, shown=label)
        if links.settings
        else line.message(label, "受信設定")
    )
    yield line.separator(margin="md")
    yield line.words(why, color=line.QUIET, margin="md")
    yield line.button(action)


# ---- tiers T2S and T3: that there is something, never what ---------------------------------------------

_NEUTRAL_TITLE = "{town}から手続きのお知らせがあります"
_NEUTRAL = "{town}から手続きのお知らせがあります。\n次のページを開いて、確認してください。\n{page}"
_NEVER_ASKED = "LINEで口座番号や暗証番号をお尋ねすることはありません。"


def _neutral(links: Links, town: str) -> list[line.Message]:
    section, phone = links.sender
    sender = " ".join(filter(None, (town, section, phone)))
    text = f"{_NEUTRAL.format(town=town, page=links.page)}\n\n{sender}\n{_NEVER_ASKED}"
    body = [
        line.words(_NEUTRAL_TITLE.format(town=town), size="lg", bold=True),
        line.words("内容は、本人を確認したあとのページで見られます。", margin="md"),
        line.words(sender, color=line.QUIET, margin="md"),
        line.words(_NEVER_ASKED, color=line.QUIET, margin="md"),
    ]
    actions = [line.uri(_OPEN, addresses.external(links.track(_OPEN, links.page)))]
    if call := addresses.tel_uri(phone):
        actions.append(line.uri("電話", call))
    footer = line.box("vertical", _rows_of(actions), spacing="sm")
    return [
        line.text(text),
        line.flex(
            cut(_NEUTRAL_TITLE.format(town=town), ALT_MOST), line.bubble(line.box("vertical", body), footer)
        ),
    ]
