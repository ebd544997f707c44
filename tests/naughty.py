"""Strings that have broken programs, by class, written for this project: what staff paste and what attackers type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NAUGHTY: Mapping[str, Sequence[str]] = {
    "half characters": ("\ud83d", "会場\udc00", "\ud800\ud800", "a\udfffb"),
    "controls": ("\x00", "会\x00場", "\x07", "\x1b[31m赤\x1b[0m", "\x7f", "\x85", "\x0b\x0c"),
    "direction": ("\u202e場会", "a\u2066b\u2069", "\u202a\u202b\u202c\u202d", "مرحبا بكم", "שלום", "\u200f\u200e市"),
    "invisible": ("\u200b", "会\u200b場", "\ufeff会場", "\u2060", "\u00ad", "\u180e", "\u3164", "ﾠ", "\u115f", "　　　"),
    "emoji": ("👨‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🇯🇵🇯", "❤️‍🔥", "🫨", "👩🏿‍🚒と👨🏻‍⚕️"),
    "variants": ("葛󠄀城市", "辻󠄁", "葛\U000e0100", "神\ufe00", "\U000e0101", "祇󠄀園󠄀"),
    "rare kanji": ("𠮷野家", "髙島", "﨑", "𩸽", "𡈽", "⿰亻言", "㐂", "鄧", "德", "彅", "鷗"),
    "machine marks": ("①②③", "㈱汐野", "㌔㌘㍻", "№℡", "Ⅳ", "㍿", "㊤", "〒", "〠", "♨", "＃＄％＆", "ﾊﾝｶｸｶﾞ"),
    "waves and dashes": ("10時〜12時", "10時～12時", "−５", "‐‑‒–—―ーｰ-", "㈹", "・･", "〃々〆ヶヵ"),
    "combining": ("か\u3099", "e\u0301", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞A̴̵̜̰L", "\u3099", "ก็็็็็", "ﷺ", "各\u0301"),
    "standard text": ("【会場】", "】【", "＜イベント＞", "【", "［会場］x", "会場：会場：", "【続き】https://x.example.jp/", "\u3000【備考】"),
    "templates": ("{town}", "{0.__class__}", "{{7*7}}", "{% for x in y %}", "%s%n%x", "${jndi:ldap://x}", "$(id)", "`id`", "{", "}}"),
    "markup": ("<b>太い</b>", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&amp;&lt;", "]]>", "<!--", "javascript:alert(1)"),
    "tables": ("=1+1", "+81-889", "-1", "@SUM(A1)", "＝1+1", "\tx", "a,b\"c", "'; DROP TABLE notices; --", "1' OR '1'='1"),
    "numbers": ("0", "-0", "1e400", "NaN", "Infinity", "0x1F", "１２３", "٣٤٥", "१२३", "²³", "Ⅻ", "1,00,000", "99999999999999999999", "〇一二", "0.1+0.2"),
    "days": ("2026年2月29日", "令和0年1月1日", "昭和64年1月8日", "9999年12月31日", "0000-00-00", "2026/13/45", "13月32日（月）", "明日", "24:00", "25時", "午後13時", "99:99"),
    "phones": ("110", "#7119", "0120-", "０８８９ー００ー１１１１", "+81 (0)889-00-1111", "電話", "03(5253)1111内線", "090-XXXX-YYYY", "1-2-3-4-5"),
    "links": ("http://", "https://例え.jp/道", "https://a.example.jp/市役所へ", "https://user:pass@x.example.jp", "ftp://x", "//x", "https://x.example.jp/?q=<>\"", "mailto:", "a@b", "@", "https://[::1]/", "https://x.example.jp。"),
    "line ends": ("a\r\nb\rc\nd", "\n\n\n", "\u2028x\u2029", "a\x0bb", "行\r"),
    "names": ("null", "None", "undefined", "true", "NULL", "NaN", "\\", "\\n", "../../etc/passwd", "C:\\con", "%00", "\\u0000"),
    "long": ("あ" * 65_536, "👨‍👩‍👧" * 8_000, "【" * 65_536, "1-" * 30_000, "葛\U000e0100" * 20_000),
}  # fmt: skip
ALL: tuple[tuple[str, str], ...] = tuple((name, each) for name, group in NAUGHTY.items() for each in group)
