"""All pages of the console: importing a module registers its views."""

from app.console import (
    approvals,
    choosing,
    compose,
    counters,
    hands,
    home,
    notices,
    overrides,
    progress,
    release,
    repeats,
    signin,
)
from app.console.shell import console

VIEWS = (
    approvals,
    choosing,
    compose,
    counters,
    hands,
    home,
    notices,
    overrides,
    progress,
    release,
    repeats,
    signin,
)

__all__ = ["VIEWS", "console"]
