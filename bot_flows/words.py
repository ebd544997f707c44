"""How a resident's writing is read: folding of widths and kana, ways out, numbers, words that open something."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from content.sentences import catalogue
from content.words import typed

_DIGITS = {code: code - 0x0966 + ord("0") for code in range(0x0966, 0x0970)}
"""Nepali writes its own: 「१」 is 1."""
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)} | _DIGITS
_ENDINGS = re.compile(
    r"(?:(?:について)?(?:を)?(?:教えて|おしえて|知りたい|しりたい|見たい|みたい)(?:ください|下さい|です)?"
    r"|は(?:何|なに|いつ|どこ)?(?:ですか)?|です(?:か)?|お願いします|ください|下さい)$"
)
_PUNCTUATION = re.compile(r"[\s。、．，,.!！?？…~〜・「」『』]+$")
_KANJI_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_IN_KANJI = re.compile("[〇一二三四五六七八九十]+")
_REMEMBERED = 4096
"""Labels and words whose spelling is kept: one choice after the other is compared with what was typed."""
_SEVERAL = re.compile(
    r"[0-9]{1,2}(?:番目?|つ目?|個|こ)?"
    r"(?:(?:[とやも,、，.・/ ]+| +(?:and|và|va|र) +| *(?:[和跟]|과|와|하고) *)[0-9]{1,2}(?:番目?|つ目?|個|こ)?)*"
)
_KEYCAP = re.compile(r"([0-9])\uFE0F?\u20E3")
_AROUND = re.compile(r"^[(〔【\[「『<#]+|[)〕】\]」』>:-]+$")
_POLITELY = re.compile(
    r"(?:です|で?(?:お願いします|おねがいします)|で(?:いい(?:です)?)?|にします|がいい(?:です)?"
    r"|を(?:お願いします|おねがいします|ください|下さい))$"
)
"""What people write around a number: 「(1)」, 「1️⃣」, 「3個です」, 「2番でお願いします」."""
_COUNTED = ("ひとつ", "ふたつ", "みっつ", "よっつ", "いつつ", "むっつ", "ななつ", "やっつ", "ここのつ")
_THANKS = re.compile(
    r"(?:どうも|本当に|ほんとに|ほんとうに)?(?:ありがと|有難|有り難)う?(?:ございま(?:す|した)|です|ね|な|よ|さん|[ー〜!])*"
)


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """One spelling for what looks alike: NFKC, lower case, katakana as hiragana, no outer blanks."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_HIRAGANA).strip()


@lru_cache(maxsize=_REMEMBERED)
def _bare(text: str) -> str:
    """``fold`` without closing marks."""
    return _PUNCTUATION.sub("", fold(text))


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """``fold`` without closing marks and polite endings: 「ごみを教えて？」 reads as 「ごみ」."""
    word = _bare(text)
    shorter = _PUNCTUATION.sub("", _ENDINGS.sub("", word))
    return shorter or word or fold(text)


_APART = re.compile(
    r"(?<=[ぁ-ゖァ-ヺー一-鿿々])[ \u3000]+(?=[ぁ-ゖァ-ヺー一-鿿0-9])|(?<=[0-9])[ \u3000]+(?=[ぁ-ゖ一-鿿])"
)


def joined(text: str) -> str:
    """The text without the blanks that やさしい日本語 has between its phrases: 「ソファを すてたい」 is 「ソファをすてたい」."""
    return _APART.sub("", text) if " " in text or "\u3000" in text else text


_NOTHING = {"ありません": "ない", "いません": "いない", "いりません": "いらない"}
_NONE = re.compile(rf"(?:[^はが]{{1,4}}[はが]|とくに|特に)?({'|'.join(_NOTHING)})")
_YES_BEFORE = re.compile(r"^(?:はい|ええ|うん|では|じゃあ|えーと|えっと|あの)[、,。\s]+")


@lru_cache(maxsize=_REMEMBERED)
def answered(text: str) -> str:
    """``fold`` of an answer without what is said around it: 「はい、東区です。」 and 「東区でお願いします」 are 「東区」."""
    word = _YES_BEFORE.sub("", _bare(text))
    none = _NONE.fullmatch(word)
    return _NOTHING[none[1]] if none else _POLITELY.sub("", word).strip() or word


def kanji_number(text: str) -> int | None:
    """A number up to 99 in kanji: 「十二」 is 12, 「二十」 is 20; None when it is something else."""
    if not text or any(letter not in _KANJI_DIGITS and letter != "十" for letter in text):
        return None
    if "十" not in text:
        return _KANJI_DIGITS[text] if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[ones] if ones else 0)


