"""「イベントを止めたい」, 「防犯の通知はいらない」: one topic that somebody does not want to hear of any more. Pure."""

from __future__ import annotations

import re

from bot_flows.outcomes import Talk
from bot_flows.words import fold, joined

_MAYBE = re.compile("止|とめ|やめ|い[らり]|要[らり]|停|不要")
_STOPS = re.compile(
    r"(?:だけ(?:を|は)?(?:止め|とめ|やめ|停止|い[らり]|要[らり]|不要)|を?(?:止めて|止めたい|とめて|とめたい|停止)"
    r"|の?(?:通知|お知らせ|おしらせ|配信|メッセージ)(?:だけ|を|は|も)*(?:止め|とめ|やめ|停止|い[らり]|要[らり]|不要)).{0,9}"
)
"""Said of the messages, since 「子育てをやめたい」 and 「ごみはいらない」 are no word about them."""


def stopped(talk: Talk, text: str) -> str:
    """The topic's id, an empty string when the text is something else."""
    if not _MAYBE.search(text):
        return ""
    said = fold(joined(text))
    names = ((fold(topic.name), topic.id) for topic in talk.facts.town.topics)
    return next(
        (topic for name, topic in names if said.startswith(name) and _STOPS.fullmatch(said[len(name) :])), ""
    )
