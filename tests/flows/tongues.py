"""What tests of the other languages share: a talk in one of them, and everything to be read in its last answer."""

from __future__ import annotations

from bot_flows.types import Incoming, Resident
from content.languages import EASY, offered
from content.sentences import catalogue
from tests.flows.bubbles import actions_in, said_in
from tests.flows.chat import Chat
from tests.flows.measure import sample_town

OTHERS = [each.code for each in offered() if each.code != "ja"]
KNOWN = Resident(
    topics=frozenset({"garbage"}), ward="中区", district="naka-02", reminder="-1 18:00", is_new=False
)
GARBAGE = {
    "en": "garbage",
    "zh-Hans": "垃圾",
    "zh-Hant": "垃圾",
    "ko": "쓰레기",
    "vi": "rác",
    "ne": "फोहोर",
    EASY: "ごみ",
}


def chat_in(code: str = "ja") -> Chat:
    chat = Chat(town=sample_town(), resident=KNOWN)
    if code != "ja":
        chat.does(Incoming("postback", f"f=language&a=set&id={code}"))
    return chat


def read_in(chat: Chat) -> str:
    """Everything to be read in the last answer, labels included."""
    labels = "\n".join(action["label"] for action in actions_in(chat.turn.messages) if action.get("label"))
    return f"{said_in(chat.turn.messages)}\n{labels}"


def label(key: str, code: str) -> str:
    return catalogue()[key].texts[code]
