"""Stamps: what was done to a data folder, and from which files, so that it is done again only when they change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def fingerprint(words: Iterable[str], folders: Iterable[Path]) -> str:
    """Changes with any word and with the name or content of any file below the folders."""
    told = hashlib.sha256(repr(list(words)).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                told.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return told.hexdigest()


def recall(stamp: Path, wanted: str) -> str | None:
    """What was remembered when the same was done before; None when it has to be done."""
    try:
        known, _, text = stamp.read_text(encoding="utf-8").partition("\n")
    except FileNotFoundError:
        return None
    return text if known == wanted else None


def remember(stamp: Path, wanted: str, text: str = "") -> None:
    """Readable by us alone: the text may be passwords of demo accounts."""
    stamp.unlink(missing_ok=True)
    with os.fdopen(os.open(stamp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"{wanted}\n{text}")
