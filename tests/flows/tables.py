"""What the small town of the conversations is made of: districts, a calendar's rules, a dictionary, places, events, fees."""

from __future__ import annotations

from datetime import date, time

from bot_flows.asked import Faq, Fee, PayWay, PublicPlace
from bot_flows.bulky_facts import Book, CollectionArea, Item, Kind, NotTaken, Rules
from bot_flows.pack_facts import CategoryGuide, Counter, District, Link, Section
from bot_flows.town_facts import Ages, Facility, Neighbour, TownEvent, Window
from bot_flows.vocabulary import Meaning, Vocabulary, item_meaning
from content.notice import make

NAMES = {
    "中央区": (("本町", "ほんまち", "1000001"), ("港町", "みなとまち", "1000002")),
    "東区": tuple((f"青葉{n}丁目", f"あおば{n}ちょうめ", f"20000{n:02d}") for n in range(1, 14)),
}
SHARED_POSTCODE = "3000000"
POSITIONS = {"中央区本町": (33.5, 130.4), "東区青葉1丁目": (33.6, 130.5)}
WITHOUT_CALENDAR = "中央区港町"


def _districts() -> tuple[District, ...]:
    made = []
    for ward, names in NAMES.items():
        for number, (name, kana, _) in enumerate(names, start=1):
            area = "" if ward + name == WITHOUT_CALENDAR else "北"
            made.append(District(f"{'c' if ward == '中央区' else 'e'}{number:02d}", ward, name, kana, area))
    return tuple(made)


