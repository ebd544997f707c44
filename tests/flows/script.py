"""Runs conversations written as text. A resident stands behind it: effects change what the town knows.

> ごみ                    types this
> [設定する（1分）]         presses the button with this label (among the last messages)
> [時刻を選ぶ] 19:00        presses a picker's button and picks
> [[つぎへ]]               presses a button of an earlier message that has gone out of date
> {f=menu&a=garbage}      presses an area of the rich menu
> (tab safe)              opens a tab of the rich menu
> (follow)  (sticker)  (photo)  (photo M1)  (place 33.5 130.4)
<< exactly the first line of the first bubble
< part of what is said    !< not said       <> no message at all
* finish KODOMO-3         an effect wanted by this turn
@ minute 13               so many messages of this person within the last minute
@ follows 1182=light,1183=hole     reports this person hears of
@ disaster on | off       everybody sees the menu of a disaster
@ open | closed | no chat | staff end | hours over | near hole working 11月20日
@ page saved | taken east 2026-12-03 9 | order 1001 accepted sticker 2026-12-03 sofa/two 1 | number 4822 | holds end
@ known | new | wait 31m | now 2026-11-23 12:00 | topics garbage,events | district e01 | children 2026-05,2027-03?
= 6 taps                  touches since the conversation began or since the last 「@ count」
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot_flows.bulky_facts import (
    HOLD,
    Booked,
    BulkyEffect,
    BulkyFacts,
    CancelOrder,
    ConfirmOrder,
    MoveOrder,
    Order,
    PlaceOrder,
    SaidPaid,
)
from bot_flows.child_facts import MarkDone, StopChild, UndoDone
from bot_flows.damage_facts import DamageFacts, FileReport, JoinReport, NearReport, QuietReport
from bot_flows.engine import step
from bot_flows.mydata_facts import AskMyData, Erase, Got, Held, MyData, OpenPage, Stays
from bot_flows.person_facts import EndHandOver, HandOver, PersonFacts, ToStaff
from bot_flows.stop_facts import Attention, Pause, Restart, SetDigest, SetQuiet, StopAll, TellReason
from bot_flows.types import (
    Child,
    Effect,
    Facts,
    FinishSetup,
    ForgetSettings,
    Incoming,
    NoteUnknownWord,
    Resident,
    SetArea,
    SetChildren,
    SetLanguage,
    SetReminder,
    SetTopics,
    State,
    Turn,
)
from content.languages import languages
from content.limits import problems_in
from content.sentences import catalogue
from tests.flows.town import SmallTown, counter_in

JST = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=JST)
WAYS = ["もどる", "やめる", "人に聞く"]
WAYS_READ = [
    [catalogue()[key].texts.get(each, "") for key in ("way.back_label", "way.stop_label", "way.human_label")]
    for each in languages()
]
"""The ways out in every language."""
OPEN = PersonFacts(is_open=True, until="17時15分", opens="あした 11月24日（火） 8時45分")
CLOSED = PersonFacts(opens="あした 11月24日（火） 8時45分")
AT_THE_DESK = BulkyFacts(
    number=4821, page="https://midori.example.jp/my/bulky/TOKEN", holidays=frozenset({date(2026, 11, 23)})
)
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
        assert quick[-3:] in WAYS_READ, quick
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


def _size(text: str) -> float:
    """Characters as Japanese counts them: readings in brackets and blanks of easy Japanese are no words of their
    own, and two letters of other scripts say about as much as one kana. A name in Japanese makes no Japanese text."""
    words = re.sub(r"https?://\S+", "", text)
    kana, others = (len(re.findall(letters, words)) for letters in ("[ぁ-んァ-ヶ]", "[A-Za-zऀ-ॿ가-힣]"))
    if kana >= others or not re.search("[A-Za-zऀ-ॿ가-힣]{4}", text):
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


@dataclass
class Chat:
    """One resident, one conversation."""

    state: State = field(default_factory=State)
    resident: Resident = field(default_factory=Resident)
    now: datetime = NOON
    town: SmallTown = field(default_factory=SmallTown)
    taps: int = 0
    turn: Turn = field(default_factory=lambda: Turn(State(), ()))
    history: list[tuple[dict[str, Any], ...]] = field(default_factory=list)
    source: str = ""
    staff: PersonFacts = OPEN
    tokens: int = 0
    in_a_minute: int = 0
    in_disaster: bool = False
    damage: DamageFacts = field(default_factory=lambda: DamageFacts(number=1182))
    bulky: BulkyFacts = field(default_factory=lambda: AT_THE_DESK)
    asked: list[tuple[State, Incoming, Facts]] = field(default_factory=list)
    """What the engine was asked, turn by turn, for whoever wants to ask it again."""

    def does(self, incoming: Incoming) -> Turn:
        counter = counter_in(incoming.text) if incoming.kind == "text" else None
        facts = Facts(self.town, self.resident, self.now, counter, damage=self.damage, person=self.staff)
        facts = replace(facts, in_a_minute=self.in_a_minute, in_disaster=self.in_disaster, bulky=self.bulky)
        before = json.dumps(asdict(self.state), ensure_ascii=False)
        # Stored and read again between turns, as a restart would do.
        self.turn = step(State(**json.loads(before)), incoming, facts)
        if AskMyData() in self.turn.effects or self.state.flow == "mydata":
            # The application looks only when a turn says so, and takes it again.
            facts = replace(facts, mydata=self.mydata())
            self.turn = step(State(**json.loads(before)), incoming, facts)
        self.asked.append((self.state, incoming, facts))
        check(self.turn)
        json.dumps(asdict(self.turn.state))
        self.state = self.turn.state
        self.history.append(self.turn.messages)
        for effect in self.turn.effects:
            self.apply(effect)
        return self.turn

    def mydata(self) -> MyData:
        """What is held about this resident: as chosen, with two reports and a talk beside it."""
        kinds = {
            "settings": not self.resident.is_new,
            "children": len(self.resident.children),
            "reports": 2,
            "talks": 1,
            "notices": 12,
            "record": 1,
        }
        held = tuple(Held(kind, int(count)) for kind, count in kinds.items() if count)
        got = (Got(self.now.date() - timedelta(days=3), "秋の音楽会"),)
        self.tokens += 1
        token = f"{self.tokens:032}"
        stays = (Stays("支払いの記録", "5年"),)
        return MyData(
            held, got, stays, token=token, address=f"https://kairan.example.jp/my/{token}", number=220
        )

    def apply(self, effect: Effect) -> None:
        match effect:
            case SetTopics(topics):
                assert topics <= {topic.id for topic in self.town.topics}
                self.resident = replace(self.resident, topics=topics)
            case SetArea(ward, district, outside):
                assert not (outside and (ward or district))
                self.resident = replace(self.resident, ward=ward, district=district, outside=outside)
            case SetReminder(reminder):
                assert re.fullmatch(r"((-1|0) [0-2][0-9]:[0-5][0-9])?", reminder)
                self.resident = replace(self.resident, reminder=reminder)
            case SetChildren(children):
                assert len(children) <= 6 and all(child.birth_month.day == 1 for child in children)
                self.resident = replace(self.resident, children=children)
            case SetLanguage(language):
                self.resident = replace(self.resident, language=language)
            case FinishSetup(source):
                self.resident, self.source = replace(self.resident, is_new=False), source
            case ForgetSettings():
                self.resident = Resident()
            case HandOver() | EndHandOver():
                self.staff = replace(self.staff, with_staff=isinstance(effect, HandOver))
            case PlaceOrder() | ConfirmOrder() | SaidPaid() | MoveOrder() | CancelOrder():
                self.bulky = _ordered(self.bulky, effect, self.now)
            case MarkDone() | UndoDone() | StopChild():
                children = tuple(_marked(child, effect) for child in self.resident.children)
                self.resident = replace(self.resident, children=children)
            case Erase(scope):
                # As the application does: a deletion leaves no drafts and nothing remembered.
                self.state = State(nonce=self.state.nonce)
                self.resident = Resident() if scope == "all" else self.resident
                if scope == "children":
                    self.resident = replace(self.resident, children=())
            case StopAll() | Pause() | Restart() | SetDigest() | SetQuiet():
                self.resident = replace(self.resident, attention=_attended(self.resident.attention, effect))

    # ---- what a resident can do ------------------------------------------------------------------

    def types(self, text: str) -> Turn:
        self.taps += 1
        return self.does(Incoming("text", text))

    def presses(self, label: str, picked: str = "", *, old: bool = False) -> Turn:
        action = self._old(label) if old else self._new(label)
        if action["type"] in ("location", "camera", "cameraRoll", "clipboard", "uri"):
            raise AssertionError(f"[{label}] opens something of the phone: send (place …) or (photo …)")
        self.taps += 3 if picked else 1
        params = {("time" if ":" in picked else "date"): picked} if picked else {}
        return self.does(Incoming("postback", action["data"], params))

    def _new(self, label: str) -> dict[str, Any]:
        # A card stays tappable while its question is open; quick replies belong to the last message.
        for messages in [self.turn.messages, *reversed(self.history[-3:])]:
            for action in actions_in(messages):
                if action["label"] == label:
                    return action
        raise AssertionError(f"no button [{label}] in: {said_in(self.turn.messages)}")

    def _old(self, label: str) -> dict[str, Any]:
        for messages in self.history[:-1]:
            for action in actions_in(messages):
                if action["label"] == label:
                    return action
        raise AssertionError(f"no old button [{label}]")


def _marked(child: Child, effect: MarkDone | UndoDone | StopChild) -> Child:
    """A child after an effect, as the application keeps it."""
    if child.number != effect.number:
        return child
    match effect:
        case MarkDone(_, window):
            return replace(child, done=child.done | {window})
        case UndoDone(_, window):
            return replace(child, done=child.done - {window})
        case StopChild(_, on):
            return replace(child, stopped=on)


def _attended(now: Attention, effect: StopAll | Pause | Restart | SetDigest | SetQuiet) -> Attention:
    match effect:
        case StopAll(emergencies):
            return replace(now, stopped="all" if emergencies else "ordinary")
        case Pause(until):
            return replace(now, paused_until=until)
        case Restart():
            return replace(now, stopped="", paused_until=None)
        case SetDigest(on):
            return replace(now, digest=on)
        case SetQuiet(hours):
            return replace(now, quiet=hours)


def _ordered(known: BulkyFacts, effect: BulkyEffect, now: datetime) -> BulkyFacts:
    """The resident's orders after an effect, as the application keeps them."""
    match effect:
        case PlaceOrder() as asked:
            order = Order(
                asked.number, asked.lines, asked.area, asked.day, "accepted", asked.payment, asked.house
            )
            if asked.held:
                order = replace(order, state="held", hold_until=now + HOLD)
            others = [each for each in known.orders if (each.state, each.payment) != ("held", "due")]
            return replace(known, orders=(*others, order))
        case CancelOrder(number):
            return replace(known, orders=tuple(each for each in known.orders if each.number != number))
    changes: dict[str, Any] = {}
    match effect:
        case ConfirmOrder(_, payment):
            changes = {"state": "accepted", "payment": payment, "hold_until": None}
        case SaidPaid():
            changes = {"payment": "checking"}
        case MoveOrder(_, day):
            changes = {"day": day, "stopped": False}
    changed = [replace(each, **changes) if each.number == effect.number else each for each in known.orders]
    return replace(known, orders=tuple(changed))


