"""A notice in やさしい日本語: the sentence and the labels of the catalogue, the values as staff wrote them."""

from __future__ import annotations

from content.notice import Notice
from content.render.page import lead


def easy_text(notice: Notice, town: str) -> str:
    """Title, one sentence, then ``【やさしい項目名】value`` lines; "" for a type the catalogue does not have."""
    kind = notice.kind
    if kind is None:
        return ""
    lines = [f"{town} {kind.easy_title}".strip(), lead(notice, kind.easy_lead)]
    for label, text in notice.fields.items():
        spec = kind.field(label)
        lines.append(f"【{spec.easy if spec else label}】{text}")
    return "\n".join(filter(None, lines))
