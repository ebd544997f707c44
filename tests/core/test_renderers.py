"""The other channels: short versions, mail, page, JSON-LD, account book, やさしい日本語."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.catalogue import notice_types
from content.limits import grapheme_len, utf16_len
from content.normalise.checking import check
from content.notice import Notice, make
from content.render import short
from content.render.accounts import HEADER, account_book
from content.render.easy import easy_text
from content.render.jsonld import event
from content.render.mail import Envelope, mail
from content.render.page import page
from content.standard import parse
from tests.notices import PAGE, TOWN, TYPES, example, notices

ENVELOPE = Envelope(
    town=TOWN, sender="moyoshi@city.shiono.example.jp", link=PAGE, uid="w5x7c2n9@kairan.shiono.example.jp",
    sequence=1, stamp=datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
)  # fmt: skip
OPEN = [kind.id for kind in notice_types().values() if not kind.personal]


def long_event() -> Notice:
    return example("event", 内容="冬の曲を聞きます。" * 60, 備考="手話通訳があります。" * 20)


# ---- short versions ------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(notices(), st.sampled_from([(short.sms, short.SMS), (short.rcs, short.RCS)]))
def test_short_versions_fit_and_end_in_the_link(notice: Notice, version: tuple[object, int]) -> None:
    write, most = version
    text = write(notice, TOWN, PAGE)
    assert utf16_len(text) <= most
    assert text.endswith(f"\n【続き】{PAGE}")


def test_whole_fields_leave_in_the_declared_order() -> None:
    notice = long_event()
    kept = list(parse(short.sms(notice, TOWN, PAGE)).fields)
    kind = notice.kind
    assert kind is not None
    gone = [label for label in notice.fields if label not in kept]
    declared = [label for label in kind.card.drop if label in notice.fields]
    assert sorted(gone) == sorted(declared[: len(gone)])
    assert gone and "内容" in gone and "イベント名" in kept
    for label in kept:
        assert parse(short.sms(notice, TOWN, PAGE)).get(label) == notice.get(label)


def test_what_fits_is_whole() -> None:
    notice = example("road_work")
    assert parse(short.sms(notice, TOWN, PAGE)) == notice
    assert parse(short.rcs(long_event(), TOWN, PAGE)) == long_event()


def test_a_headline_that_is_too_long_is_cut_between_characters() -> None:
    text = short.sms(make("event", {"イベント名": "葛\U000e0100👨‍👩‍👧" * 300}), TOWN, PAGE)
    body = text.removesuffix(f"\n【続き】{PAGE}")
    assert body.endswith("…") and utf16_len(text) <= short.SMS
    assert body[:-1].endswith(("葛\U000e0100", "👨‍👩‍👧"))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.integers(1, 20))
def test_cutting_leaves_at_most_so_many_characters(text: str, most: int) -> None:
    cut = short.cut(text, most)
    assert grapheme_len(cut) <= most
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


# ---- mail ------------------------------------------------------------------------------------------------------


def test_a_mail_carries_text_html_and_calendar_and_reads_back() -> None:
    raw = mail(example("event"), ENVELOPE).as_bytes()
    read = message_from_bytes(raw, policy=default)
    body = read.get_body(("plain",))
    html = read.get_body(("html",))
    assert body is not None and html is not None
    assert parse(body.get_content()) == example("event")
    assert str(read["Subject"]).startswith("汐野市：汐野みなと冬まつり 12月5日（土）")
    assert str(read["From"]) == "汐野市 <moyoshi@city.shiono.example.jp>"
    (file,) = read.iter_attachments()
    assert file.get_content_type() == "text/calendar" and file.get_filename() == "notice.ics"
    assert '<a href="tel:0889005126">0889-00-5126</a>' in html.get_content()


def test_a_mail_s_html_shows_what_staff_typed_and_runs_nothing() -> None:
    notice = example("event", 内容='<script>alert("x")</script> & https://a.example.jp/?q="><b>')
    html = mail(notice, ENVELOPE).get_body(("html",))
    assert html is not None
    text = html.get_content()
    assert "<script" not in text and "<b>" not in text
    assert '<a href="https://a.example.jp/?q=' in text


def test_a_heading_cannot_smuggle_a_header() -> None:
    message = mail(example("event", イベント名="冬まつり\nBcc: a@example.jp"), ENVELOPE)
    assert "Bcc" not in message and "\n" not in message["Subject"]


@pytest.mark.parametrize("type_id", [t for t in TYPES if t not in OPEN])
def test_what_is_telling_is_never_mailed(type_id: str) -> None:
    with pytest.raises(ValueError, match="may not be sent by mail"):
        mail(example(type_id), ENVELOPE)


@pytest.mark.parametrize("type_id", OPEN)
def test_every_open_notice_can_be_mailed(type_id: str) -> None:
    body = mail(example(type_id), ENVELOPE).get_body(("plain",))
    assert body is not None and parse(body.get_content()) == example(type_id)


# ---- page -------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(notices())
def test_a_page_shows_every_field_whole_and_links_nothing_unsafe(notice: Notice) -> None:
    shown = page(notice, TOWN)
    assert {row.label: "".join(part.text for part in row.parts) for row in shown.rows} == dict(notice.fields)
    links = [part.href for row in shown.rows for part in row.parts if part.href]
    links += [address for _, address in shown.actions]
    assert all(link.startswith(("https://", "tel:", "mailto:")) for link in links)


def test_a_page_s_buttons_and_sentence() -> None:
    shown = page(example("event"), TOWN)
    assert [words for words, _ in shown.actions] == [
        "申しこむ",
        "支払う",
        "くわしいページ",
        "地図",
        "ここからの行き方",
        "電話",
    ]
    assert shown.lead == "「汐野みなと冬まつり」を2026年12月5日（土）に開きます。"


def test_a_link_ends_before_the_japanese_that_follows() -> None:
    (row,) = page(make("town_news", {"内容": "詳しくはhttps://a.example.jp/x。お早めに"}), TOWN).rows
    assert [(part.text, part.href) for part in row.parts] == [
        ("詳しくは", ""), ("https://a.example.jp/x", "https://a.example.jp/x"), ("。お早めに", ""),
    ]  # fmt: skip


# ---- JSON-LD, account book, やさしい日本語 -----------------------------------------------------------------------


def test_an_event_as_schema_org_has_it() -> None:
    found = event(example("event", 時間="10:00-12:00"), town=TOWN, url=PAGE)
    assert found is not None
    assert (found["startDate"], found["endDate"]) == ("2026-12-05T10:00+09:00", "2026-12-05T12:00+09:00")
    assert found["offers"]["price"] == 500 and found["isAccessibleForFree"] is False
    assert found["maximumAttendeeCapacity"] == 30
    assert found["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 33.145, "longitude": 133.605}


@pytest.mark.parametrize("price", ["", "未定", "実費"])
def test_an_unknown_price_is_not_free(price: str) -> None:
    found = event(example("event", 料金=price), town=TOWN, url=PAGE)
    assert found is not None
    assert "offers" not in found and "isAccessibleForFree" not in found


def test_whole_days_end_on_their_last_day_and_a_day_nobody_can_read_gives_nothing() -> None:
    found = event(
        example("event", 時間="", 開催日="2026年12月5日（土）から2026年12月6日（日）まで"),
        town=TOWN,
        url=PAGE,
    )
    assert found is not None and (found["startDate"], found["endDate"]) == ("2026-12-05", "2026-12-06")
    assert event(example("event", 開催日="未定"), town=TOWN, url=PAGE) is None
    assert event(example("tax_notice"), town=TOWN, url=PAGE) is None


def test_an_account_book_takes_sure_amounts_only() -> None:
    sure = example("tax_notice", 金額="¥12,300")
    notices_ = [
        sure,
        example("event", 料金="無料"),
        example("event", 料金="大人1,000円、子ども500円"),
        example("benefit"),
    ]
    rows = list(csv.reader(io.StringIO(account_book(notices_, TOWN).decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADER
    assert rows[1] == ["2026/12/25", "支出", "納税通知書 固定資産税・都市計画税", TOWN, "12300", ""]
    assert [row[1:2] + row[4:5] for row in rows[2:]] == [["収入", "50000"]]
    assert account_book([example("scheme")], TOWN) == b""


def test_an_account_book_holds_no_formula() -> None:
    raw = account_book([example("event", 主催者='=HYPERLINK("https://x")')], TOWN).decode("utf-8-sig")
    assert next(iter(list(csv.reader(io.StringIO(raw)))[1:]))[3].startswith("'=")


@pytest.mark.parametrize("type_id", TYPES)
def test_easy_japanese_has_its_own_title_sentence_and_labels(type_id: str) -> None:
    text = easy_text(example(type_id), TOWN)
    kind = notice_types()[type_id]
    assert text.startswith(f"{TOWN} {kind.easy_title}\n") and "{" not in text
    assert all(f"【{spec.easy}】" in text for spec in kind.fields)


@pytest.mark.parametrize("type_id", TYPES)
def test_what_we_write_needs_no_correction(type_id: str) -> None:
    checked = check(short.rcs(example(type_id), TOWN, PAGE))
    assert checked.changes == (), [(c.from_, c.to, c.rule) for c in checked.changes]


def test_an_envelope_without_days_has_no_file() -> None:
    assert not list(mail(example("hazard_map"), replace(ENVELOPE, sequence=2)).iter_attachments())
