"""Who is here and what stands in their chats: residents with phones, a crowd without, and every friendship."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.sandbox.answers import Json

WEEK_MS = 7 * 24 * 3600 * 1000

SEEDED = (
    (1, "青葉 みのり", "子育て", "ja"),
    (2, "松原 たつお", "高齢", "ja"),
    (3, "Minh Anh", "外国人", "vi"),
    (4, "川辺 そら", "市外", "ja"),
    (5, "野々村 れん", "未登録", "ja"),
)
"""Made-up people: number, name, what they stand for, language. All begin as strangers."""


@dataclass(slots=True)
class Bubble:
    """One thing in a chat. ``side`` is bot, me or note; one bubble is shared by all who received it."""

    id: str
    side: str
    at: int
    message: Json
    quiet: bool = False
    endpoint: str = ""
    unsent: bool = False


@dataclass(slots=True)
class Resident:
    """Somebody with a phone. ``language`` as the profile tells it (BCP 47)."""

    user: str
    name: str
    about: str = ""
    language: str = "ja"
    spoke: int = 0
    follows: int = 0
    inbox: list[Bubble] = field(default_factory=list)
    loading_until: int = 0
    news: int = 0
    """Counts changes, so that a page knows when to look again."""


class Platform:
    """Friendships of everybody and the chats of those with a phone. Changes only through journal entries."""

    def __init__(self) -> None:
        self.residents: dict[str, Resident] = {}
        self.standing: dict[str, str] = {}
        """friend, blocked, stranger or gone, by user id; nobody else exists."""

    def reaches(self, user: str, now_ms: int) -> bool:
        """Whether a message arrives: friends, and strangers who wrote within 7 days."""
        return self.arrivals([user], now_ms)[0]

    def arrivals(self, users: list[str], now_ms: int) -> list[bool]:
        """For each user whether a message arrives (one pass: a multicast asks for 500 at a time)."""
        standing = self.standing.get
        return [
            (found := standing(user)) == "friend"
            or (found == "stranger" and self._wrote_lately(user, now_ms))
            for user in users
        ]

    def _wrote_lately(self, user: str, now_ms: int) -> bool:
        resident = self.residents.get(user)
        return resident is not None and 0 < now_ms - resident.spoke < WEEK_MS

    def friends(self) -> list[str]:
        return [user for user, standing in self.standing.items() if standing == "friend"]

    def on_resident(self, entry: Json) -> None:
        """A phone for somebody, new or from the crowd."""
        user = entry["user"]
        known = self.residents.get(user)
        if known is None:
            known = self.residents[user] = Resident(user, entry["name"])
        known.name, known.about, known.language = entry["name"], entry["about"], entry["language"]
        self.standing.setdefault(user, "stranger")

    def on_crowd(self, entry: Json) -> None:
        """Many people at once, without phones."""
        for user in entry["users"]:
            self.standing[user] = entry["standing"]

    def on_standing(self, entry: Json) -> None:
        self.standing[entry["user"]] = entry["standing"]
        resident = self.residents.get(entry["user"])
        if resident is not None:
            note = entry.get("note")
            if entry["standing"] == "friend":
                resident.follows += 1
            if note:
                self._put(resident, Bubble("", "note", entry["at"], {"type": "note", "text": note}))

    def on_said(self, entry: Json) -> None:
        """A resident's own message, or what a tap shows as one."""
        resident = self.residents[entry["user"]]
        if entry.get("message"):
            self._put(resident, Bubble(entry["id"], "me", entry["at"], entry["message"]))
        resident.spoke = entry["at"]

    def on_unsent(self, entry: Json) -> None:
        resident = self.residents[entry["user"]]
        for bubble in resident.inbox:
            if bubble.side == "me" and bubble.id == entry["id"]:
                bubble.unsent, bubble.message = True, {"type": "unsent"}
        resident.news += 1

    def on_sent(self, entry: Json) -> None:
        """What the account sent arrives on the phones it reaches."""
        bubbles: list[Bubble] = []
        for user in entry["to"] if entry["to"] is not None else self.friends():
            resident = self.residents.get(user)
            if resident is None or not self.reaches(user, entry["at"]):
                continue
            bubbles = bubbles or _bubbles(entry)
            for bubble in bubbles:
                self._put(resident, bubble)
            resident.loading_until = 0

    def _put(self, resident: Resident, bubble: Bubble) -> None:
        resident.inbox.append(bubble)
        resident.news += 1


def _bubbles(entry: Json) -> list[Bubble]:
    messages: list[Any] = entry["messages"]
    return [
        Bubble(sent["id"], "bot", entry["at"], message, entry["quiet"], entry["endpoint"])
        for sent, message in zip(entry["sent_messages"], messages, strict=True)
    ]


def as_json(bubble: Bubble) -> Json:
    """A bubble as the control API shows it."""
    return {
        "id": bubble.id,
        "side": bubble.side,
        "at": bubble.at,
        "message": bubble.message,
        "quiet": bubble.quiet,
        "endpoint": bubble.endpoint,
        "unsent": bubble.unsent,
    }
