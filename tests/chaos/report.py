"""What every act of chaos brought: a table at the end of the run, and the same as JSON in a file.

The file is named by KAIRAN_CHAOS_REPORT (``make chaos``: .kairan/chaos.json). It keeps the rows of earlier parts of a run
(``make chaos ARGS="-k database"``): an act that runs again replaces its row.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.chaos.oracle import Verdict

Row = dict[str, Any]
SUMMED = ("kills", "people", "lost", "twice", "ghosts", "open_sums", "two_bodies", "no_intent", "unfinished", "unknown", "quarantined")  # fmt: skip
HEAD = (
    f"{'what was done':26}{'kills':>6}{'people':>9}{'lost':>5}{'twice':>6}{'ghost':>6}{'sums':>5}{'2body':>6}{'noint':>6}"
    f"{'open':>5}{'unkn':>6}{'quar':>6}{'p95 s':>7}{'max s':>7}{'≤ per kill':>11}  {'lease / reconciler'}"
)


@dataclass
class Report:
    """The rows of this run."""

    full: bool
    rows: dict[str, Row] = field(default_factory=dict)

    def add(
        self, name: str, kills: int, found: Verdict, seconds: float, settings: tuple[float, float]
    ) -> Row:
        """One act's row, written down at once; ``settings`` are lease and reconciler interval."""
        figures = {k: v for k, v in asdict(found).items() if k != "recoveries"}
        took = sorted(found.recoveries)
        row = {
            "id": name, "kills": kills, **figures, "seconds": round(seconds, 1),
            "recovery_p95": _quantile(took, 0.95), "recovery_max": _quantile(took, 1.0),
            "bound_95": round(3 / kills, 5) if kills else None,
            "lease_seconds": settings[0], "reconcile_seconds": settings[1],
        }  # fmt: skip
        self.rows[name] = row
        self._write()
        return row

    def _write(self) -> None:
        if not (path := os.environ.get("KAIRAN_CHAOS_REPORT")):
            return
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(file.read_text(encoding="utf-8"))["rows"] if file.exists() else []
        rows = {row["id"]: row for row in known} | self.rows
        document = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit(), "full": self.full,
            "total": total(rows.values()), "rows": list(rows.values()),
        }  # fmt: skip
        file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @property
    def kills(self) -> int:
        return sum(row["kills"] for row in self.rows.values())

    def table(self) -> str:
        """All rows and their sum, for people."""
        lines = [HEAD, *(line(row) for row in self.rows.values()), line(total(self.rows.values()))]
        return "\n".join(lines)


def total(rows: Any) -> Row:
    """The sum over all rows; the bound is 3/N (95 %) for N kills without damage."""
    rows = list(rows)
    summed: Row = {name: sum(row[name] for row in rows) for name in SUMMED}
    worst = [row["recovery_max"] for row in rows if row["recovery_max"] is not None]
    kills = summed["kills"]
    return {
        "id": "together", **summed, "recovery_p95": None, "recovery_max": max(worst, default=None),
        "bound_95": round(3 / kills, 5) if kills else None,
    }  # fmt: skip


def line(row: Row) -> str:
    def shown(name: str, form: str) -> str:
        return "–" if row.get(name) is None else format(row[name], form)

    settings = f"{row['lease_seconds']:g} / {row['reconcile_seconds']:g} s" if "lease_seconds" in row else ""
    return (
        f"{row['id']:26}{row['kills']:6}{row['people']:9,}{row['lost']:5}{row['twice']:6}{row['ghosts']:6}{row['open_sums']:5}"
        f"{row['two_bodies']:6}{row['no_intent']:6}{row['unfinished']:5}{row['unknown']:6}{row['quarantined']:6}"
        f"{shown('recovery_p95', '.1f'):>7}{shown('recovery_max', '.1f'):>7}{shown('bound_95', '.4f'):>11}  {settings}"
    )


def _quantile(ascending: list[float], share: float) -> float | None:
    if not ascending:
        return None
    return round(ascending[min(len(ascending) - 1, int(share * len(ascending)))], 2)


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