def _effect_words(effect: Effect) -> str:
    match effect:
        case PlaceOrder() as asked:
            goods = ",".join(f"{line.kind}×{line.count}@{line.fee}" for line in asked.lines)
            how = [asked.house, asked.payment, *(["held"] if asked.held else [])]
            return f"place {asked.number} {goods} {asked.area} {asked.district} {asked.day} {' '.join(how)}"
        case ConfirmOrder(number, payment):
            return f"confirm {number} {payment}"
        case SaidPaid(number):
            return f"said paid {number}"
        case MoveOrder(number, day):
            return f"move {number} {day}"
        case CancelOrder(number):
            return f"cancel {number}"
        case SetTopics(topics):
            return f"topics {','.join(sorted(topics))}"
        case SetArea(_, district, outside):
            return f"area {'outside' if outside else district}"
        case SetReminder(reminder):
            return f"reminder {reminder or 'never'}"
        case SetChildren(children):
            return (
                "children " + ",".join(f"{c.birth_month:%Y-%m}{'?' if c.expected else ''}" for c in children)
            ).strip()
        case FinishSetup(source):
            return f"finish {source}".strip()
        case NoteUnknownWord(kind, word):
            return f"unknown {kind} {word}"
        case ForgetSettings():
            return "forget"
        case FileReport() as report:
            where = "{:.2f},{:.2f}".format(*report.position) if report.position else report.place
            known = [
                report.number,
                report.kind,
                where,
                report.district or "-",
                ",".join(report.photos) or "-",
            ]
            return f"file {' '.join(map(str, known))} {report.words}".strip()
        case JoinReport(report_id):
            return f"join {report_id}"
        case QuietReport(number):
            return f"quiet {number}"
        case HandOver(section):
            return f"hand over {section}"
        case ToStaff() as said:
            live = "" if said.live else " later"
            return f"to staff{live} {said.section} {said.text or said.message_id}"
        case EndHandOver():
            return "end hand over"
        case StopAll(emergencies):
            return "stop all" if emergencies else "stop ordinary"
        case Pause(until):
            return f"pause {until:%Y-%m-%d}"
        case Restart():
            return "restart"
        case SetDigest(on):
            return f"digest {'on' if on else 'off'}"
        case SetQuiet((first, last)):
            return f"quiet {first}-{last}"
        case TellReason(name):
            return f"reason {name}"
        case OpenPage(token):
            return f"page {int(token)}"
        case MarkDone(number, window):
            return f"done {number} {window}"
        case UndoDone(number, window):
            return f"undone {number} {window}"
        case StopChild(number, on):
            return f"child {number} {'stopped' if on else 'heard'}"
        case Erase(scope, number):
            return f"erase {scope} {number}"
    return str(effect)


