"""What came back when a photo was asked of LINE ("Get content", Messaging API reference). Plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass

LARGEST = 30 * 1024 * 1024
"""No more of a content is read; a photo sent in full size may have more than the 10 MB of an image we send."""
MESSAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Content:
    """``status`` 0 means: no HTTP answer. 202: still being prepared. 404, 410: not there any more."""

    status: int
    data: bytes = b""
    is_cut: bool = False
    """There was more than ``LARGEST``; the rest was not read."""
