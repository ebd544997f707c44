"""What every turn of every flow must keep, and what a resident reads and can press in it."""

from __future__ import annotations

import re
from typing import Any

from bot_flows.types import Turn
from content.languages import languages
from content.limits import problems_in
from content.sentences import catalogue

WAYS = ["もどる", "やめる", "人に聞く"]
WAYS_READ = [
    [catalogue()[key].texts.get(each, "") for key in ("way.back_label", "way.stop_label", "way.human_label")]
    for each in languages()
]
"""The ways out in every language."""
NEVER_SAID = ("エラー", "認識できません", "無効", "None")


def actions_in(messages: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Every action a resident can press, in order."""
    found: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("action"), dict):
                found.append(part["action"])
            for name, inner in part.items():
                if name != "action":
                    walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(list(messages))
    return found


def said_in(messages: tuple[dict[str, Any], ...]) -> str:
    """Every word residents see: texts, alternative texts, cards."""
    words: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            words.extend(str(part[name]) for name in ("text", "altText") if isinstance(part.get(name), str))
            for name, inner in part.items():
                if name not in ("action", "quickReply"):
                    walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(list(messages))
    return "\n".join(words)


def check(turn: Turn) -> None:
    """What holds for every turn of every flow."""
    assert len(turn.messages) <= 2, "more than two bubbles"
    if not turn.messages:
        return
    assert problems_in(turn.messages) == ()
    said = said_in(turn.messages)
    for word in NEVER_SAID:
        assert word not in said, f"{word} is said"
    assert turn.messages[0]["type"] == "text", "the answer stands in a text bubble"
    for message in turn.messages[:-1]:
        assert "quickReply" not in message, "only the last message's quick replies are shown"
    quick = [item["action"]["label"] for item in turn.messages[-1].get("quickReply", {}).get("items", [])]
    if turn.state.flow:
        assert quick[-3:] in WAYS_READ, f"{quick} are not the ways out (C09)"
    if turn.state.flow and turn.state.step not in ("summary", "kids"):
        # The summary and the list of children are lists to check, as long as what was entered.
        for message in turn.messages:
            spoken = re.sub(r"^\d+ .*$", "", message.get("text", ""), flags=re.M)
            assert _size(spoken) <= 120, f"{len(spoken)} characters in one bubble of a dialogue (C07)"
    texts = "\n".join(m["text"] for m in turn.messages if m["type"] == "text")
    for action in _must_be_numbered(turn.messages):
        label = action["label"]
        if not any(label in ways for ways in WAYS_READ) and turn.messages[0].get("type") == "text":
            assert re.search(rf"^\d+ ✓?{re.escape(label)}$", texts, re.M) or _is_topic_toggle(turn, label), (
                f"{label} has no number in the text"
            )


_ABROAD = "A-Za-zÀ-ɏḀ-ỿऀ-ॿ가-힣"
"""Letters of other scripts, those of Vietnamese with their marks among them."""


def _size(text: str) -> float:
    """Characters as Japanese counts them: readings in brackets and blanks of easy Japanese are no words of their
    own, and two letters of other scripts say about as much as one kana. A name in Japanese makes no Japanese text."""
    words = re.sub(r"https?://\S+", "", text)
    kana, others = (len(re.findall(letters, words)) for letters in ("[ぁ-んァ-ヶ]", f"[{_ABROAD}]"))
    if kana >= others or not re.search(f"[{_ABROAD}]{{4}}", text):
        return len(re.sub(r"（[ぁ-ん。 ]+）| ", "", text.strip()))
    return len(text.strip()) / 2


def _must_be_numbered(messages: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Every action, but of a list's cards only the one whose number in the text opens what the card is about."""
    found = []
    for message in messages:
        contents = message.get("contents") or {}
        if contents.get("type") != "carousel":
            found += actions_in((message,))
            continue
        for bubble in contents["contents"]:
            *others, opener = actions_in((bubble,))
            assert all(action["type"] == "uri" for action in others), "only links stand beside the number"
            found.append(opener)
        found += actions_in(({"quickReply": message.get("quickReply", {})},))
    return found


def _is_topic_toggle(turn: Turn, label: str) -> bool:
    """After a toggle only the next step is offered; the card above keeps its numbered buttons."""
    return turn.state.step in ("topics", "choose") and label == ""
