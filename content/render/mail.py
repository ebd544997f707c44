"""A notice as a mail: the standard text, the same as HTML, and the calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from content.cards import alt_text
from content.ics import calendar
from content.notice import Notice
from content.render.page import page
from content.render.parts import Part
from content.standard import MORE, render

_LINE = 'style="margin:0 0 .6em"'


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends the notice and where it stands. ``uid``, ``sequence`` and ``stamp`` are the calendar file's."""

    town: str
    sender: str
    """Mail address of the section."""
    link: str
    uid: str
    sequence: int
    stamp: datetime


def mail(notice: Notice, envelope: Envelope) -> EmailMessage:
    """multipart/mixed of (text, HTML) and, if the notice has days, ``notice.ics``. The recipient is left open.

    Raises ValueError for a type that may not travel by mail (tiers T2S and T3: mail is read by the family too).
    """
    kind = notice.kind
    if kind is None or "mail" not in kind.channels:
        raise ValueError(f"{notice.type!r} may not be sent by mail")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(envelope.town, addr_spec=envelope.sender)
    message["Subject"] = " ".join(alt_text(notice, envelope.town).split())
    message["Date"] = envelope.stamp
    message.set_content(f"{render(notice, envelope.town)}\n【{MORE}】{envelope.link}\n")
    message.add_alternative(_html(notice, envelope), subtype="html")
    file = calendar(
        notice, uid=envelope.uid, sequence=envelope.sequence, url=envelope.link, stamp=envelope.stamp
    )
    if file:
        message.add_attachment(file, maintype="text", subtype="calendar", filename="notice.ics")
    return message


def _html(notice: Notice, envelope: Envelope) -> str:
    shown = page(notice, envelope.town)
    rows = "\n".join(
        f"<p {_LINE}>【{escape(row.label)}】{''.join(map(_piece, row.parts))}</p>" for row in shown.rows
    )
    buttons = "\n".join(
        f'<p {_LINE}><a href="{escape(url)}">{escape(words)}</a></p>' for words, url in shown.actions
    )
    return (
        f'<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"><title>{escape(shown.title)}</title></head>\n'
        f'<body style="font-size:16px;line-height:1.7;color:#1a1a1c">\n<p {_LINE}>{escape(envelope.town)} '
        f'{escape(shown.kind)}</p>\n<h1 style="font-size:1.4em">{escape(shown.title)}</h1>\n{rows}\n{buttons}\n'
        f'<p {_LINE}><a href="{escape(envelope.link)}">このお知らせのページ</a></p>\n</body></html>\n'
    )


def _piece(part: Part) -> str:
    text = escape(part.text).replace("\n", "<br>")
    return f'<a href="{escape(part.href)}">{text}</a>' if part.href else text
