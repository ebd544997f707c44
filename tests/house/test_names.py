"""What is named in two places is held together: jobs, settings, states, moves."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from app.delivery import rules as delivery_rules
from app.notices import rules as notice_rules
from app.queue import JOBS, QUEUES
from app.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("job", JOBS)
def test_every_job_name_leads_to_a_function(job: str) -> None:
    module, name = job.rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), name))


def test_every_queue_has_one_worker_line_in_the_procfile() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8")
    assert sorted(re.findall(r"python -m worker (\w+)", lines)) == sorted(QUEUES)


def test_every_setting_is_explained_in_the_manual() -> None:
    manual = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    assert {name.upper() for name in Settings.model_fields} == set(
        re.findall(r"^\| `([A-Z_]+)` \|", manual, re.M)
    )


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_manual_shows_the_very_moves_of_the_rules() -> None:
    manual = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    table = manual.split("<!-- moves -->")[1].split("<!-- /moves -->")[0]
    shown = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|$", table, re.M)
    assert [row for row in shown if row[0] != "from"] == [
        (a, act, b) for (a, act), b in notice_rules.MOVES.items()
    ]


def test_every_state_has_a_word_for_staff() -> None:
    assert set(notice_rules.STATE_WORDS) == set(notice_rules.STATES)


def test_every_way_a_notice_pauses_has_a_sentence() -> None:
    files = [*(ROOT / "app").glob("*/actions.py"), ROOT / "app" / "delivery" / "rules.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    found = re.findall(r'(?:pause_reason=|[( ]reason(?:: str)? ?= ?|_hold\(session, notice, )"(\w+)"', source)
    assert set(found) == set(notice_rules.PAUSE_WORDS)


def test_open_and_final_states_cover_a_batch_s_life() -> None:
    assert {*delivery_rules.OPEN, *delivery_rules.FINAL, "split"} == set(delivery_rules.STATES)