DISTRICTS = _districts()
POSTCODES = {code: ward + name for ward, names in NAMES.items() for name, _, code in names}
CATEGORIES = (
    CategoryGuide("もえるごみ", "黄色の袋に入れてください。", "朝8時30分まで"),
    CategoryGuide("もえないごみ", "青い袋に入れてください。", "朝8時30分まで"),
    CategoryGuide("びん・かん", "かごに入れてください。", "夜（日没から24時まで）"),
    CategoryGuide("有害ごみ", "", "朝8時30分まで", "火事の原因になります。もえるごみに入れないでください。"),
    CategoryGuide("粗大ごみ", "申し込んでください。", "予約した日の朝8時まで"),
    CategoryGuide("市で収集しないもの", "店に聞いてください。", ""),
)
ITEMS = {
    "アイロン": ("もえないごみ", "コードは束ねてください。"),
    "フライパン": ("もえないごみ", ""),
    "ハンガー（木）": ("もえるごみ", ""),
    "ハンガー（金属）": ("もえないごみ", ""),
    "ハンガー（プラスチック）": ("もえるごみ", ""),
    "鏡（30cm未満）": ("もえないごみ", ""),
    "鏡（30cm以上）": ("粗大ごみ", ""),
    "電池": ("有害ごみ", "端子にテープをはってください。"),
    "エアコン": ("市で収集しないもの", "買った店か、専門の業者に頼んでください。"),
    "ソファ": ("粗大ごみ", ""),
    "磁石": ("もえないごみ", ""),
    "牛乳パック（内側が銀色）": ("もえるごみ", ""),
    "牛乳パックの袋": ("もえないごみ", ""),
    "冷蔵庫・冷凍庫": ("市で収集しないもの", ""),
    "びん（耐熱ガラス）": ("もえないごみ", ""),
    "かさ（傘）": ("もえないごみ", ""),
}
NEAR = {"マグネット": ("磁石",), "アイロソ": ("アイロン", "エアコン")}
SECTIONS = {
    "general": Section(
        "general", "みどり市コールセンター", "0889-00-1111", "毎日8時〜20時", "https://midori.example.jp/"
    ),
    "garbage": Section(
        "garbage", "ごみ減量課", "0889-00-2153", "平日9時〜17時", "https://midori.example.jp/gomi/"
    ),
    "care": Section("care", "こころの相談室", "0889-00-5600", "毎日9時〜21時", ""),
}
LINKS = {
    "care": (
        Link("care-yorisoi", "よりそいホットライン", "tel:0120-279-338", "24時間"),
        Link("care-children", "24時間子供SOSダイヤル", "tel:0120-0-78310", "24時間"),
        Link("care-violence", "DV相談プラス", "tel:0120-279-889", "24時間"),
    ),
    "apply": (
        Link("juminhyo", "住民票をとる", "https://apply.example.jp/1", "3日ほどで届きます。"),
        Link("jidoteate", "とても長い名前の手続きをスマートフォンで申し込む", "https://apply.example.jp/2"),
    ),
    "pay": (Link("tax", "市税を払う", "https://pay.example.jp/1"),),
    "map": (Link("map", "市の地図で見る", "https://map.example.jp/"),),
    "privacy": (Link("privacy", "個人情報の取り扱い", "https://midori.example.jp/privacy/"),),
}
COUNTERS = {
    "KODOMO-3": Counter("KODOMO-3", "子育て窓口", ("childcare", "disaster")),
    "GOMI-2": Counter("GOMI-2", "ごみカレンダー", ("garbage",)),
    "TOSHO-1": Counter("TOSHO-1", "中央図書館", ("events",)),
    "MATSURI-1": Counter("MATSURI-1", "みなと祭り", ("events",), active=False),
}
QUESTIONS = (
    Faq("bag", ("ごみ袋はどこで買えますか",), "市内のスーパーで買えます。", "garbage"),
    Faq("certificate", ("住民票がほしい",), "コンビニで取れます。", "general", "apply"),
)
PLACES = {
    "中央図書館": PublicPlace(
        "中央図書館", "図書館", "みどり市本町1-1", "0889-00-7000", "09:30〜20:00", "土日は18時まで"
    ),
    "中央公園": PublicPlace("中央公園", "公園", "", "", ""),
}
FEES = (
    Fee(
        "property",
        "固定資産税",
        "general",
        (("第1期", date(2026, 4, 30)), ("第3期", date(2026, 12, 25)), ("第4期", date(2027, 3, 1))),
        ("都市計画税",),
    ),
    Fee("car", "軽自動車税", "general", (("全期", date(2026, 6, 1)),), note="普通の車は県が受け付けます。"),
    Fee("yearly", "国民健康保険", "general", (("全期", date(2026, 11, 30)),)),
    Fee("other", "その他", "general", ()),
)
PAY_WAYS = (PayWay("スマホでeL-QRを読む", "領収書は出ません。"), PayWay("コンビニ", "30万円まで。"))
VOCABULARY = Vocabulary(
    (
        *(item_meaning(name, ()) for name in ITEMS),
        *(Meaning("place", name, (name,)) for name in PLACES),
        Meaning("faq", "bag", ("ごみ袋はどこで買えますか", "ごみ袋", "ごみ袋 買")),
        Meaning("faq", "certificate", ("住民票がほしい", "住民票 コンビニ", "住民票 取")),
        Meaning("area", "apply", ("住民票 ネット",)),
        Meaning("area", "pay", ("固定資産税", "国民健康保険", "国民健康保険 払")),
    )
)
OTHER_TOWN = Neighbour("となり市", "https://tonari.example.jp/bosai/", 34.0, 130.5)
HAZARDS = {"洪水": True, "地震": True, "津波": False}


def _facility(kind: str, name: str, north: float, east: float, **more: object) -> Facility:
    facts = {"address": f"みどり市{name}1-1", "phone": "0889-00-1190", **more}
    return Facility(f"{kind}-{name}", kind, name, north, east, **facts)


