"""Notices for tests: one whole example per type, and Hypothesis' idea of a notice."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from content.cards import Links
from content.catalogue import notice_types
from content.notice import Notice, make

TODAY = date(2026, 11, 23)
TYPES = sorted(notice_types())
TOWN = "汐野市"
PAGE = "https://kairan.shiono.example.jp/n/w5x7c2n9"
LINKS = Links(PAGE, f"{PAGE}.ics", topics=("イベント",), sender=("総合案内", "0889-00-1111"))


def example(type_id: str, **changed: str) -> Notice:
    """The notice the catalogue's examples make, every field filled."""
    fields = {spec.label: spec.example for spec in notice_types()[type_id].fields}
    return make(type_id, fields | changed)


AWKWARD = st.sampled_from(
    [
        "【会場】",
        "＜ごみ＞",
        "　【備考】x",
        "\u3000",
        "\n",
        "\n\n",
        "】",
        "［会場］",
        "会場：",
        " ",
        "\t",
        "■",
        "👨‍👩‍👧",
        "葛\U000e0100",
        "続き",
    ]
)
VALUES = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=["Cs", "Cc"])), AWKWARD), max_size=8
).map("".join)


@st.composite
def notices(draw: st.DrawFn, types: list[str] | None = None) -> Notice:
    """Any notice of the catalogue: some fields filled, with examples or with anything people can type."""
    kind = notice_types()[draw(st.sampled_from(types or TYPES))]
    labels = draw(st.lists(st.sampled_from([spec.label for spec in kind.fields]), unique=True))
    examples = {spec.label: spec.example for spec in kind.fields}
    return make(kind.id, {label: draw(st.one_of(st.just(examples[label]), VALUES)) for label in labels})
