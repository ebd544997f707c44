"""Checking a text: what is found, what is put right and where, what can be refused, what is left and said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalise.checking import Checked, check

NOTICE = (
    "開催日は令和８年１２月５日（土）　午後１時〜３時。会場は汐野市中区本町5丁目6番1号市民会館、料金２０００円、"
    "電話０８８９－００－１１１１、メールkoho＠city.shiono.example.jpまで。https://example.jp/aをごらんください"
)


def test_a_hand_written_notice_becomes_one_machines_can_use() -> None:
    checked = check(NOTICE)
    assert checked.text == (
        "開催日は2026年12月5日（土）　13:00-15:00。会場は汐野市中区本町5-6-1 市民会館、料金2,000円、"
        "電話0889-00-1111、メール koho@city.shiono.example.jp まで。https://example.jp/a をごらんください"
    )
    assert checked.json()["found"] == {
        "phones": ["0889-00-1111"],
        "urls": ["https://example.jp/a"],
        "mails": ["koho@city.shiono.example.jp"],
        "dates": ["2026年12月5日（土）"],
        "times": ["13:00-15:00"],
        "addresses": ["汐野市中区本町5-6-1"],
        "money": ["¥2,000"],
    }
    assert checked.problems == ()


def test_every_change_says_rule_place_before_and_after() -> None:
    for change in check(NOTICE).changes:
        assert NOTICE[change.at : change.at + len(change.from_)] == change.from_
        assert set(change.json()) == {"from", "to", "rule", "at"}


def test_a_checked_text_needs_no_more_changes() -> None:
    once = check(NOTICE)
    twice = check(once.text)
    assert (twice.text, twice.changes, twice.found) == (once.text, (), once.found)


def test_changes_can_be_refused_by_rule_and_one_by_one() -> None:
    text = "午後1時と午後3時、２０００円"
    assert check(text).text == "13:00と15:00、2,000円"
    assert check(text, refuse={"time"}).text == "午後1時と午後3時、2,000円"
    assert check(text, refuse={"time@5"}).text == "13:00と午後3時、2,000円"
    everything = {change.rule for change in check(NOTICE).changes}
    assert check(NOTICE, refuse=everything).text == NOTICE


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("ｶﾞｽ｡ﾊﾟｰｸ", "ガス。パーク"),
        ("3ー3ー1", "3-3-1"),
        ("1−2", "1-2"),
        ("オ－ル", "オール"),
        ("コンピュ－タ", "コンピュータ"),
        ("デ-タ", "データ"),
        ("㈱汐野㎡㎝", "（株）汐野㎡cm"),
        ("ア～ン", "ア〜ン"),
        ("１ 23", "1 23"),
        ("東区\xa0青葉", "東区 青葉"),
        ("汐\u200b野", "汐野"),
        ("TEL0889-00-1111", "TEL 0889-00-1111"),
        ("申込先:koho@example.jp", "申込先: koho@example.jp"),
        ("（koho@example.jp）", "（koho@example.jp）"),
        ("10時30分の回", "10:30の回"),
        ("2026年11月3日（火曜日・祝日）", "2026年11月3日（火・祝）"),
    ],
)
def test_characters_and_small_things(typed: str, written: str) -> None:
    assert check(typed).text == written


@pytest.mark.parametrize(
    "kept",
    [
        "①②Ⅱ㎡髙𠮷﨑",
        "葛󠄀城 辻󠄀",
        "👨‍👩‍👧‍👦👍🏽🇯🇵",
        "（全角の）かっこ、コロン：とスラッシュ／",
        "センター－会議室",
        "ピアノ－バイオリン",
        "令和3年度マンション講座",
        "平成31年成人式",
        "2時間、5日間、3番目、1時限",
        "10時10分前集合",
        "集会室3-1・3-2",
        "「江古田二丁目」下車",
        "番号1234-56-78",
        "無料貸出",
        "Version 1.2.3",
        "العربية עברית",
    ],
)
def test_what_is_right_or_unclear_stays_exactly(kept: str) -> None:
    assert check(kept).text == kept
    assert check(kept).found == check("").found


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("2026年12月5日（金）", "weekday"),
        ("12月5日（土）", "date-year"),
        ("1時~午後2時30分", "time-half"),
        ("夜7時から", "time-half"),
        ("電話72-6981", "phone-area"),
        ("電話092-711-411", "phone"),
        ("https://example.jp/らく楽/", "url-japanese"),
        ("https://example.jp/資料", "url-japanese"),
        ("https://www.fEr", "url-broken"),
        ("https://example.jp/a%", "url-broken"),
        ("①", "machine-dependent"),
        ("髙島", "outside-jis"),
        ("センタ－の", "long-vowel"),
        ("\ue000", "private"),
        ("�", "replacement"),
        ("a\u202eb", "bidi"),
        ("a\x07b", "control"),
    ],
)
def test_doubts_are_said_with_the_way_out_and_nothing_is_changed(typed: str, rule: str) -> None:
    checked = check(typed)
    assert [problem.rule for problem in checked.problems] == [rule]
    assert "。" in checked.problems[0].message
    assert checked.text == typed
    assert checked.found == check("").found


def test_a_simpler_form_is_offered_and_never_forced() -> None:
    checked = check("髙橋さん")
    assert checked.text == "髙橋さん"
    assert "「高」" in checked.problems[0].message
    assert "名前でなければ" in checked.problems[0].message


@pytest.mark.parametrize(
    ("typed", "urls"),
    [
        ("https://example.jp/aです", ["https://example.jp/a"]),
        ("（https://example.jp/a）", ["https://example.jp/a"]),
        ("(https://example.jp/a_(b))を", ["https://example.jp/a_(b)"]),
        ("https://example.jp/a。", ["https://example.jp/a"]),
        ("See https://example.jp/a.", ["https://example.jp/a"]),
        ("Https://Example.JP/Aへ", ["https://example.jp/A"]),
        ("https://example.jp/a、https://example.jp/b", ["https://example.jp/a", "https://example.jp/b"]),
        ("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｊｐ／ａ", ["https://example.jp/a"]),
        ("題名;https://example.jp/?a=1&b=2詳細", ["https://example.jp/?a=1&b=2"]),
    ],
)
def test_a_link_ends_before_japanese_text(typed: str, urls: list[str]) -> None:
    checked = check(typed)
    assert list(checked.found.urls) == urls
    assert all(url in checked.text for url in urls)


def test_nothing_inside_a_link_is_changed() -> None:
    url = "https://example.jp/2026/12/5/0889-00-1111/10:00?y=500円"
    assert check(url.removesuffix("円")).changes == ()


_PIECES = st.sampled_from(
    [*"あ漢ア1０-ー－〜（）()。、年月日時分円 \n", "令和8年12月5日", "午後1時", "から", "まで", "https://", "example.jp/", "0889-00-", "1111",
     "@example.jp", "丁目", "番地", "(土)", "市", "電話", "㈱", "髙", "\u202e", "👨‍👩‍👧", "葛󠄀"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_is_checked_and_its_changes_lead_to_the_result(text: str) -> None:
    checked = check(text)
    assert _applied(text, checked) == checked.text
    assert check(text, refuse={change.rule for change in checked.changes}).text == text
    for finding in checked.problems:
        assert 0 <= finding.at <= len(text)
        assert finding.message


def _applied(text: str, checked: Checked) -> str:
    for change in reversed(checked.changes):
        assert text[change.at : change.at + len(change.from_)] == change.from_
        text = text[: change.at] + change.to + text[change.at + len(change.from_) :]
    return text
