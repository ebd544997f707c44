"""The product's calendar against a second reading written from the standard alone."""

import importlib.util
import json
import os
import random
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import median_low
from types import ModuleType

import pytest
from click.testing import CliRunner

pytestmark = pytest.mark.real_data

UNREAD = "一部の日が読めません"
DAYS = 21
# 17 towns x 12 + Fukuoka's 60, less the towns with fewer areas: above the 200 asked for below.
DRAW, DRAW_FUKUOKA = 12, 60


def _second_reading() -> ModuleType:
    path = Path(__file__).parents[1] / "oracle" / "garbage_second_reading.py"
    spec = importlib.util.spec_from_file_location("garbage_second_reading", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _dates_in(folder: Path) -> tuple[list[int], list[date]]:
    """(years of the calendar's dates, closing days of center.csv)"""
    days_text = (folder / "area_days.csv").read_bytes().decode("ascii", "ignore")
    centre_text = (folder / "center.csv").read_bytes().decode("ascii", "ignore")
    closing = [
        date(*map(int, found)) for found in re.findall(r"(20\d\d)/(\d{1,2})/(\d{1,2})(?!\d)", centre_text)
    ]
    years = [int(y) for y in re.findall(r"(?<!\d)(20\d\d)[01]\d[0-3]\d(?!\d)", days_text)]
    return years or [d.year for d in closing] or [2026], closing


def _start(rng: random.Random, years: list[int], closing: list[date]) -> date:
    if closing and rng.random() < 1 / 3:  # so that suspensions are met, not only ordinary weeks
        return rng.choice(closing) - timedelta(days=rng.randrange(DAYS))
    return date(median_low(years), 1, 1) + timedelta(days=rng.randrange(365))


def test_the_calendar_agrees_with_a_second_reading() -> None:
    from app.cli.main import kairan

    reading = _second_reading()
    root = Path(os.environ["KAIRAN_REAL_DATA"]) / "garbage" / "5374"
    towns = sorted(p for p in root.iterdir() if p.is_dir() and p.name != "template")
    assert len(towns) == 18
    rng = random.Random(5374)
    table: list[tuple[str, int, int, int]] = []
    problems: list[str] = []
    collections = days_with_note = 0
    for folder in towns:
        everything = reading.areas(folder)
        if folder.name == "fukuoka":
            assert len(everything) == 688
        seen = Counter(reading.fold(name) for _, name in everything)
        unique = [(row, name) for row, name in everything if seen[reading.fold(name)] == 1]
        wanted = DRAW_FUKUOKA if folder.name == "fukuoka" else DRAW
        drawn = rng.sample(unique, min(wanted, len(unique)))
        years, closing = _dates_in(folder)
        compared = disagreements = 0
        for row, name in drawn:
            first = _start(rng, years, closing)
            asked = [first + timedelta(days=n) for n in range(DAYS)]
            span = ["--from", asked[0].isoformat(), "--to", asked[-1].isoformat()]
            result = CliRunner().invoke(
                kairan, ["garbage", "days", str(folder), "--area", name, *span, "--json"]
            )
            assert result.exit_code == 0, f"{folder.name} row {row} {name}: {result.output}"
            answer: dict[str, set[str]] = {}
            notes: dict[str, list[str]] = {}
            for entry in json.loads(result.stdout):
                answer.setdefault(entry["date"], set()).update(entry["categories"])
                notes.setdefault(entry["date"], []).extend(entry["notes"])
            where = f"{folder.name} row {row} {name}"
            stray = answer.keys() - {day.isoformat() for day in asked}
            if stray:
                problems.append(f"{where}: days nobody asked for {sorted(stray)}")
            for day in asked:
                mine, unread = reading.collected(folder, row, day)
                theirs = answer.get(day.isoformat(), set())
                compared += 1
                collections += len(mine)
                if mine != theirs:
                    disagreements += 1
                    problems.append(f"{where} {day}: second reading {sorted(mine)}, product {sorted(theirs)}")
                if mine & unread:
                    days_with_note += 1
                    if not any(UNREAD in note for note in notes.get(day.isoformat(), [])):
                        disagreements += 1
                        problems.append(f"{where} {day}: {sorted(mine & unread)} without the note {UNREAD}")
        table.append((folder.name, len(drawn), compared, disagreements))
    print("\ntown | areas asked | days compared | disagreements")
    for line in table:
        print(" | ".join(map(str, line)))
    total = [sum(line[n] for line in table) for n in (1, 2, 3)]
    print(" | ".join(["total", *map(str, total)]))
    print(f"collections seen: {collections}; days needing the note: {days_with_note}")
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems[:40])
    assert total[0] >= 200
    assert collections > 0
