"""What every act of chaos brought: a table at the end of the run, and the same as JSON in a file.

The file is named by KAIRAN_CHAOS_REPORT (``make chaos``: .kairan/chaos.json). Every act writes its row when it ends, also
when it failed, and the rows of other acts stay: so a run may be done in parts (``make chaos ARGS="-k database"``), and
``KAIRAN_CHAOS_RESUME=1 make chaos`` leaves out what this commit has passed already. Only this commit's rows are summed;
those of a tree with changes are forgotten with the run, because another tree with changes has the same name.
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
SUMMED = ("kills", "people", "lost", "twice", "ghosts", "open_sums", "two_bodies", "no_intent", "other_words", "hidden", "unfinished", "accepted", "unknown", "refused", "quarantined")  # fmt: skip
HEAD = (
    f"{'what was done':26}{'kills':>6}{'people':>9}{'lost':>5}{'twice':>6}{'ghost':>6}{'sums':>5}{'2body':>6}{'noint':>6}"
    f"{'words':>6}{'hid':>4}{'open':>5}{'unkn':>6}{'ref':>5}{'quar':>6}{'p95 s':>7}{'max s':>7}{'≤ per kill':>11}{'took s':>8}  {'lease / reconciler'}"
)


@dataclass
class Report:
    """The rows of this run, and of earlier parts of it."""

    full: bool
    rows: dict[str, Row] = field(default_factory=dict)
    commit: str = field(default_factory=lambda: _commit())

    def __post_init__(self) -> None:
        if (file := _file()) and file.exists():
            known = json.loads(file.read_text(encoding="utf-8"))["rows"]
            self.rows = {row["id"]: row for row in known if not row["commit"].endswith("-dirty")}

    def add(self, name: str, kills: int, found: Verdict, took: float, settings: tuple[float, float]) -> Row:
        """One act's row, written down at once; ``settings`` are lease and reconciler interval."""
        figures = {k: v for k, v in asdict(found).items() if k != "recoveries"}
        recoveries = sorted(found.recoveries)
        row = {
            "id": name, "kills": kills, **figures, "seconds": round(took, 1),
            "recovery_p95": _quantile(recoveries, 0.95), "recovery_max": _quantile(recoveries, 1.0),
            "bound_95": round(3 / kills, 5) if kills else None,
            "lease_seconds": settings[0], "reconcile_seconds": settings[1],
            "passed": found.is_clean, "note": "", "commit": self.commit,
        }  # fmt: skip
        self.rows[name] = row
        self.write()
        return row

    def fail(self, name: str, note: str) -> None:
        """Something else than the oracle's figures was wrong."""
        self.rows[name] |= {"passed": False, "note": note}
        self.write()

    def has_passed(self, name: str) -> bool:
        row = self.rows.get(name)
        wanted = os.environ.get("KAIRAN_CHAOS_RESUME") == "1"
        return bool(wanted and row and row["passed"] and row["commit"] == self.commit)

    def write(self) -> None:
        if not (file := _file()):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": self.commit, "full": self.full,
            "total": total(self.mine), "rows": list(self.rows.values()),
        }  # fmt: skip
        file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @property
    def mine(self) -> list[Row]:
        """The rows of this commit."""
        return [row for row in self.rows.values() if row["commit"] == self.commit]

    @property
    def kills(self) -> int:
        return sum(row["kills"] for row in self.mine)

    @property
    def seconds(self) -> float:
        return float(sum(row["seconds"] for row in self.mine))

    def table(self) -> str:
        """All rows and their sum, for people."""
        return "\n".join([HEAD, *(line(row) for row in self.mine), line(total(self.mine))])


def _file() -> Path | None:
    named = os.environ.get("KAIRAN_CHAOS_REPORT")
    return Path(named) if named else None


def total(rows: Any) -> Row:
    """The sum over all rows; the bound is 3/N (95 %) for N kills without damage."""
    rows = list(rows)
    summed: Row = {name: sum(row[name] for row in rows) for name in SUMMED}
    worst = [row["recovery_max"] for row in rows if row["recovery_max"] is not None]
    kills = summed["kills"]
    return {
        "id": "together", **summed, "seconds": round(sum(row["seconds"] for row in rows), 1), "recovery_p95": None, "recovery_max": max(worst, default=None),
        "bound_95": round(3 / kills, 5) if kills else None,
    }  # fmt: skip


def line(row: Row) -> str:
    def shown(name: str, form: str) -> str:
        return "–" if row.get(name) is None else format(row[name], form)

    settings = f"{row['lease_seconds']:g} / {row['reconcile_seconds']:g} s" if "lease_seconds" in row else ""
    return (
        f"{row['id']:26}{row['kills']:6}{row['people']:9,}{row['lost']:5}{row['twice']:6}{row['ghosts']:6}{row['open_sums']:5}"
        f"{row['two_bodies']:6}{row['no_intent']:6}{row['other_words']:6}{row['hidden']:4}{row['unfinished']:5}{row['unknown']:6}{row['refused']:5}"
        f"{row['quarantined']:6}{shown('recovery_p95', '.1f'):>7}{shown('recovery_max', '.1f'):>7}{shown('bound_95', '.4f'):>11}"
        f"{shown('seconds', '.0f'):>8}  {settings} {'' if row.get('passed', True) else 'FAILED ' + row['note']}"
    )


def _quantile(ascending: list[float], share: float) -> float | None:
    if not ascending:
        return None
    return round(ascending[min(len(ascending) - 1, int(share * len(ascending)))], 2)


def _commit() -> str:
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