FACILITIES = (
    _facility(
        "shelter", "青葉小学校", 33.601, 130.5, hazards=HAZARDS, is_asked_shelter=True, note="体育館は2階です。"
    ),
    _facility("shelter", "青葉公園", 33.605, 130.5, hazards={**HAZARDS, "洪水": False}),
    _facility("shelter", "本町中学校", 33.502, 130.4, hazards=HAZARDS),
    _facility("shelter", "港町公民館", 33.49, 130.41, hazards={}.fromkeys(HAZARDS, False)),
    _facility("shelter", "市民の丘にある とても長い名前の避難場所", 33.52, 130.42, hazards=HAZARDS),
    _facility("shelter", "東体育館", 33.62, 130.5, hazards=HAZARDS),
    _facility("toilet", "青葉駅の公衆トイレ", 33.602, 130.5, details=("車いす用トイレ",)),
    _facility("aed", "青葉小学校", 33.601, 130.5, weekdays="月火水木金", opens=time(8, 30), closes=time(17, 15)),
    _facility(
        "aed", "青葉交番", 33.604, 130.5, weekdays="月火水木金土日", opens=time(0), closes=time(23, 59),
        details=("入口の右",),
    ),
    _facility("nursing", "東図書館", 33.603, 130.5, details=("授乳室",)),
    _facility(
        "public", "東図書館", 33.603, 130.5, weekdays="火水木金土日", opens=time(9, 30), closes=time(18),
        hours_note="毎月最後の木曜日は休み", details=("車いす用トイレ、エレベーター",),
        url="https://midori.example.jp/toshokan/",
    ),
    _facility("public", "本町図書館", 33.503, 130.4),
)  # fmt: skip


def _event(number: int, name: str, first: str, **more: object) -> TownEvent:
    """An event of the list; ``more`` are facts of TownEvent, or ``fields`` of the notice."""
    begins = date.fromisoformat(first)
    ends = date.fromisoformat(str(more.pop("last", first)))
    fields = {
        "イベント名": name,
        "開催日": f"{begins.year}年{begins.month}月{begins.day}日",
        "時間": "10:00-12:00",
        "会場": "東公民館",
        "住所": "みどり市東区青葉1-1",
        "連絡先": "0889-00-5126",
        "料金": "無料",
    }
    fields |= more.pop("fields", {})
    place = fields.get("位置", "").split(",")
    position = (float(place[0]), float(place[1])) if len(place) == 2 else None
    facts = {
        "ward": "東区",
        "kind": "音楽",
        "is_free": fields["料金"] == "無料",
        "position": position,
        **more,
    }
    return TownEvent(f"e{number}", make("event", fields), begins, ends, **facts)


