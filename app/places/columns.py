"""The columns of the national place lists, both generations side by side, as the recommended data sets name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Names = tuple[str, ...]

NAME: Names = ("名称", "施設名", "施設名称", "name", "名前")
KANA: Names = ("名称_カナ", "名称(カナ)", "施設名_カナ")
ADDRESS: Names = ("住所", "所在地_連結表記", "所在地", "所在地_市区町村", "address")
LATITUDE: Names = ("緯度", "latitude", "lat")
LONGITUDE: Names = ("経度", "longitude", "lon", "lng")
LOCATION: Names = ("location",)
"""Takamatsu's older form keeps both numbers in one cell."""
CODES: Names = (
    "都道府県コード又は市区町村コード",
    "全国地方公共団体コード",
    "市区町村コード",
    "所在地_全国地方公共団体コード",
)
TIMES: Names = (
    "開始時間", "終了時間", "開始時刻", "終了時刻", "利用開始時間", "利用終了時間", "診療開始時間", "診療終了時間",
    "startTime", "endTime",
)  # fmt: skip
_HAZARDS: Names = (
    "災害種別_洪水", "災害種別_崖崩れ、土石流及び地滑り", "災害種別_高潮", "災害種別_地震", "災害種別_津波",
    "災害種別_大規模な火事", "災害種別_内水氾濫", "災害種別_火山現象",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: columns that only it has (either generation, and Takamatsu's English names), and what it must have
    besides a name, its reading and an address; the inner tuples are names for the same column."""

    name: str
    own: Names
    required: Sequence[Names] = ()


UNKNOWN = "unknown"
PLACES = Kind("施設一覧", ())
"""A town's own form: names and positions, no national list."""
KINDS: Sequence[Kind] = (
    Kind(
        "指定緊急避難場所一覧",
        (*_HAZARDS, "指定避難所との重複", "対象となる町会・自治会"),
        (("市区町村コード", "全国地方公共団体コード"), *((each,) for each in _HAZARDS), ("指定避難所との重複",)),
    ),
    Kind(
        "医療機関一覧",
        ("医療機関の種類", "診療科目", "病床数", "診療曜日", "診療開始時間", "診療終了時間", "医療機関コード"),
        (("医療機関の種類",), ("診療曜日",), ("診療開始時間",), ("診療終了時間",), ("診療科目",), ("病床数",)),
    ),
    Kind(
        "公衆トイレ一覧",
        (
            "男性トイレ総数", "女性トイレ総数", "男女共用トイレ総数", "バリアフリートイレ数",
            "車椅子使用者用トイレ有無", "乳幼児用設備設置トイレ有無", "オストメイト設置トイレ有無",
        ),
        (("男性トイレ総数",), ("女性トイレ総数",), ("男女共用トイレ総数",), ("バリアフリートイレ数",)),
    ),
    Kind(
        "子育て施設一覧",
        ("一時預かりの有無", "受入年齢", "認可等年月日", "収容定員", "temporaryKeeping", "acceptedAge", "certifiedType"),
    ),
    Kind("公衆無線LANアクセスポイント一覧", ("SSID", "提供エリア")),
    Kind("AED設置箇所一覧", ("小児対応設備の有無", "設置位置"), (("設置位置",),)),
    Kind("公共施設一覧", ("バリアフリー情報", "POIコード", "名称_通称")),
)  # fmt: skip
"""Most particular first: 設置位置 is in the toilets' list too."""

FIRST_HEAD: Names = (
    "NO", "都道府県名", "市区町村名", "名称_英語", "名称_英字", "方書", "電話番号", "内線番号", "FAX番号", "法人番号", "法人の名称",
    "団体名", "種別", "標高", "アクセス方法", "駐車場情報", "想定収容人数", "利用可能曜日", "利用可能日時特記事項", "説明",
    "診療日時特記事項", "時間外における対応", "設置者", "URL", "備考",
)  # fmt: skip
SECOND_HEAD: Names = (
    "ID", "地方公共団体名", "町字ID", "所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下", "建物名等",
    "高度の種別", "高度の値", "郵便番号", "連絡先メールアドレス", "連絡先FormURL", "連絡先備考", "画像", "画像_ライセンス",
    "男性トイレ数", "女性トイレ数", "男女共用トイレ数", "利用可能時間特記事項", "設置位置",
)  # fmt: skip
KNOWN: Names = (
    *NAME, *KANA, *ADDRESS, *LATITUDE, *LONGITUDE, *CODES, *TIMES, *FIRST_HEAD, *SECOND_HEAD,
    *(column for kind in KINDS for column in kind.own),
)  # fmt: skip
"""Every column of any of these lists; another one is named as unknown."""
