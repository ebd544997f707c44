"""All pages of the console: importing a module registers its views."""

from app.console import (
    approvals,
    bulky,
    bulky_phone,
    bulky_sheet,
    choosing,
    compose,
    counters,
    hands,
    home,
    inbox,
    notices,
    overrides,
    progress,
    release,
    repeats,
    reports,
    signin,
)
from app.console.shell import console

VIEWS = (
    approvals,
    bulky,
    bulky_phone,
    bulky_sheet,
    choosing,
    compose,
    counters,
    hands,
    home,
    inbox,
    notices,
    overrides,
    progress,
    release,
    repeats,
    reports,
    signin,
)

__all__ = ["VIEWS", "console"]
