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
@ mine 1182=light=working=2026-11-20     how the reports of this person go on
@ events more              a longer list of events
@ holiday                  today is a public holiday
@ disaster on | off       everybody sees the menu of a disaster
@ open | closed | no chat | staff end | hours over | near hole working 11月20日
@ page saved | taken east 2026-12-03 9 | order 1001 accepted sticker 2026-12-03 sofa/two 1 | number 4822 | holds end
@ town sample              the town of content/town instead of the small one, with somebody who lives in 寺町
@ language en | known | new | wait 31m | now 2026-11-23 12:00 | topics garbage,events | district | children 2026-05,2027-03?
= 6 taps                  touches since the conversation began or since the last 「@ count」
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot_flows.bulky_facts import (
    CancelOrder,
    ConfirmOrder,
    MoveOrder,
    PlaceOrder,
    SaidPaid,
)
from bot_flows.child_facts import MarkDone, StopChild, UndoDone
from bot_flows.damage_facts import DamageFacts, FileReport, JoinReport, MyReport, NearReport, QuietReport
from bot_flows.mydata_facts import Erase, OpenPage
from bot_flows.person_facts import EndHandOver, HandOver, PersonFacts, ToStaff
from bot_flows.stop_facts import (
    Pause,
    Restart,
    SetDigest,
    SetNear,
    SetQuiet,
    SetRest,
    SetUnwanted,
    StopAll,
    TellReason,
)
from bot_flows.types import (
    Child,
    Effect,
    FinishSetup,
    ForgetSettings,
    Incoming,
    NoteUnknownWord,
    Resident,
    SetArea,
    SetChildren,
    SetReminder,
    SetTopics,
)
from tests.flows.bubbles import said_in
from tests.flows.chat import CLOSED, JST, OPEN, Chat
from tests.flows.measure import sample_town
from tests.flows.staged import at_the_desk, of_the_temple_town
from tests.flows.tables import MORE_EVENTS
from tests.flows.town import SmallTown


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
        case SetNear(near):
            return f"near {','.join(sorted(near))}".strip()
        case SetUnwanted(kinds):
            return f"unwanted {','.join(sorted(kinds))}".strip()
        case SetRest(rests):
            return f"rest {rests or 'ends'}"
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
        case "told":
            told = replace(chat.resident.attention, reminded_of=date.fromisoformat(value))
            chat.resident = replace(chat.resident, attention=told)
        case "new":
            chat.resident = Resident()
        case "town":
            assert value == "sample" and not chat.history, "a header: a town does not change within a talk"
            chat.town, chat.resident = sample_town(), of_the_temple_town()
        case "language":
            chat.resident = replace(chat.resident, language=value)
        case "wait":
            amount, unit = int(value[:-1]), value[-1]
            chat.now += timedelta(
                **{{"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[unit]: amount}
            )
        case "now":
            chat.now = datetime.fromisoformat(value).replace(tzinfo=JST)
        case "topics":
            chat.resident = replace(chat.resident, topics=frozenset(value.split(",")))
        case "district":
            chat.resident = replace(chat.resident, ward="", district="")
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
        case "events":
            chat.town = SmallTown(events=MORE_EVENTS)
        case "disaster":
            chat.in_disaster = value == "on"
        case "holiday":
            chat.is_holiday = True
        case "minute":
            chat.in_a_minute = int(value)
        case "near":
            kind, state, day = value.split()
            chat.damage = DamageFacts((NearReport(7, kind, state, day),), 1182)
        case "follows":
            followed = tuple((int(each.split("=")[0]), each.split("=")[1]) for each in value.split(","))
            chat.damage = replace(chat.damage, followed=followed)
        case "mine":
            reports = [each.split("=") for each in value.split(",")] if value else []
            mine = tuple(
                MyReport(int(n), kind, state, date.fromisoformat(d)) for n, kind, state, d in reports
            )
            chat.damage = replace(chat.damage, mine=mine)
        case "idle":
            assert not chat.state.flow
        case "page" | "taken" | "order" | "number" | "holds":
            chat.bulky = at_the_desk(chat.bulky, word, value.split())
        case _:
            raise ValueError(order)