def run(text: str) -> Chat:
    """A whole conversation; an AssertionError names the line."""
    chat = Chat()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                _line(chat, line.strip())
            except AssertionError as reason:
                said = said_in(chat.turn.messages)
                raise AssertionError(f"line {number}: {line}\n{reason}\n--- said:\n{said}") from reason
    return chat


def _line(chat: Chat, line: str) -> None:
    mark, _, rest = line.partition(" ")
    match mark:
        case ">":
            _resident(chat, rest)
        case "<<":
            assert chat.turn.messages[0]["text"].splitlines()[0] == rest
        case "<":
            assert rest in said_in(chat.turn.messages)
        case "!<":
            assert rest not in said_in(chat.turn.messages)
        case "<>":
            assert chat.turn.messages == ()
        case "*":
            assert rest in [_effect_words(effect) for effect in chat.turn.effects], chat.turn.effects
        case "!*":
            assert chat.turn.effects == ()
        case "@":
            _stage(chat, rest)
        case "=":
            assert chat.taps == int(rest.split()[0]), f"{chat.taps} taps"
        case _:
            raise ValueError(line)


def _resident(chat: Chat, does: str) -> None:
    button = re.fullmatch(r"\[(\[?)([^\[\]]+)\]?\](?: (\S+))?", does)
    if button:
        chat.presses(button[2], button[3] or "", old=bool(button[1]))
    elif does.startswith("{"):
        chat.taps += 1
        chat.does(Incoming("postback", does[1:-1]))
    elif does == "(follow)":
        chat.does(Incoming("follow"))
    elif does.startswith("(tab "):
        alias = does[5:-1]
        chat.does(
            Incoming("postback", f"f=tab&a={alias}", {"newRichMenuAliasId": alias, "status": "SUCCESS"})
        )
    elif does.startswith("(place "):
        chat.taps += 2
        north, east = does[7:-1].split()
        chat.does(Incoming("location", position=(float(north), float(east))))
    elif does.startswith("(photo "):
        chat.taps += 2
        chat.does(Incoming("photo", message_id=does[7:-1]))
    elif does in ("(sticker)", "(photo)", "(other)"):
        chat.does(Incoming(does[1:-1]))
    else:
        chat.types(does)