def in_digits(text: str) -> str:
    """Numbers in kanji as digits: 「八時半」 is 「8時半」."""
    return _IN_KANJI.sub(lambda found: str(kanji_number(found[0]) or found[0]), text)


@lru_cache(maxsize=_REMEMBERED)
def numbers(text: str) -> tuple[int, ...]:
    """Choice numbers typed: 「1」「１」「一」「①」「(1)」「1番」「ひとつです」「1と3」「一と三」; empty for anything else."""
    word = _AROUND.sub("", answered(_KEYCAP.sub(r"\1 ", text))).strip()
    if word in _COUNTED:
        return (_COUNTED.index(word) + 1,)
    word = in_digits(word)
    if not _SEVERAL.fullmatch(word):
        return ()
    return tuple(int(found) for found in re.findall(r"[0-9]+", word))


BACK, STOP, AFRESH, RESUME, UNDO = "back", "stop", "afresh", "resume", "undo"


def _lexicon(table: Mapping[str, str]) -> dict[str, str]:
    return {fold(word): meaning for meaning, words in table.items() for word in words.split()}


WAYS_OUT = _lexicon(
    {
        BACK: "もどる 戻る まえ 前 前へ 前の質問 0 もどって 戻って",
        STOP: "やめる キャンセル 中止 おわる 終わる 終了 やめます",
        AFRESH: "はじめから 初めから 始めから 最初から さいしょから リセット やりなおす やり直す",
        RESUME: "つづき 続き つづける 続ける",
        UNDO: "もとに戻す 元に戻す もとにもどす",
    }
)
"""The ways out of any question (experience contract 1.2) and the undo of a setting; exact words only."""
WAYS_OUT = {fold(word): meaning for meaning, word in typed("ways")} | WAYS_OUT


def way_out(text: str) -> str:
    """BACK, STOP, AFRESH, RESUME or UNDO when the whole text is such a word, else an empty string."""
    return WAYS_OUT.get(_bare(text), "")


DOOR_WORDS = _lexicon(
    {
        "garbage": "ごみ ゴミ ごみの日 ごみ収集 ごみ収集日 収集日 ごみの収集日 ごみカレンダー",
        "month": "ごみの予定 1か月のカレンダー ごみの一覧",
        "sorting": "これは何 これはなに それは何 それはなに 何ごみ なにごみ これは何ごみ これはなにごみ これ何ごみ これなにごみ それは何ごみ 分け方 ごみの分け方 分別 ごみの分別 ごみ分別 分別辞典 出し方 ごみの出し方",
        "bulky": "粗大 そだい 粗大ごみ そだいごみ",
        "shelter": "避難 ひなん 避難所 ひなんじょ 避難場所 避難所をさがす",
        "alert": "警報 注意報 台風 地震 津波 大雨 避難情報 災害 いまの警報・避難情報 警報・避難情報",
        "hazard": "ハザードマップ 防災マップ",
        "children": "子育て こそだて 育児 こども 子ども",
        "vaccination": "予防接種 健診 予防接種・健診 乳幼児健診 ワクチン 検診",
        "events": "イベント 催し 行事",
        "news": "市のお知らせ お知らせ 市政ニュース ニュース",
        "pay": "税 税金 納付 支払い 支払 支払い・税 納税 税・支払い 払う",
        "apply": "申請 手続き 申請・手続き 電子申請 届け出 証明書",
        "map": "地図 施設 地図・施設 マップ",
        "toilet": "トイレ 公衆トイレ お手洗い 近くのトイレ",
        "aed": "aed 近くのaed",
        "nursing": "授乳室 授乳 おむつ替え ベビーケアルーム 近くの授乳室",
        "report": "道路 穴 街灯 通報 道路などの通報 公園の遊具",
        "safety": "防犯 交通 防犯・交通 不審者",
        "settings": "設定 受信設定 設定をかえる 設定変更 設定を変える 受信設定を変える",
        "area": "地区 地区をかえる 地区を変える",
        "topics": "分野 知りたいこと お知らせの種類",
        "reminder": "お知らせ時刻 ごみのお知らせ時刻 通知時刻 リマインド",
        "stop": "停止 配信停止 やめたい 配信を止める 止めたい 解除 通知オフ 休む・止める",
        "restart": "再開 再開する 配信再開 配信を再開 お知らせを再開 また受け取る",
        "delete": "削除 消して 削除して データ削除 データを消す",
        "data": "データ ダウンロード わたしのデータ",
        "code": "登録コード",
        "language": "english 英語 中文 中国語 한국어 韓国語 tiếngviệt ベトナム語 やさしい日本語 やさしい 言語 言葉 "
        "language 言語language ことば नेपाली português",
        "contact": "人 職員 電話 相談 人に聞く 問い合わせ 問合せ 電話番号 相談・問い合わせ 電話したい 担当者",
        "home": "メニュー menu ? ヘルプ help 使い方 つかいかた ホーム",
        "setup": "登録 登録する はじめる 設定する まとめて設定する",
        "thanks": "お疲れさま お疲れ様です 感謝します ありがとう ありがとうございます どうも 助かりました サンキュー",
        "hello": "すみません すいません もしもし よろしく よろしくお願いします おやすみ おやすみなさい お世話になります お世話になっております さようなら さよなら バイバイ おーい ねえ こんちは ごめんください こんにちは おはよう おはようございます こんばんは はじめまして",
    }
)
"""Exact words (after ``plain``) that open something at any time; the meaning names a door of the engine."""
DOOR_WORDS = {fold(word): meaning for meaning, word in typed("doors")} | DOOR_WORDS
_ANSWERS = {fold(word): meaning for meaning, word in typed("answers")}
_ITEMS = {fold(word): meaning for meaning, word in typed("items")}
_THROWS = re.compile(
    r"^(?:(?:where|how|which day)(?: do i| can i| should i| to)? )?(?:(?:throw|put|dispose|get rid)(?: away| out| of)*|recycle|sort)? ?"
    r"(?:(?:an?|the|my|some|old|used|broken) )*|(?: away| out)$"
)
_DAYS = {fold(word): meaning for meaning, word in typed("days")}