EVENTS = (
    _event(1, "春の会", "2026-04-05", kind="その他イベント", ward="中央区"),
    _event(2, "絵の展覧会", "2026-11-01", last="2026-12-20", kind="文化・芸術", fields={"料金": "¥300"}),
    _event(3, "朝の体操", "2026-11-28", ages=Ages(720), fields={"対象者": "60歳以上"}),
    _event(4, "昼の音楽会", "2026-11-29", ward="中央区"),
    _event(
        5, "赤ちゃんの会", "2026-12-03", kind="子育て・教育", ages=Ages(0, 11),
        fields={
            "対象者": "0歳の子と保護者", "参加申込": "https://apply.example.jp/aka/", "申込期限": "2026年12月1日（火）",
            "位置": "33.601000,130.500000", "詳細情報": "https://midori.example.jp/aka/",
        },
    ),
    _event(
        6, "申し込みが終わった会", "2026-12-05",
        fields={"参加申込": "https://apply.example.jp/late/", "申込期限": "2026年11月20日（金）"},
    ),
    _event(7, "中止になった会", "2026-12-06", state="中止"),
    _event(8, "満員の会", "2026-12-08", state="満員", fields={"参加申込": "https://apply.example.jp/full/"}),
    _event(
        9, "有料の音楽会", "2026-12-12", fields={"料金": "¥1,500", "支払い": "https://pay.example.jp/ongaku/"},
    ),
    _event(10, "新年の会", "2027-01-09", ages=Ages(72, 155), ward="中央区", fields={"会場": ""}),
)  # fmt: skip
MORE_EVENTS = (
    *EVENTS,
    _event(11, "水泳教室", "2027-02-06", state="満員"),
    _event(12, "水泳教室", "2027-02-13", fields={"位置": "33.650000,130.500000"}),
    _event(13, "どこかの会", "2027-02-20"),
    _event(14, "遠い会", "2027-02-20", fields={"位置": "33.700000,130.500000"}),
    _event(15, "近い会", "2027-02-20", ward="中央区", fields={"位置": "33.610000,130.500000", "会場": ""}),
    _event(
        20,
        "卓球教室",
        "2027-03-01",
        state="満員",
        fields={"主催者": "卓球の会", "位置": "33.605000,130.500000"},
    ),
    _event(
        21,
        "卓球教室",
        "2027-03-02",
        fields={"申込期限": "2026年11月20日（金）", "位置": "33.605000,130.500000"},
    ),
    *(
        _event(number, "卓球教室", f"2027-03-{number - 19:02}", fields={"位置": "33.605000,130.500000"})
        for number in range(22, 31)
    ),
    _event(31, "山の会", "2027-04-01", fields={"位置": "34.000000,131.000000"}),
)
"""With an event of two days, three on one day at different places, one of many days, and one far from all."""
WINDOWS = (
    Window("vaccination", "ロタ", 2, 7, "2回受けます。"),
    Window("vaccination", "五種混合", 2, 89, "3回受けます。"),
    Window("checkup", "4か月児健診", 4, 5, "保健センターで受けます。"),
    Window("vaccination", "BCG", 5, 11, "1回受けます。"),
    Window("vaccination", "MR1期", 12, 23, "1回受けます。"),
    Window(
        "checkup", "1歳6か月児健診", 18, 23, "歯の健診もあります。", book="https://midori.example.jp/kenshin/"
    ),
    Window("checkup", "3歳児健診", 36, 47, "目と耳の検査があります。"),
    Window("vaccination", "MR2期", 60, 83, "小学校に入る前の年度だけです。"),
)
SOFA = Item(
    "sofa",
    "ソファ",
    (
        Kind("sofa/one", "ソファ", "1人用", 500, "はば100cmまで（シングルベッドのはばくらい）"),
        Kind("sofa/two", "ソファ", "2人用以上", 1000, "はば100cmを超えるもの（シングルベッドより広い）"),
        Kind("sofa/bed", "ソファ", "ソファベッド", 1500, "長さ180cmくらい（大人が横になれる）"),
    ),
)
BULKY = Book(
    Rules(
        "朝8時30分まで",
        closed=frozenset({date(2026, 12, 31)}),
        put_house="門の前",
        put_flat="ごみ置き場の横",
        stickers="コンビニ",
        pay_page="https://pay.example.jp/sodai/",
    ),
    {
        "sofa": SOFA,
        "chair": Item(
            "chair", "いす", (Kind("chair/one", "いす", "", 500, "高さ60cmを超えるもの（ひざより高い）"),)
        ),
        "futon": Item("futon", "布団", (Kind("futon/one", "布団", "", 500),)),
        "shelf": Item("shelf", "本棚", (Kind("shelf/one", "本棚", "", 1000),)),
        "cupboard": Item("cupboard", "食器棚", (Kind("cupboard/one", "食器棚", "", 1500),)),
    },
    {"tv": NotTaken("tv", "テレビ", "買った店に頼んでください。")},
    (
        CollectionArea("east", "東区", frozenset({"東区"}), frozenset(), frozenset({3}), 10),
        CollectionArea("center", "中央区", frozenset(), frozenset({"c01"}), frozenset({1}), 4),
    ),
    Vocabulary(
        (
            Meaning("item", "sofa", ("ソファ", "ソファー", "長いす")),
            Meaning("item", "chair", ("いす", "椅子")),
            Meaning("item", "futon", ("布団", "ふとん")),
            Meaning("item", "shelf", ("本棚", "棚")),
            Meaning("item", "cupboard", ("食器棚", "棚")),
            Meaning("item", "not:tv", ("テレビ", "液晶テレビ")),
        )
    ),
)
NEW_YEAR = (date(2026, 12, 31), date(2027, 1, 3))
CALENDAR_ENDS = date(2027, 3, 31)
