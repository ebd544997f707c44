"""収集の変更・中止 as staff register it: seen in the list, answered at once, taken back, refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.db import Sessions
from app.garbage.models import Override
from tests.web.browser import Browser

ADDRESS = "/console/collection-changes"
STOP = {"kind": "stopped", "day": "2026-12-03", "reason": "snow", "area": ["中区第1"]}


@pytest.fixture
def sender(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author")


def test_a_collection_is_called_off_and_the_change_taken_back(sender: Browser, db: Sessions) -> None:
    assert "これからの変更はありません" in sender.get(ADDRESS)
    page = sender.follow(sender.post(ADDRESS, **STOP))
    assert "12月3日（木）の収集を中止にしました（1地区）" in page
    assert "大雪のため" in page and "中区第1" in page
    with db() as session:
        [made] = session.scalars(select(Override)).all()
        [row] = session.scalars(select(AuditRow).where(AuditRow.action == "override.register")).all()
        assert (row.by, row.subject) == ("sakusei", f"override:{made.id}")
    assert "取り消しました" in sender.follow(sender.post(f"{ADDRESS}/{made.id}/withdraw"))
    assert "もう取り消されています" in sender.follow(sender.post(f"{ADDRESS}/{made.id}/withdraw"))


def test_a_collection_is_moved_for_every_area_that_has_one(sender: Browser) -> None:
    sender.get(ADDRESS)
    moved = {"kind": "moved", "day": "2026-12-03", "new_day": "2026-12-05", "reason": "vehicle", "every": "1"}
    page = sender.follow(sender.post(ADDRESS, **moved))
    assert "12月5日（土）に変えました" in page and "もともと収集がない" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"area": []}, "地区を1つ以上"),
        ({"day": ""}, "日付を選んで"),
        ({"day": "あした"}, "日付として読めません"),
        ({"kind": "moved"}, "変更後の日付"),
        ({"reason": ""}, "理由を選んで"),
        ({"area": ["月面第1"]}, "という地区はありません"),
        ({"day": "2026-11-01"}, "今日から1年先まで"),
    ],
)
def test_a_form_that_cannot_be_meant_says_why(
    sender: Browser, changes: dict[str, object], sentence: str
) -> None:
    sender.get(ADDRESS)
    assert sentence in sender.post(ADDRESS, 422, **{**STOP, **changes}).get_data(as_text=True)
