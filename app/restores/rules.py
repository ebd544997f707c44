"""Whether the database is the one that sent last, or an older copy of it. Pure."""

from __future__ import annotations

from datetime import datetime

from app.clock import in_japan
from app.watermark import Mark

HOW_TO_GO_ON = (
    "止めている間は、緊急のお知らせも送りません。管理者に連絡し、kairan restore で確認してください。"
)


def why_held(inside: Mark | None, outside: Mark | None) -> str:
    """The reason in one sentence for staff; nothing when database and note agree.

    The database may be ahead of the note: a claim is committed first, noted next, and sent only then.
    """
    if inside is None:
        return ""
    if outside is None or outside.epoch != inside.epoch:
        return f"最後の送信の控え（WATERMARK_DIRのファイル）が見つからないため、すべての送信を止めています。{HOW_TO_GO_ON}"
    if inside.number < outside.number:
        return (
            f"データベースは{_said(inside.at)}までの送信しか記録していませんが、{_said(outside.at)}にも送信しています。"
            f"バックアップから戻された可能性があるため、すべての送信を止めています。{HOW_TO_GO_ON}"
        )
    return ""


def _said(instant: datetime) -> str:
    local = in_japan(instant)
    return f"{local.month}月{local.day}日{local:%H:%M}"
