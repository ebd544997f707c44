"""Links and mail addresses. A link ends before Japanese text; where that is not certain, nothing is cut.

Characters of a URL: RFC 3986. Hosts end in a country code or a common generic name, so that 「www.fEr」 cut off in
a table is not taken for a host.
"""

from __future__ import annotations

import re

from content.fields.folding import fold
from content.fields.reading import Reading, in_doubt, read_as

URL = re.compile(r"(?<![A-Za-z0-9])[hH][tT][tT][pP][sS]?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
WIDE_URL = re.compile(r"[hHｈＨ][tTｔＴ]{2}[pPｐＰ][sSｓＳ]?[:：][/／]{2}[!-~！-～￥]+")
MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9@-])"
)
_PARTS = re.compile(
    r"(?a)(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>\d{1,5}))?(?P<rest>[/?#].*)?", re.IGNORECASE
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_GENERIC_NAMES = (
    "com net org info biz edu gov mil int name pro jobs mobi asia cat app dev page site shop store online blog cloud tech "
    "live news wiki xyz club tokyo osaka kyoto nagoya yokohama okinawa ryukyu example test localhost"
)
_COUNTRY_CODES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg "
    "ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi "
    "gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw "
    "ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng "
    "ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn "
    "so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws "
    "ye yt za zm zw"
)
"""ISO 3166 codes in use as top-level domains."""
_ENDINGS = frozenset(f"{_GENERIC_NAMES} {_COUNTRY_CODES}".split())
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_EXAMPLE = "例：https://www.city.shiono.example.jp/"


def trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it: a closing bracket stays only with its opening one."""
    while url:
        last = url[-1]
        if last in ".,;:!?'*[" or (last in ")]" and url.count(last) > url.count("(["[")]".index(last)])):
            url = url[:-1]
        else:
            break
    return url


def is_host(host: str) -> bool:
    """Whether a host name may exist: legal labels, a known ending, in lower case."""
    labels = host.lower().split(".")
    ending = labels[-1]
    return len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and ending in _ENDINGS


def put_right(url: str) -> str | None:
    """Scheme and host in lower case; None when this is no URL to send: unknown host, broken %, a user name."""
    match = _PARTS.fullmatch(url)
    if match is None or not is_host(match["host"]) or _BAD_PERCENT.search(url):
        return None
    if match["port"] and int(match["port"]) > 65_535:
        return None
    start = match.end("port") if match["port"] else match.end("host")
    return url[:start].lower() + url[start:]


def read_url(text: str) -> Reading:
    """One URL and nothing else."""
    plain = text.strip()
    if not plain.isascii() and fold(plain).isascii():
        plain = fold(plain)
    found = put_right(plain) if URL.fullmatch(plain) else None
    if found is not None:
        return read_as(text, found, found, "url")
    match = URL.search(plain)
    if match is None:
        return in_doubt(text, "url", f"アドレスだけを https:// から書いてください。{_EXAMPLE}")
    if not plain.isascii():
        return in_doubt(
            text,
            "url",
            "アドレスに日本語が続いています。ブラウザーでページを開き、アドレスを写し直してください。",
            match.end(),
        )
    return in_doubt(
        text, "url", f"アドレスとして読めません。書きまちがいがないか確認してください。{_EXAMPLE}"
    )


def read_mail(text: str) -> Reading:
    """One mail address and nothing else. The part before @ keeps its letters, the host becomes lower case."""
    folded = fold(text).strip()
    name, _, host = folded.rpartition("@")
    if not MAIL.fullmatch(folded) or not is_host(host) or ".." in name:
        return in_doubt(
            text, "mail", "メールアドレスだけを半角で書いてください。例：koho@city.shiono.example.jp"
        )
    written = f"{name}@{host.lower()}"
    return read_as(text, written, written, "mail")


def write(value: str) -> str:
    """A link or mail address is its own written form."""
    return value
