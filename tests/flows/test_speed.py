"""A turn costs a fraction of a millisecond. The floor here is a third of what one quiet core does (5,000 a second)."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from bot_flows.engine import step
from bot_flows.matching import index_of
from bot_flows.types import Facts, Incoming, Resident, State
from tests.flows.chat import NOON
from tests.flows.measure import read, sample_town
from tests.flows.town import SmallTown

SAID = [
    "設定",
    "1と3",
    "つぎへ",
    "200-0001",
    "前の日_19時",
    "2024年5月",
    "いない",
    "もどる",
    "やめる",
    "明日のごみ",
    "アイロン",
    "ほげほげ",
    "メニュー",
]
FLOOR = 1_600


def _turns_a_second(rounds: int) -> float:
    facts = Facts(SmallTown(), Resident(), NOON)
    state, began = State(), time.perf_counter()
    for _ in range(rounds):
        for word in SAID:
            state = step(state, Incoming("text", word.replace("_", " ")), facts).state
    return rounds * len(SAID) / (time.perf_counter() - began)


def test_thousands_of_turns_a_second() -> None:
    assert max(_turns_a_second(20) for _ in range(5)) > FLOOR


def test_understanding_a_text_costs_less_than_two_milliseconds() -> None:
    index = index_of(sample_town().vocabulary)
    asked = read(Path(__file__).with_name("known_questions.toml"))
    costs = []
    for each in asked:
        began = time.perf_counter()
        index.find(each.text)
        costs.append(time.perf_counter() - began)
    assert median(costs) < 0.002, f"{median(costs) * 1000:.2f} ms"
