"""Which tests share a process: those that stand on one stage or meet one running product stay together and come first.

``pytest --dist loadgroup`` would say the same with marks, but its marks do not reach the scheduler with pytest 9.2
and pytest-xdist 3.8: they travel as a suffix of the test's name, which pytest no longer takes over.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = ("tests/chaos/", "tests/journeys/")


class FoldersTogether(LoadScopeScheduling):
    """Everything else is given out one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FoldersTogether:
    return FoldersTogether(config, log)
