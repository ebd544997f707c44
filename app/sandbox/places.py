"""Landmarks for the location picker: a JSON list from SANDBOX_LANDMARKS, or eight made-up ones."""

from __future__ import annotations

import json
from pathlib import Path

from app.sandbox.answers import Json

_MADE_UP = (
    ("市役所", 35.0000, 135.0000),
    ("中央駅", 35.0046, 135.0052),
    ("東区役所", 35.0102, 135.0301),
    ("西小学校", 34.9953, 134.9760),
    ("南図書館", 34.9781, 135.0040),
    ("北公園", 35.0263, 134.9988),
    ("港", 34.9702, 134.9655),
    ("となりの市", 35.1200, 135.2100),
)


def landmarks(path: Path | None) -> list[Json]:
    """[{"name", "address", "latitude", "longitude"}]; ValueError when the file holds something else."""
    if path is None:
        return [{"name": n, "address": "", "latitude": la, "longitude": lo} for n, la, lo in _MADE_UP]
    found = json.loads(path.read_text(encoding="utf-8"))
    return [
        {
            "name": str(one["name"]),
            "address": str(one.get("address", "")),
            "latitude": float(one["latitude"]),
            "longitude": float(one["longitude"]),
        }
        for one in found
    ]
