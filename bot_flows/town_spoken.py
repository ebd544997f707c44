"""The town as residents of one language read it: its own names said in that language, everything else as it is. Pure.

Flows know nothing of this: they get a town whose garbage categories, topics, sections, pages, fees and childcare
windows carry their names in the resident's language. Names of wards, districts and buildings stay as on the sign
(``place_names``), because they are also what is stored and what stands there to be recognised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot_flows.asked import Fee, PayWay
from bot_flows.pack_facts import CategoryGuide, Collection, Link, Section, SortingHit, Topic, Town
from bot_flows.town_facts import Window
from bot_flows.types import Facts
from bot_flows.values import kept_property, replace
from content.languages import quoted
from content.limits import QUICK_LABEL
from content.sentences import FIRST_LANGUAGE, spoken

_KANA = re.compile("[ぁ-んァ-ヶ]")
_MOST_READ = 32
"""Four versions of a pack in eight languages; older ones are let go together."""
_read: dict[tuple[int, str], SpokenTown] = {}
"""By the town itself, which has no cheaper name: it is kept here, so that no other gets its number meanwhile."""


def as_read(facts: Facts) -> Facts:
    """The same facts with the town in the language the resident reads."""
    read = spoken(facts.resident.language)
    if read == FIRST_LANGUAGE and not isinstance(facts.town, SpokenTown):
        return facts
    town = facts.town.base if isinstance(facts.town, SpokenTown) else facts.town
    return replace(facts, town=town if read == FIRST_LANGUAGE else of(town, read))


def of(town: Town, language: str) -> Town:
    """A town in a language; Japanese is the town itself. What was translated once stays so as long as the town."""
    if language == FIRST_LANGUAGE:
        return town
    read = _read.get((id(town), language))
    if read is None:
        if len(_read) >= _MOST_READ:
            _read.clear()
        read = _read[id(town), language] = SpokenTown(town, language)
    return read


class _Delegate:
    """Whatever has no name to translate is the pack's own answer."""

    def __init__(self, base: Town, language: str) -> None:
        self.base, self.language = base, language

    def __getattr__(self, name: str) -> Any:
        return getattr(self.base, name)


class SpokenTown(_Delegate):
    """Implements ``Town`` with translated names."""

    def _said(self, text: str) -> str:
        return self.base.named(text, self.language) or text

    def _line(self, text: str) -> str:
        """A longer line; one nobody has translated is quoted, so that it is seen to be the pack's Japanese."""
        said = self.base.named(text, self.language) or text
        return quoted(said, self.language) if _KANA.search(said) else said

    def _label(self, text: str) -> str:
        return self.base.named(text, self.language) or quoted(text, self.language, QUICK_LABEL)

    @property
    def name(self) -> str:
        return self._said(self.base.name)

    @kept_property
    def topics(self) -> Sequence[Topic]:
        return tuple(replace(each, name=self._said(each.name), own=each.name) for each in self.base.topics)

    @kept_property
    def categories(self) -> Sequence[CategoryGuide]:
        return tuple(
            CategoryGuide(
                self._said(each.name),
                self._line(each.how),
                self._said(each.until),
                self._line(each.warning),
                sign=each.name,
                hour=each.until,
            )
            for each in self.base.categories
        )

    def collections(
        self, garbage_area: str, first: date, last: date, language: str = ""
    ) -> Sequence[Collection]:
        found = self.base.collections(garbage_area, first, last, language or self.language)
        return tuple(
            replace(
                one,
                categories=tuple(map(self._said, one.categories)),
                stopped=tuple(map(self._said, one.stopped)),
                notes=tuple(map(self._line, one.notes)),
            )
            for one in found
        )

    def find_item(self, word: str) -> Sequence[SortingHit]:
        return tuple(
            replace(hit, category=self._said(hit.category), note=self._line(hit.note))
            for hit in self.base.find_item(word)
        )

    def section(self, section_id: str) -> Section:
        found = self.base.section(section_id)
        return replace(found, name=self._said(found.name), hours=self._said(found.hours))

    def links(self, kind: str) -> Sequence[Link]:
        return tuple(
            replace(each, label=self._label(each.label), note=self._line(each.note))
            for each in self.base.links(kind)
        )

    @kept_property
    def fees(self) -> Sequence[Fee]:
        return tuple(
            replace(
                fee,
                name=self._said(fee.name),
                note=self._line(fee.note),
                words=(fee.name, *fee.words),
                due=tuple((self._said(period), day) for period, day in fee.due),
            )
            for fee in self.base.fees
        )

    @kept_property
    def pay_ways(self) -> Sequence[PayWay]:
        return tuple(PayWay(self._said(way.name), self._said(way.limits)) for way in self.base.pay_ways)

    @kept_property
    def windows(self) -> Sequence[Window]:
        return tuple(
            replace(each, name=self._said(each.name), note=self._line(each.note), own=each.name)
            for each in self.base.windows
        )
