"""Every subject that holds something about residents, in the order it is erased: who keeps more adds a line.

The record of the conversation itself is added by ``app/conversations/mine.py``, which stands above.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.bulky import mine as bulky
from app.delivery import mine as delivery
from app.inbox import mine as inbox
from app.mine import Part
from app.mydata import own
from app.photos import mine as photos
from app.pushes import mine as pushes
from app.reports import mine as reports

PARTS: Sequence[Part] = (
    inbox.PART,
    reports.PART,
    photos.PART,
    bulky.PART,
    pushes.PART,
    delivery.PART,
    own.CHILDREN,
    own.ATTENTION,
    own.SETTINGS,
)
"""Settings come last: with them goes the resident."""
