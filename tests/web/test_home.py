"""Home tells staff why people stop, as counts without a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from app.db import Sessions
from app.residents import actions
from tests.web.browser import MORNING, Browser


def row(page: str, reason: str) -> list[str]:
    """The counts beside a reason."""
    found = re.search(rf"<th scope=.row.>{reason}</th>(.*?)</tr>", page)
    return re.findall(r"(\d+)件", found[1]) if found else []


def test_why_people_stopped_this_month_and_within_a_year(
    person: Callable[..., Browser], db: Sessions
) -> None:
    author = person("sakusei", "author")
    assert "配信を止めた理由" not in author.get("/console/")
    with db.begin() as session:
        for reason, days in (("many", 0), ("many", 40), ("many", 40), ("hard", 320), ("secret", 370)):
            actions.tell_reason(session, reason, MORNING - timedelta(days=days))
    page = author.get("/console/")
    assert (row(page, "多すぎる"), row(page, "むずかしい")) == (["1", "3"], ["0", "1"])
    assert (row(page, "内容がちがう"), row(page, "ひみつ")) == (["0", "0"], ["0", "0"])
    assert "配信を止めた理由" not in person("madoguchi", "counter").get("/console/")
