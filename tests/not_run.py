"""Tables are shown; what did not run is named with what would make it run; where everything must run (``.ci/run``), it has failed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from datetime import datetime

import pytest

ON_PURPOSE = ("mount namespaces are forbidden", "make chaos")
"""What may be left out even where everything must run: the machine forbids it, or it belongs to the full set."""
MUST_RUN = os.environ.get("KAIRAN_MUST_RUN") == "1"
NEVER_SKIPPED_THERE = ("real_data", "browser", "setup", "chaos")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WITHOUT_CHROMIUM = "Chromium is missing: apt install chromium"


IS_FULL_CHAOS = os.environ.get("KAIRAN_CHAOS") == "full"
_terminal: list[pytest.TerminalReporter] = []


def pytest_configure(config: pytest.Config) -> None:
    if (found := config.pluginmanager.get_plugin("terminalreporter")) is not None:
        _terminal.append(found)


def pytest_runtest_logstart(nodeid: str) -> None:
    if IS_FULL_CHAOS and _terminal:
        _terminal[0].ensure_newline()
        _terminal[0].write_line(f"{datetime.now():%H:%M:%S} {nodeid.rpartition('::')[2].replace('_', ' ')}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A run of half an hour says what each act brought as soon as it ends."""
    if IS_FULL_CHAOS and _terminal and report.when == "call":
        _terminal[0].ensure_newline()
        _terminal[0].write_line(f"{datetime.now():%H:%M:%S} {report.outcome}, {report.duration:.0f} s")
        if "table" in report.keywords and report.capstdout.strip():
            _terminal[0].write_line(report.capstdout.strip("\n"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.skip(WITHOUT_CHROMIUM)
    if item.get_closest_marker("real_data") and not os.environ.get("KAIRAN_REAL_DATA"):
        pytest.skip("real data are missing: KAIRAN_REAL_DATA=/folder/of/real/data make test")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run, a test that did not run has failed."""
    report = yield
    allowed = any(reason in str(report.longrepr) for reason in ON_PURPOSE)
    if MUST_RUN and report.skipped and not allowed and any(map(item.get_closest_marker, NEVER_SKIPPED_THERE)):
        report.outcome = "failed"
        report.longrepr = f"did not run, but must here: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The tables that tests marked ``table`` printed; then every test that did not run, with what would make it run."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            if "table" in report.keywords and report.capstdout.strip():
                terminalreporter.section(report.nodeid.rpartition("::")[2].replace("_", " "))
                terminalreporter.line(report.capstdout.strip("\n"))
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("not run")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"NOT RUN {report.nodeid}: {reason.removeprefix('Skipped: ')}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; mark the test ``browser``."""
    return CHROMIUM or pytest.skip(WITHOUT_CHROMIUM)
