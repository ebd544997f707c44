"""「市のお知らせ」 and 「防犯・交通」: what the town sent last on a subject, then its own pages."""

from __future__ import annotations

from bot_flows import guide
from bot_flows.notice_facts import AskNotices, Sent
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.values import replace


def door_here(talk: Talk, subject: str) -> Reply:
    """The newest five, each with its page; where nothing was sent, or there are no pages, the town's own."""
    pages = guide.subject(talk, subject)
    sent = talk.facts.notices
    if sent is None:
        return replace(pages, effects=(AskNotices(subject),))
    if not sent or not talk.facts.public_url:
        return pages
    title = talk.say(f"guide.{subject}_title")
    first = talk.say("guide.latest", title=title, count=len(sent))
    lines = [
        talk.say("events.line_plain", when=talk.written(each.on), name=talk.quoted(each.title))
        for each in sent
    ]
    return Reply(
        "\n".join([first, *lines, pages.text]), (*(_page(talk, each) for each in sent), *pages.choices)
    )


def _page(talk: Talk, sent: Sent) -> Choice:
    address = f"{talk.facts.public_url}/n/{sent.token}?lang={talk.facts.resident.language}"
    return Choice(f"notice_{sent.token}", guide.cut_quoted(talk, sent.title), "page", opens=address)
