"""Have a photo drawn in a process of its own: what a stranger's file does to its decoder, it does there and no further.

That process has a second's work to do. The system bounds its memory and processor time, so that a file which lies
about its size ends it; and decoders of pictures are loaded nowhere else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson

from app import logs
from app.photos import rules

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space; a photo of ``rules.MOST_PIXELS`` needs a third of it."""
SECONDS = 20
ROOT = Path(__file__).parents[2]

_log = logs.get("photos")


def clean(data: bytes, memory: int = MEMORY, seconds: int = SECONDS) -> rules.Clean:
    """As ``drawing.clean``. NotYet when the process ended without an answer.

    Ended from outside or for its time: by this file perhaps, but a machine short of memory does the same. Ended by an
    error of its own: that is never the file's, since the program answers for every fault a file can have.
    """
    done = _run(data, memory, seconds)
    if done is None or done.returncode < 0:
        raise rules.NotYet(rules.cannot_be_drawn(rules.kind_of(data)).reason, rules.DRAWINGS)
    if done.returncode:
        _log.error("drawing_failed", exit=done.returncode)
        raise rules.NotYet(rules.cannot_be_drawn(rules.kind_of(data)).reason)
    head, _, picture = done.stdout.partition(b"\n")
    told = orjson.loads(head)
    if told["reason"]:
        raise rules.NoPhoto(told["reason"])
    return rules.Clean(picture, told["width"], told["height"], told["position"] and tuple(told["position"]))


def _run(data: bytes, memory: int, seconds: int) -> subprocess.CompletedProcess[bytes] | None:
    """The process, ended; None when it had to be ended because it did not come to an end."""
    command = [sys.executable, "-m", "app.photos.drawing", str(memory), str(seconds)]
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            # Of the environment nothing is needed, and secrets are not handed on.
            env={"PATH": os.defpath},
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
