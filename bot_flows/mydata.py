"""Flows S and T: what is held about a resident, as text, as files, and its deletion.

What is held is looked up only for turns that say so (``AskMyData``), since most conversations never do.
"""

from __future__ import annotations

from bot_flows import settings
from bot_flows.guide import door
from bot_flows.mydata_facts import SCOPES, AskMyData, Erase, MyData, OpenPage, Scope
from bot_flows.outcomes import (
    Answer,
    Card,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Quiet,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.postback import door as door_data
from bot_flows.types import State

NAME = "mydata"
SURE = "sure"
_ASK = Quiet((AskMyData(),))
_WORDS: dict[Scope, tuple[str, ...]] = {
    "all": ("ぜんぶ", "全部", "全部消す", "すべて", "すべて消す"),
    "children": ("子ども", "こども", "子供", "子どもの情報"),
    "record": ("会話", "記録", "会話の記録"),
}


def needs_facts(state: State) -> bool:
    """Whether this turn depends on what is held."""
    return state.flow == NAME


def needs_number(state: State) -> bool:
    """Whether this turn may delete something and so needs a number."""
    return state.flow == NAME and state.step == SURE


# ---- T: see and save ---------------------------------------------------------------------------------------


def door_here(talk: Talk) -> Outcome:
    """「データの確認・削除」: the file is two touches away, so its page is opened beforehand."""
    known = talk.facts.mydata
    if known is None:
        return _ASK
    choices = (
        door(talk.say("mydata.show"), NAME, "show"),
        _page(talk, known, talk.say("mydata.download")),
        door(talk.say("mydata.delete"), "menu", "delete"),
    )
    row = talk.say("mydata.download_alt", minutes=known.minutes)
    card = Card(talk.say("mydata.card"), talk.say("mydata.alt"), (("", row),))
    return Reply(talk.say("mydata.ask"), choices, card, effects=(OpenPage(known.token),))


def _page(talk: Talk, known: MyData, label: str) -> Choice:
    """The address is secret and short-lived: whoever types the number gets a new one."""
    typed = door_data(NAME, "download")
    return Choice("download", label, "page", opens=known.address, typed=typed)


def download(talk: Talk) -> Outcome:
    """「ダウンロード」 typed, or asked for after the ten minutes."""
    known = talk.facts.mydata
    if known is None:
        return _ASK
    alt = talk.say("mydata.download_alt", minutes=known.minutes)
    return Reply(
        talk.say("mydata.download_ready", minutes=known.minutes),
        (_page(talk, known, talk.say("mydata.download_page")),),
        Card(talk.say("mydata.download_card"), alt),
        effects=(OpenPage(known.token),),
    )


def show(talk: Talk) -> Outcome:
    """「見る（このトーク）」: everything chosen, how many of everything else, the newest notices."""
    known = talk.facts.mydata
    if known is None:
        return _ASK
    lines = [talk.say("mydata.shown"), *settings.lines(talk)]
    lines += [_held(talk, known, each.kind, each.count) for each in known.held if each.kind != "settings"]
    if known.recent:
        talk.facts.now.date()
        lines += ["", talk.say("mydata.shown_recent")]
        lines += [f"{talk.called(got.day)} {got.title}" for got in known.recent]
    choices = (
        door(talk.say("mydata.download"), NAME, "download"),
        door(talk.say("mydata.shown_settings"), "menu", "settings"),
        door(talk.say("mydata.delete"), "menu", "delete"),
    )
    return Reply("\n".join(lines), choices)


def _held(talk: Talk, known: MyData, kind: str, count: int) -> str:
    return talk.say(f"mydata.held_{kind}", count=count, words=known.words_days, days=known.record_days)


# ---- S: what is held, what stays, which of it -----------------------------------------------------------------


def delete_door(talk: Talk) -> Outcome:
    """「削除」, 「データも消す」"""
    return _ASK if talk.facts.mydata is None else Start(NAME)


def _known(talk: Talk) -> MyData:
    return talk.facts.mydata or MyData()


def _scopes(talk: Talk) -> list[Scope]:
    """What can be chosen: the children only when there are some."""
    kinds = {each.kind for each in _known(talk).held}
    return [scope for scope in SCOPES if scope != "children" or "children" in kinds]


def _ask_which(talk: Talk) -> Question:
    known = _known(talk)
    held = "\n".join(_held(talk, known, each.kind, each.count) for each in known.held)
    parts = [talk.say("mydata.held", held=held)] if held else []
    if known.stays:
        lines = [
            talk.say("mydata.stays_line", what=talk.of_pack(each.what), time=talk.of_pack(each.time))
            for each in known.stays
        ]
        parts.append(talk.say("mydata.stays", stays="\n".join(lines)))
    parts += [talk.say("mydata.blocked", days=known.blocked_days), talk.say("mydata.which")]
    choices = [Choice(scope, talk.say(f"mydata.{scope}"), words=_WORDS[scope]) for scope in _scopes(talk)]
    return Question("\n".join(parts), (*choices, Choice("stop", talk.say("way.stop_label"))))


def _take_which(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "stop":
        return _left(talk)
    if given.choice in _scopes(talk):
        return Go(SURE, {"scope": given.choice})
    return Unclear(talk.say("mydata.unclear"), talk.say("mydata.unclear"))


def _left(talk: Talk) -> Reply:
    return Reply(talk.say("mydata.not_deleted"), (door(talk.say("mydata.title"), "menu", "data"),))


# ---- S: sure? ------------------------------------------------------------------------------------------------


def _scope(talk: Talk) -> Scope:
    return next((scope for scope in SCOPES if scope == talk.form.get("scope")), "record")


def _ask_sure(talk: Talk) -> Question:
    yes = Choice("yes", talk.say("mydata.delete"), words=("はい", "消してください"))
    no = Choice("stop", talk.say("way.stop_label"), words=("いいえ", "消さない"))
    return Question(talk.say(f"mydata.sure_{_scope(talk)}"), (yes, no))


def _take_sure(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "stop":
        return _left(talk)
    if given.choice != "yes":
        return Unclear(talk.say("mydata.sure_unclear"), talk.say("mydata.sure_unclear"))
    scope, number, now = _scope(talk), _known(talk).number, talk.facts.now
    at = talk.say("mydata.instant", month=now.month, day=now.day, time=f"{now.hour}:{now.minute:02}")
    said = talk.say(f"mydata.deleted_{scope}", at=at, number=f"D-{number}")
    again = () if scope == "all" else (door(talk.say("mydata.title"), "menu", "data"),)
    return Reply(said, again, effects=(Erase(scope, number),))


def _done(talk: Talk, part: Part) -> Outcome:
    return door_here(talk)


def _afresh(talk: Talk) -> Outcome:
    return Start(NAME)


FLOW = Flow(
    NAME,
    "mydata.title",
    "summary",
    {
        "summary": Step("summary", _ask_which, _take_which),
        SURE: Step("sure", _ask_sure, _take_sure),
    },
    _done,
    _afresh,
)
