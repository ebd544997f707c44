"""One resident and one conversation: effects change what the town knows, as the application changes it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.town.rules import LoadedTown
from bot_flows.bulky_facts import (
    HOLD,
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
from bot_flows.damage_facts import DamageFacts
from bot_flows.engine import step
from bot_flows.mydata_facts import AskMyData, Erase, Got, Held, MyData, Stays
from bot_flows.notice_facts import AskNotices, Sent
from bot_flows.person_facts import EndHandOver, HandOver, PersonFacts
from bot_flows.stop_facts import (
    Attention,
    Pause,
    Restart,
    SetDigest,
    SetNear,
    SetQuiet,
    SetRest,
    SetUnwanted,
    StopAll,
)
from bot_flows.types import (
    Child,
    Effect,
    Facts,
    FinishSetup,
    ForgetSettings,
    Incoming,
    Resident,
    SetArea,
    SetChildren,
    SetLanguage,
    SetReminder,
    SetTopics,
    State,
    Turn,
)
from tests.flows.bubbles import actions_in, check, said_in
from tests.flows.town import SmallTown, counter_in

JST = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=JST)
OPEN = PersonFacts(is_open=True, until="17時15分", opens="あした 11月24日（火） 8時45分")
CLOSED = PersonFacts(opens="あした 11月24日（火） 8時45分")
AT_THE_DESK = BulkyFacts(
    number=4821, page="https://midori.example.jp/my/bulky/TOKEN", holidays=frozenset({date(2026, 11, 23)})
)


@dataclass
class Chat:
    """One resident, one conversation."""

    state: State = field(default_factory=State)
    resident: Resident = field(default_factory=Resident)
    now: datetime = NOON
    town: SmallTown | LoadedTown = field(default_factory=SmallTown)
    taps: int = 0
    turn: Turn = field(default_factory=lambda: Turn(State(), ()))
    history: list[tuple[dict[str, Any], ...]] = field(default_factory=list)
    source: str = ""
    staff: PersonFacts = OPEN
    tokens: int = 0
    in_a_minute: int = 0
    in_disaster: bool = False
    is_holiday: bool = False
    notices: tuple[Sent, ...] = ()
    damage: DamageFacts = field(default_factory=lambda: DamageFacts(number=1182))
    bulky: BulkyFacts = field(default_factory=lambda: AT_THE_DESK)
    asked: list[tuple[State, Incoming, Facts]] = field(default_factory=list)
    """What the engine was asked, turn by turn, for whoever wants to ask it again."""

    def does(self, incoming: Incoming) -> Turn:
        counter = counter_in(incoming.text) if incoming.kind == "text" else None
        facts = Facts(self.town, self.resident, self.now, counter, damage=self.damage, person=self.staff)
        facts = replace(facts, in_a_minute=self.in_a_minute, in_disaster=self.in_disaster, bulky=self.bulky)
        facts = replace(facts, is_holiday=self.is_holiday)
        before = json.dumps(asdict(self.state), ensure_ascii=False)
        # Stored and read again between turns, as a restart would do.
        self.turn = step(State(**json.loads(before)), incoming, facts)
        if AskMyData() in self.turn.effects or self.state.flow == "mydata":
            # The application looks only when a turn says so, and takes it again.
            facts = replace(facts, mydata=self.mydata())
            self.turn = step(State(**json.loads(before)), incoming, facts)
        if any(isinstance(each, AskNotices) for each in self.turn.effects):
            facts = replace(facts, notices=self.notices)
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
                near = self.resident.attention.near if ward else frozenset()
                attention = replace(self.resident.attention, near=near, rests_until=None)
                self.resident = replace(
                    self.resident, ward=ward, district=district, outside=outside, attention=attention
                )
            case SetReminder(reminder):
                assert re.fullmatch(r"((-1|0) [0-2][0-9]:[0-5][0-9])?", reminder)
                self.resident = replace(self.resident, reminder=reminder)
                self.apply(SetRest(None))
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
            case (
                StopAll()
                | Pause()
                | Restart()
                | SetDigest()
                | SetQuiet()
                | SetNear()
                | SetUnwanted()
                | SetRest()
            ):
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


Attending = StopAll | Pause | Restart | SetDigest | SetQuiet | SetNear | SetUnwanted | SetRest


def _attended(now: Attention, effect: Attending) -> Attention:
    match effect:
        case SetNear(topics):
            return replace(now, near=topics)
        case SetUnwanted(kinds):
            return replace(now, unwanted=kinds, rests_until=None)
        case SetRest(rests):
            return replace(now, rests_until=rests)
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
