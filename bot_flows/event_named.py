"""An event by what it is called: 「冬まつり」, 「スマホ教室に行きたい」. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from bot_flows import dictionary, event_card, event_list
from bot_flows.outcomes import Outcome, Talk
from bot_flows.town_facts import SHORTEST_NAME
from bot_flows.words import fold, joined, plain

LONGEST = 40
_ENDS = re.compile(
    r"(?:(?:の?(?:イベント|催し)(?:情報)?)|(?:の|に|へ|を|は|って|が)?(?:申し?込み?(?:方法|したい|たい)?|予約(?:したい)?|行きたい|参加(?:したい|する)?|見たい|"
    r"日程|日時|場所|会場|時間|料金|いつ|どこ(?:で)?|何時(?:から)?|ある|あります|やって(?:い?る|い?ます)|開催)(?:か|の)?)+$"
)
_STARTS = re.compile(r"^(?:今年|ことし|こんど|今度|次|つぎ)の")


@lru_cache(maxsize=4096)
def _wanted(text: str) -> str:
    return _STARTS.sub("", _ENDS.sub("", plain(joined(text)))).strip("「」『』 ")


def door_of(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """The event of that name, or the list of several; nothing for the name of a thing or a place."""
    wanted = _wanted(text)
    if not SHORTEST_NAME <= len(wanted) <= LONGEST:
        return None
    found = talk.facts.town.event_names.called(fold(wanted))
    if not found or dictionary.exact(talk, wanted) or talk.facts.town.find_facilities(wanted):
        return None
    today = talk.facts.now.date()
    coming = [each for each in found if each.last >= today] or found[-1:]
    if len(coming) == 1:
        return partial(event_card.one, talk, coming[0])
    return partial(event_list.called, talk, wanted, coming)