_WISHES = re.compile(
    r"(?:の|を|に|が|へ)?(?:(?:申し?込み?|予約|連絡|手続き?|登録|場所|日程|一覧|方法|ページ)(?:を?したい|する)?"
    r"|(?:申し込み|探し|さがし|調べ|しらべ|変え|かえ|払い|受け|行き|し|見)(?:たい|る)|(?:探|さが|払|行)(?:す|う|く)|見る)$"
)
"""What people want of a thing: 「粗大ごみの申し込み」, 「税を払いたい」, 「避難所をさがす」."""
_GAPS = re.compile(r"[\s・/]+")
_TO_NOTHING = frozenset(
    map(
        fold,
        (
            "はい",
            "いいえ",
            "うん",
            "ううん",
            "ok",
            "オーケー",
            "わかった",
            "わかりました",
            "了解",
            "そうです",
            "ちがう",
            "ちがいます",
            "大丈夫",
            "大丈夫です",
            "結構です",
            "けっこうです",
            "もういいです",
            "いいです",
            "いりません",
            "了解しました",
            "承知しました",
            "ごめん",
            "ごめんなさい",
            "間違えました",
            "まちがえました",
            "まちがえた",
            "なんでもない",
            "何でもないです",
            "教えて",
            "教えてください",
            "どうしよう",
            "取り消し",
            "取消",
            "取り消す",
        ),
    )
)


@lru_cache(maxsize=_REMEMBERED)
def door_word(text: str) -> str:
    """The door a whole text names (「設定」, 「粗大ごみを教えて」), else an empty string."""
    folded = fold(text)
    word = plain(text)
    if _THANKS.fullmatch(_bare(text)):
        return "thanks"
    found = DOOR_WORDS.get(folded) or DOOR_WORDS.get(word) or DOOR_WORDS.get(_GAPS.sub("", folded))
    return found or DOOR_WORDS.get(_WISHES.sub("", word), "")


@cache
def labels(*keys: str) -> frozenset[str]:
    """These sentences, folded, in every language they are written in: labels of buttons somebody may type."""
    return frozenset(fold(text) for key in keys for text in catalogue()[key].texts.values())


def answer_word(text: str) -> str:
    """「はい」 for "yes", 「なし」 for "none": the Japanese word of a short answer, "" for anything else."""
    return _ANSWERS.get(_bare(text), "")


def means_nothing(text: str) -> bool:
    """「はい」 where nothing was asked: no thing of that name is looked for."""
    return _bare(text) in _TO_NOTHING or bool(answer_word(text))


def item_word(text: str) -> str:
    """「ソファ」 for "where do I throw my old sofa": the thing's Japanese name, "" for anything else."""
    word = _THROWS.sub("", _bare(text))
    return _ITEMS.get(word) or _ITEMS.get(word.removesuffix("s"), "")


def day_word(text: str) -> str:
    """「あした」 for "tomorrow": the Japanese word for a day asked about in another language, else the text itself."""
    return _DAYS.get(_bare(text), text)


def masked(text: str, longest: int = 100) -> str:
    """What may be kept of a word nobody could answer: no digits, at most ``longest`` characters."""
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS)
    return re.sub(r"[0-9]", "＊", plain).strip()[:longest]
