"""Standard text: figure 9's form, the way back without loss, and text that people wrote by hand."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.catalogue import notice_types
from content.notice import Notice, make, typed
from content.standard import parse, render
from tests.notices import TODAY, TOWN, TYPES, example, notices

FIGURE_9 = """汐野市 イベントのお知らせ
＜イベント＞
【イベント名】汐野みなと冬まつり
【主催者】汐野市文化観光局
【内容】みんなで歌い、鍋を囲みます。
【対象者】市内に住む小学生と保護者
【定員】30人（先着順）
【参加申込】ウェブで申し込み https://apply.shiono.example.jp/fuyu/
【詳細情報】https://www.city.shiono.example.jp/moyoshi/fuyu/
【料金】¥500（テキスト代）
【開催日】2026年12月5日（土）
【時間】10:00-12:00、13:00-17:00
【会場】汐野市民会館 大ホール
【住所】汐野市中区港町3-3-1
【アクセス】汐野駅から歩いて5分
【駐車場】あり（50台、無料）
【問合先】文化観光局 催し案内
【連絡先】0889-00-5126
【備考】雨のときは中止します。
【持ち物】飲み物、動きやすい服
【申込期限】2026年11月27日（金）
【支払い】https://pay.shiono.example.jp/fuyu/
【メール】 koho@city.shiono.example.jp
【郵便番号】749-0001
【位置】33.145000,133.605000"""


def test_the_event_reads_as_figure_9() -> None:
    assert render(example("event"), TOWN) == FIGURE_9


@pytest.mark.table
def test_reading_back_gives_the_very_notice() -> None:
    tried, fields = Counter[str](), Counter[str]()
    different: list[Notice] = []

    def holds(notice: Notice, town: str) -> None:
        tried[notice.type] += 1
        fields.update(list(notice.fields))
        if notice.fields and parse(render(notice, town)) != notice:
            different.append(notice)

    for type_id in TYPES:  # each has its share, so that none is left to chance
        some = given(notices([type_id]), st.sampled_from(["", TOWN, "岬町 港支所"]))
        settings(max_examples=1 + 1000 // len(TYPES), deadline=None)(some(holds))()
    print(
        f"\nreading back: {tried.total():,} notices of {len(tried)} types, {fields.total():,} fields under "
        f"{len(fields)} labels, {len(different)} different"
    )
    assert different == []
    assert set(tried) == set(TYPES)


@pytest.mark.parametrize("type_id", TYPES)
def test_every_type_reads_back_whole_with_its_values(type_id: str) -> None:
    notice = example(type_id)
    back = parse(render(notice, TOWN))
    assert back == notice
    assert list(back.fields) == [spec.label for spec in notice_types()[type_id].fields]
    assert typed(back, today=TODAY) == typed(notice, today=TODAY)
    assert all(reading.value is not None for reading in typed(back, today=TODAY).values())


@settings(max_examples=200, deadline=None)
@given(notices(), st.randoms(use_true_random=False))
def test_a_messenger_may_change_line_ends_spaces_and_what_stands_around(
    notice: Notice, random: Random
) -> None:
    lines = render(notice, TOWN).split("\n")
    spoilt = [line + random.choice(["", " ", "　", " \t"]) for line in lines]
    whole = random.choice(["\n", "\r\n", "\r"]).join(["\ufeff" + spoilt[0], *spoilt[1:], "", " "])
    if notice.fields:
        assert parse(whole) == notice


def test_a_shortened_text_reads_back_without_its_link() -> None:
    notice = make("event", {"イベント名": "朝市", "開催日": "2026年12月5日（土）"})
    assert parse(render(notice, TOWN) + "\n【続き】https://kairan.shiono.example.jp/n/x") == notice


def test_a_test_send_s_mark_before_the_title_is_no_field() -> None:
    notice = example("road_work")
    assert parse(f"【テスト】{render(notice, TOWN)}") == notice


@settings(max_examples=500, deadline=None)
@given(st.text())
def test_no_text_makes_reading_fall(text: str) -> None:
    assert isinstance(parse(text), Notice)


@pytest.mark.parametrize("unit", ["【会場】x\n", "【", "会場：", "a\n", "\u3000", "［会場］", "■", "\r"])
def test_reading_is_linear(unit: str) -> None:
    seconds = []
    for size in (16_384, 65_536):
        text = (unit * size)[:size]
        seconds.append(min(_cpu_seconds(text) for _ in range(3)))
    assert seconds[1] < max(seconds[0] * 12, 0.5)


def _cpu_seconds(text: str) -> float:
    """Processor time, so that a busy machine does not count."""
    began = time.process_time()
    parse(text)
    return time.process_time() - began


HAND = {
    "marks and colons": """もちつき大会のお知らせ
■イベント名：もちつき大会
■日　時：令和8年12月12日（土）午前10時～正午
■場　所：港公民館
■参加費：無料
■問い合わせ：港公民館 0889-00-7201""",
    "square brackets": """［名称］もちつき大会
［日時］令和8年12月12日（土） 午前10時～正午
［場所］港公民館
［費用］無料
［問合せ先］港公民館 0889-00-7201""",
    "wide labels": """【催し名】：もちつき大会
【日　時】令和8年12月12日（土）午前10時～正午
【会　場】港公民館
【参加費】無料
【問い合わせ先】港公民館 0889-00-7201""",
}


@pytest.mark.parametrize("name", HAND)
def test_what_another_town_wrote_by_hand_is_understood(name: str) -> None:
    notice = parse(HAND[name])
    assert notice.type == "event"
    assert dict(notice.fields) == {
        "イベント名": "もちつき大会",
        "料金": "無料",
        "開催日": "令和8年12月12日（土）",
        "時間": "午前10時～正午",
        "会場": "港公民館",
        "問合先": "港公民館 0889-00-7201",
    }
    values = {label: reading.text for label, reading in typed(notice, today=TODAY).items() if reading.value}
    assert values["開催日"] == "2026年12月12日（土）"
    assert values["時間"] == "10:00-12:00"


def test_a_day_and_time_that_cannot_be_told_apart_stay_as_written() -> None:
    notice = parse("【催し名】茶会\n【日時】12月5日（土）10時から、12月6日（日）13時から\n【会場】庭園")
    assert notice.get("日時") == "12月5日（土）10時から、12月6日（日）13時から"
    assert "開催日" not in notice.fields


def test_a_label_nobody_knows_is_kept_under_its_name() -> None:
    notice = parse("【イベント名】茶会\n【会場】庭園\n【流派】裏千家\n2行目")
    assert notice.get("流派") == "裏千家\n2行目"
    assert parse(render(notice, TOWN)) == notice


def test_two_labels_for_one_field_lose_nothing() -> None:
    notice = parse("【イベント名】茶会\n【会場】庭園\n【集合場所】門の前")
    assert (notice.get("会場"), notice.get("集合場所")) == ("庭園", "門の前")


def test_text_without_fields_is_no_notice() -> None:
    assert parse("明日は雨が降りそうです。\nhttps://example.jp/ を見てください。") == Notice("", {})


def test_the_form_for_labels_is_the_catalogue_s_order_whatever_the_input_s() -> None:
    fields = {"備考": "b", "イベント名": "a", "会場": " c \r\nd  "}
    assert list(make("event", fields).fields.items()) == [
        ("イベント名", "a"),
        ("会場", "c\nd"),
        ("備考", "b"),
    ]
