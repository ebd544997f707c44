"""What can go wrong, drawn as a tree. The error carries the verdict: retry, refuse, or ask a person.

KairanError            .sentence is what people read, in Japanese
├── Retry              try the same again, not before ``after`` seconds
├── Refused            a second try changes nothing; say why
└── AskPerson          nobody but a person can decide

``Problem`` is not raised: it is a fault found in somebody's data, listed with its place.
"""

from __future__ import annotations

from dataclasses import dataclass


class KairanError(Exception):
    """Anything the product says no to. ``sentence`` is plain Japanese and names the way out."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Retry(KairanError):
    """The same may work later; ``after`` is in seconds."""

    def __init__(self, sentence: str, after: float) -> None:
        super().__init__(sentence)
        self.after = after


class Refused(KairanError):
    """Read and declined: a second try with the same input changes nothing."""


class AskPerson(KairanError):
    """No rule decides this; a member of staff must."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file: where it is, what stands there, what is wrong (a Japanese sentence).

    ``row`` is the number a spreadsheet shows (the header is row 1); None when the whole file is meant.
    """

    file: str
    row: int | None
    column: str
    value: str
    message: str

    def json(self) -> dict[str, str | int | None]:
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }
