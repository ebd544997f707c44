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

from app.photos import rules

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space; a photo of ``rules.MOST_PIXELS`` needs a third of it."""
SECONDS = 20
ROOT = Path(__file__).parents[2]


def clean(data: bytes, memory: int = MEMORY, seconds: int = SECONDS) -> rules.Clean:
    """As ``drawing.clean``; a process that ends without an answer had a file nobody can draw."""
    kind = rules.kind_of(data)
    command = [sys.executable, "-m", "app.photos.drawing", str(memory), str(seconds)]
    # Of the environment nothing is needed, and secrets are not handed on.
    environment = {"PATH": os.defpath}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * seconds,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise rules.cannot_be_drawn(kind) from error
    head, _, picture = done.stdout.partition(b"\n")
    told = orjson.loads(head)
    if told["reason"]:
        raise rules.NoPhoto(told["reason"])
    return rules.Clean(picture, told["width"], told["height"], told["position"] and tuple(told["position"]))
