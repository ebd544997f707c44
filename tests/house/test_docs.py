"""README and manuals say what is there: links lead somewhere, commands exist, the map of folders is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner

from app.cli.main import kairan

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_project_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_kairan_exists(page: Path) -> None:
    named = re.findall(r"\bkairan ((?:[a-z]+ ?)+)", page.read_text(encoding="utf-8"))
    for words in (text.split() for text in named):
        command = kairan.get_command(None, words[0])
        assert command is not None, words
        if isinstance(command, Group) and len(words) > 1:
            ran = CliRunner().invoke(command, [words[1], "--help"])
            assert ran.exit_code == 0, words


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        named = set(re.findall(r"(?:`|^\s*)make ([a-z]+)", page.read_text(encoding="utf-8"), re.M))
        assert named <= targets, page.name


def test_every_folder_of_the_map_exists_and_none_is_forgotten() -> None:
    named = set(re.findall(r"^\| `(\w+)/` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert named == there - {"__pycache__"}
