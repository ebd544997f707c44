"""A test that did not run is named; in continuous integration it has failed. Shown by running pytest itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = """
import pytest

@pytest.mark.real_data
def test_reads_a_real_file():
    pass

@pytest.mark.setup
def test_gives_up_by_itself():
    pytest.skip("no such system: apt install it")

def test_plain_skip():
    pytest.skip("only on Mondays")
"""


def run(folder: Path, must_run: str) -> subprocess.CompletedProcess[str]:
    sample = folder / "test_sample.py"
    sample.write_text(SAMPLE)
    environment = {
        k: v for k, v in os.environ.items() if k not in ("KAIRAN_REAL_DATA", "PYTEST_XDIST_WORKER")
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.not_run",
            "-c",
            str(ROOT / "pyproject.toml"),
            str(sample),
        ],
        cwd=ROOT,
        env={**environment, "KAIRAN_MUST_RUN": must_run},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_did_not_run_is_named_with_what_would_make_it_run(tmp_path: Path) -> None:
    done = run(tmp_path, "0")
    assert done.returncode == 0
    assert "::test_reads_a_real_file: real data are missing: KAIRAN_REAL_DATA=" in done.stdout
    assert "::test_gives_up_by_itself: no such system: apt install it" in done.stdout


@pytest.mark.parametrize("test", ["test_reads_a_real_file", "test_gives_up_by_itself"])
def test_where_everything_must_run_it_has_failed(tmp_path: Path, test: str) -> None:
    done = run(tmp_path, "1")
    assert done.returncode == 1
    assert "1 failed, 1 skipped, 1 error" in done.stdout
    assert f"::{test}" in done.stdout.partition("short test summary info")[2]
