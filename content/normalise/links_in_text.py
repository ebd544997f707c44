"""Links and mail addresses in a sentence: each ends before Japanese text and is kept apart from it by a space."""

from __future__ import annotations

import re

from content.fields.folding import fold
from content.fields.links import MAIL, URL, WIDE_URL, is_host, put_right, trimmed
from content.fields.reading import Finding
from content.normalise.spots import Search, Spot

_HINT = re.compile(r"[:：][/／]{2}|[@＠]")
_JAPANESE_PATH = re.compile(
    r"[^\x00-\x7f\s、。，．（）「」『』【】]+(?:[/?#=&]|\.(?:html?|php|pdf|aspx?|jsp)\b)"
)
_WIDE_FOLLOWS = re.compile(r"[／．？＝＆＿＃％０-９Ａ-Ｚａ-ｚ]")
_NAME_FOLLOWS = re.compile(r"[一-龠々ァ-ヺ]")
_WORD = re.compile(r"[^\W_]")
_TOUCHES_MAIL = re.compile(r"[^\W_]|[:：;；、。，・/／]")
"""Many recognisers begin a mail address only after a space or an opening bracket."""
_BROKEN = (
    "このリンクは途中で切れているか、書きまちがいがあります。ページを開いて、アドレスを写し直してください。"
)
_JAPANESE = (
    "リンクのどこまでがアドレスか分かりません。ブラウザーでページを開き、アドレスを写し直してください。"
)


def links_in(text: str, folded: str) -> tuple[Search, Search]:
    """(links, mails). A link is looked for as it was typed, a mail address in the folded text."""
    links, mails = Search(), Search()
    if _HINT.search(text):
        _links(text, links)
        _mails(text, folded, mails, [*links.left, *((spot.start, spot.end) for spot in links.spots)])
    return links, mails


def _links(text: str, search: Search) -> None:
    for match in WIDE_URL.finditer(text):
        found = URL.match(match[0])
        if found is None:
            _wide(text, match, search)
            continue
        url = trimmed(found[0])
        start, end = match.start(), match.start() + len(url)
        right = put_right(url)
        if right is None:
            _doubt(search, start, match.end(), "url-broken", _BROKEN)
        elif _goes_on(text, url, end):
            _doubt(search, start, match.end(), "url-japanese", _JAPANESE)
        else:
            search.spots.append(_apart(text, start, end, right, "url"))


def _wide(text: str, match: re.Match[str], search: Search) -> None:
    """A link typed in full-width letters: wholly so, or nothing is certain."""
    url = trimmed(fold(match[0]))
    right = put_right(url) if URL.fullmatch(url) else None
    if right is None:
        _doubt(search, match.start(), match.end(), "url-broken", _BROKEN)
    else:
        search.spots.append(_apart(text, match.start(), match.start() + len(url), right, "url"))


def _goes_on(text: str, url: str, end: int) -> bool:
    """Whether the address may go on in Japanese or full-width letters: then nobody knows where it ends."""
    if _JAPANESE_PATH.match(text, end) or _WIDE_FOLLOWS.match(text, end):
        return True
    return url[-1] in "/=_&?#" and url.count("/") > 2 and _NAME_FOLLOWS.match(text, end) is not None


def _apart(text: str, start: int, end: int, right: str, rule: str) -> Spot:
    """The link with a space on each side where a letter touches it."""
    touches = _TOUCHES_MAIL if rule == "mail" else _WORD
    before = " " if start and touches.match(text[start - 1]) else ""
    after = " " if end < len(text) and _WORD.match(text[end]) else ""
    name = f"{rule}-glued" if (before or after) and text[start:end] == right else rule
    return Spot(start, end, f"{before}{right}{after}", name, (right,))


def _mails(text: str, folded: str, search: Search, taken: list[tuple[int, int]]) -> None:
    position = 0
    while (sign := folded.find("@", position)) >= 0:
        match = MAIL.search(folded, max(position, sign - 65), sign + 256)
        position = max(sign + 1, match.end() if match else 0)
        if match is None or any(start < match.end() and match.start() < end for start, end in taken):
            continue
        name, _, host = match[0].rpartition("@")
        if not is_host(host) or ".." in name:
            _doubt(
                search,
                *match.span(),
                "mail",
                "このメールアドレスは読めません。書きまちがいがないか確認してください。",
            )
        else:
            search.spots.append(_apart(text, *match.span(), f"{name}@{host.lower()}", "mail"))


def _doubt(search: Search, start: int, end: int, rule: str, sentence: str) -> None:
    search.left.append((start, end))
    search.doubts.append(Finding(rule, start, sentence))
