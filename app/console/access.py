"""Who may open what, as one table: each endpoint of the console names the roles that may use it.

A route without a row is refused to everybody, and a test fails, so nothing is opened by forgetting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OPEN = frozenset({"*"})
"""Anybody, signed in or not."""
EVERYONE = frozenset({"viewer", "author", "approver", "counter", "admin"})
READERS = frozenset({"viewer", "author", "approver", "admin"})
AUTHORS = frozenset({"author"})
APPROVERS = frozenset({"approver"})
SENDERS = frozenset({"author", "approver"})
STOPPERS = frozenset({"author", "approver", "admin"})
"""Stopping must be easy: everyone who could have a reason to."""
COUNTERS = frozenset({"counter", "author", "admin"})
HELPERS = frozenset({"counter", "author", "admin"})
"""Who answers residents and reads what they wrote; a viewer or approver has no need to."""
SETTLERS = frozenset({"author", "admin"})
"""Who may call a day off and take that back: everybody with an order hears of it at once."""

ACCESS: Mapping[str, frozenset[str]] = {
    "console.static": OPEN,
    "console.sign_in": OPEN,
    "console.sign_in_post": OPEN,
    "console.sign_out": EVERYONE,
    "console.still_here": EVERYONE,
    "console.home": EVERYONE,
    "console.words": EVERYONE,
    "console.notices": READERS,
    "console.notice": READERS,
    "console.notice_types": AUTHORS,
    "console.new_notice": AUTHORS,
    "console.new_notice_post": AUTHORS,
    "console.read_field": AUTHORS,
    "console.fields": AUTHORS,
    "console.fields_post": AUTHORS,
    "console.audience": AUTHORS,
    "console.audience_post": AUTHORS,
    "console.audience_count": AUTHORS,
    "console.check": AUTHORS,
    "console.submit": AUTHORS,
    "console.withdraw": AUTHORS,
    "console.approvals": APPROVERS,
    "console.approval": APPROVERS,
    "console.approve": APPROVERS,
    "console.give_back": APPROVERS,
    "console.schedule": SENDERS,
    "console.schedule_post": SENDERS,
    "console.unschedule": SENDERS,
    "console.repeat": SENDERS,
    "console.repeat_post": SENDERS,
    "console.repeats": READERS,
    "console.repeat_act": SENDERS,
    "console.progress": READERS,
    "console.progress_live": READERS,
    "console.pause": STOPPERS,
    "console.resume": SENDERS,
    "console.cancel": STOPPERS,
    "console.ledger": READERS,
    "console.end_watch": SENDERS,
    "console.pull": SENDERS,
    "console.pace": SENDERS,
    "console.correct": AUTHORS,
    "console.certificate": READERS,
    "console.not_reached": SENDERS,
    "console.overrides": READERS,
    "console.overrides_post": SENDERS,
    "console.withdraw_override": SENDERS,
    "console.inbox": HELPERS,
    "console.thread": HELPERS,
    "console.thread_reply": HELPERS,
    "console.thread_pass_on": HELPERS,
    "console.thread_close": HELPERS,
    "console.reports": HELPERS,
    "console.report": HELPERS,
    "console.report_post": HELPERS,
    "console.photo": HELPERS,
    **dict.fromkeys(
        (
            "console.bulky",
            "console.bulky_day",
            "console.bulky_csv",
            "console.bulky_order",
            "console.bulky_order_post",
            "console.bulky_move",
            "console.bulky_new",
            "console.bulky_new_post",
        ),
        HELPERS,
    ),
    "console.bulky_stop": SETTLERS,
    "console.bulky_take_back_stop": SETTLERS,
    "console.counters": COUNTERS,
    "console.poster": COUNTERS,
}


def allowed(endpoint: str | None, roles: Iterable[str]) -> bool:
    """Whether a signed-in person with these roles may use an endpoint; unknown endpoints: nobody."""
    may = ACCESS.get(endpoint or "", frozenset())
    return may == OPEN or not may.isdisjoint(roles)


def is_open(endpoint: str | None) -> bool:
    """Whether an endpoint needs no sign-in."""
    return ACCESS.get(endpoint or "") == OPEN
