"""The catalogue's files and the code hold together, and the files keep the paper's lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from content import catalogue
from content.catalogue import BadCatalogue, NoticeType, notice_types
from content.fields.kinds import KINDS, read
from content.limits import grapheme_len
from tests.notices import TODAY, TYPES

FIGURE_9 = [
    "イベント名",
    "主催者",
    "内容",
    "対象者",
    "定員",
    "参加申込",
    "詳細情報",
    "料金",
    "開催日",
    "時間",
    "会場",
    "住所",
    "アクセス",
    "駐車場",
    "問合先",
    "連絡先",
    "備考",
]
REFERENCE_LIST_1 = [
    "広報誌",
    "観光案内",
    "自治会回覧",
    "施設案内",
    "水道料金",
    "ガス料金",
    "納税通知書",
    "督促通知",
    "還付通知",
    "源泉徴収票",
    "固定資産情報",
    "制度案内・補助金案内",
    "給付金決定通知",
    "介護認定決定通知",
    "母子手帳",
    "乳幼児予防接種",
    "乳幼児健診",
    "予防接種案内",
    "特定健診案内",
    "健診結果通知",
    "保健指導案内",
    "犬猫予防接種",
    "飲食店",
    "事業所",
    "学校行事",
    "給食献立",
    "給食費",
    "保育所空き",
    "保育所入所",
    "未返却通知",
    "選挙人情報",
    "道路工事",
    "大気汚染",
    "河川水位",
    "不審者情報",
    "害獣報告",
    "防災マップ",
    "ボランティア",
    "マイナンバーカード更新",
    "狩猟免許更新",
    "アンケート",
]
CARRIED = {
    "water": "検針の内容 金額 口座振替日", "gas": "検針の内容 金額 口座振替日", "dunning": "金額 納付方法 納付期限",
    "refund": "金額 還付方法 還付期限", "withholding": "特別徴収情報", "property": "土地情報 家屋情報",
    "scheme": "制度名 要件 手続き", "benefit": "決定内容 開始日 金額", "care": "判定結果 サービス種別",
    "mother_child": "妊娠中経過 乳幼児発育記録", "infant_vaccination": "予防接種名 開催日 時間 会場 申込方法",
    "infant_checkup": "開催日 時間 会場 申込方法", "vaccination": "対象者 予防接種名 予診票 会場 開催日 時間",
    "checkup": "対象者 健診名 会場 開催日 時間", "checkup_result": "健診結果", "health_guidance": "対象者 申込方法",
    "pet_vaccination": "ワクチン種別 会場 開催日 時間 申込方法", "restaurant": "検査の種類", "fire_inspection": "点検の種類",
    "school_event": "イベント名 内容 開催日 時間 会場", "school_lunch": "献立 アレルゲン", "lunch_fee": "金額 納付方法 納付期限",
    "nursery_vacancy": "施設名 募集枠 申込方法", "nursery_admission": "決定内容", "library_overdue": "図書名 返却方法",
    "election": "候補者情報", "road_work": "工事個所 工事期間", "river_level": "雨量 水位 警戒情報",
    "suspicious_person": "出没箇所 特徴", "wild_animal": "害獣の種別 出没箇所 被害", "hazard_map": "避難所 危険エリア 関係機関",
    "volunteer": "募集団体 作業 開催日 時間 登録方法", "my_number_card": "カード有効期限 JPKI期限",
    "hunting_licence": "免許種別 検査講習 開催日 会場", "koho": "イベント名 内容 開催日 時間 会場", "facility": "施設名 内容 住所 予約状況 混雑状況",
}  # fmt: skip
"""What the list says a notice carries, in the words of our fields."""
TIERS = {
    "T0": "koho tourism circular facility scheme school_lunch nursery_vacancy election road_work air_quality river_level"
    " suspicious_person wild_animal hazard_map volunteer evacuation weather_warning closure town_news",
    "T1": "event survey garbage_change garbage_reminder",
    "T2": "infant_vaccination infant_checkup vaccination checkup pet_vaccination restaurant fire_inspection school_event"
    " my_number_card",
    "T2S": "health_guidance library_overdue hunting_licence scheme_listed",
    "T3": "water gas tax_notice dunning refund withholding property benefit care mother_child checkup_result lunch_fee"
    " nursery_admission",
}


def types() -> list[NoticeType]:
    return list(notice_types().values())


def test_the_event_carries_figure_9_to_the_letter_and_in_its_order() -> None:
    event = notice_types()["event"]
    assert [spec.label for spec in event.fields if not spec.own] == FIGURE_9
    assert [spec.label for spec in event.fields][: len(FIGURE_9)] == FIGURE_9


def test_every_notice_of_the_paper_s_list_is_there_in_its_order() -> None:
    assert [kind.name for kind in types() if 1 <= kind.number <= 41] == REFERENCE_LIST_1
    assert [kind.number for kind in types()] == [*range(42), *range(51, 58)]


@pytest.mark.parametrize("type_id", CARRIED)
def test_a_notice_carries_what_the_list_names(type_id: str) -> None:
    kind = notice_types()[type_id]
    for label in CARRIED[type_id].split():
        spec = kind.field(label)
        assert spec is not None, label
        assert not spec.own, f"{label} is in the paper's list"


def test_the_tiers_are_the_defaults_and_nothing_is_lower() -> None:
    assert {kind.id: kind.tier for kind in types()} == {i: t for t, ids in TIERS.items() for i in ids.split()}


@pytest.mark.parametrize("type_id", TYPES)
def test_what_is_personal_travels_by_no_open_channel(type_id: str) -> None:
    kind = notice_types()[type_id]
    if kind.personal:
        assert kind.channels <= {"line", "web", "ics", "csv"}
        assert not kind.topics


@pytest.mark.parametrize("type_id", TYPES)
def test_every_example_is_canonical_and_fits(type_id: str) -> None:
    for spec in notice_types()[type_id].fields:
        reading = read(spec.kind, spec.example, today=TODAY)
        assert (reading.text, reading.problems) == (spec.example, ()), spec.label
        assert reading.value is not None, spec.label
        assert grapheme_len(spec.example) <= spec.limit, spec.label


def test_files_and_code_know_the_same_kinds_and_every_label_is_used() -> None:
    assert {spec.kind for spec in catalogue.labels().values()} <= set(KINDS)
    assert set(catalogue.labels()) == {spec.label for kind in types() for spec in kind.fields}


@pytest.mark.parametrize("type_id", TYPES)
def test_no_two_words_of_a_type_mean_different_fields(type_id: str) -> None:
    words = [word for spec in notice_types()[type_id].fields for word in spec.also]
    assert len(words) == len(set(words)), sorted(w for w in words if words.count(w) > 1)


@pytest.mark.parametrize("type_id", TYPES)
def test_every_action_leads_somewhere_its_field_can_lead(type_id: str) -> None:
    kind = notice_types()[type_id]
    able = {
        "call": {"phone"}, "pay": {"url"}, "web": {"url"}, "apply": {"url", "longtext"},
        "calendar": {"date", "dates", "period", "time", "times"}, "map": {"coordinates", "address", "text"},
        "route": {"coordinates", "address", "text"},
    }  # fmt: skip
    for act, labels in kind.actions.items():
        for label in labels:
            spec = kind.field(label)
            assert spec is not None and spec.kind in able[act], (act, label)


# ---- a file somebody broke -------------------------------------------------------------------------------

LABEL = '["件名"]\nkind = "text"\nlimit = 10\nhelp = "h"\nexample = "e"\neasy = "y"\nalso = []\n'
GOOD = """id = "a"
number = 1
name = "n"
group = "g"
tier = "T0"
source = "own"
title = "t"
easy_title = "t"
purpose = "p"
lead = "{件名}"
easy_lead = "x"
topics = []
channels = ["line"]
fields = ["件名*"]
own = []
[card]
headline = "件名"
[actions]
[examples]
"""


def faults_of(folder: Path, text: str, labels: str = LABEL) -> list[str]:
    (folder / "labels.toml").write_text(labels, encoding="utf-8")
    (folder / "types").mkdir()
    (folder / "types" / "a.toml").write_text(text, encoding="utf-8")
    try:
        catalogue.load(folder / "labels.toml", folder / "types")
    except BadCatalogue as bad:
        return bad.faults
    return []


def test_a_good_file_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('id = "a"', 'id = "b"', "a.toml: id must be 'a', as the file is called"),
        ('tier = "T0"', 'tier = "T9"', "a.toml: tier 'T9' is unknown"),
        ('name = "n"\n', "", "a.toml: name is missing"),
        ("number = 1", 'number = "1"', "a.toml: number must be int"),
        ('"件名*"', '"題名"', "a.toml: field '題名' is not in labels.toml"),
        ('"件名*"', '"件名*", "件名"', "a.toml: field '件名' stands twice"),
        ("{件名}", "{場所}", "a.toml: lead: {場所} is not a required field"),
        (
            'headline = "件名"',
            'headline = "場所"',
            "a.toml: card headline: '場所' is not a field of this type",
        ),
        ("[actions]", '[actions]\nfly = ["件名"]', "a.toml: actions: 'fly' is not a field of this type"),
        ('channels = ["line"]', 'channels = ["fax"]', "a.toml: channel 'fax' is unknown"),
        ("[card]", "[card", "a.toml: "),
    ],
)
def test_a_broken_file_is_refused_with_file_and_place(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    assert before in GOOD
    found = faults_of(tmp_path, GOOD.replace(before, after))
    assert any(each.startswith(fault) for each in found), found


def test_a_broken_label_is_refused_with_its_place(tmp_path: Path) -> None:
    assert (
        faults_of(tmp_path, GOOD, LABEL.replace('"text"', '"poem"'))[0]
        == "labels.toml [件名]: kind 'poem' is unknown"
    )
