"""Two append-only files: the journal, from which a restart rebuilds everything, and the record of who was reached.

A write goes to the kernel before the answer goes out, so killing the process loses nothing that was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from app.sandbox.answers import Json

_TAIL = 4 << 20
"""Bytes at the end of the record that may belong to the last request (500 people take 0.2 MB)."""


class Journal:
    """Owns the files of one data folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.record_path = folder / "record.jsonl"
        self._journal_path = folder / "journal.jsonl"
        self._open()

    def _open(self) -> None:
        self._journal: BinaryIO = self._journal_path.open("ab", buffering=0)
        self._record: BinaryIO = self.record_path.open("ab", buffering=0)

    def append(self, entry: Json) -> None:
        """One thing that happened."""
        self._journal.write(orjson.dumps(entry) + b"\n")

    def record(self, lines: bytes) -> None:
        """Whole lines, one per accepted person."""
        self._record.write(lines)

    def replay(self) -> Iterator[Json]:
        """Everything that happened, in order. A last line that was cut by a kill is dropped."""
        whole = 0
        with self._journal_path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield orjson.loads(line)
        if whole < self._journal_path.stat().st_size:
            with self._journal_path.open("r+b") as file:
                file.truncate(whole)

    def mend_record(self, request_id: str, lines: bytes) -> None:
        """Give the last request its lines if a kill came between the journal and the record."""
        size = self.record_path.stat().st_size
        with self.record_path.open("r+b") as file:
            file.seek(max(0, size - max(_TAIL, len(lines))))
            start = file.tell()
            tail = file.read()
            found = tail.find(request_id.encode())
            begin = start + (tail.rfind(b"\n", 0, found) + 1 if found >= 0 else tail.rfind(b"\n") + 1)
            file.seek(begin)
            file.truncate()
        self._record.write(lines)

    def clear(self) -> None:
        """Forget everything; both files start again."""
        self.close()
        self._journal_path.unlink()
        self.record_path.unlink()
        self._open()

    def close(self) -> None:
        self._journal.close()
        self._record.close()