def _stage(chat: Chat, order: str) -> None:
    word, _, value = order.partition(" ")
    match word:
        case "known":
            chat.resident = Resident(
                frozenset({"garbage", "disaster"}), "東区", "e01", reminder="-1 18:00", is_new=False
            )
        case "new":
            chat.resident = Resident()
        case "wait":
            amount, unit = int(value[:-1]), value[-1]
            chat.now += timedelta(
                **{{"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[unit]: amount}
            )
        case "now":
            chat.now = datetime.fromisoformat(value).replace(tzinfo=JST)
        case "topics":
            chat.resident = replace(chat.resident, topics=frozenset(value.split(",")))
        case "children":
            months = enumerate(value.split(","), start=1)
            children = tuple(
                Child(n, datetime.fromisoformat(f"{month.rstrip('?')}-01").date(), month.endswith("?"))
                for n, month in months
            )
            chat.resident = replace(chat.resident, children=children)
        case "count":
            chat.taps = 0
        case "open" | "closed" | "no":
            chat.staff = {"open": OPEN, "closed": CLOSED, "no": PersonFacts()}[word]
        case "staff":
            chat.staff = replace(chat.staff, with_staff=False)
        case "hours":
            chat.staff = replace(CLOSED, with_staff=chat.staff.with_staff)
        case "disaster":
            chat.in_disaster = value == "on"
        case "minute":
            chat.in_a_minute = int(value)
        case "near":
            kind, state, day = value.split()
            chat.damage = DamageFacts((NearReport(7, kind, state, day),), 1182)
        case "follows":
            followed = tuple((int(each.split("=")[0]), each.split("=")[1]) for each in value.split(","))
            chat.damage = replace(chat.damage, followed=followed)
        case "idle":
            assert not chat.state.flow
        case "page" | "taken" | "order" | "number" | "holds":
            chat.bulky = _at_the_desk(chat.bulky, word, value.split())
        case _:
            raise ValueError(order)


def _at_the_desk(known: BulkyFacts, word: str, values: list[str]) -> BulkyFacts:
    match word:
        case "page":
            return replace(known, has_contact=values == ["saved"])
        case "taken":
            area, day, count = values
            return replace(known, taken={**known.taken, (area, date.fromisoformat(day)): int(count)})
        case "number":
            return replace(known, number=int(values[0]))
        case "holds":
            ended = [each for each in known.orders if (each.state, each.payment) != ("held", "due")]
            return replace(known, orders=tuple(ended))
    number, state, payment, day, kind, count, *stopped = values
    known_kind = SmallTown().bulky.kind(kind)
    assert known_kind is not None
    line = Booked(kind, known_kind.whole, int(count), known_kind.fee)
    order = Order(
        int(number), (line,), "east", date.fromisoformat(day), state, payment, stopped=bool(stopped)
    )
    return replace(known, orders=(*known.orders, order))
