"""Many messages within a minute: one line asks to wait, then nothing is answered for a minute (small replies, W).

Words of danger or care are always answered, buttons as well: they are one deliberate touch each. What is written to
staff goes to staff.
"""

from __future__ import annotations

from bot_flows import turns
from bot_flows.distress import cry_for_help
from bot_flows.outcomes import Again, Reply
from bot_flows.scene import Scene
from bot_flows.types import Incoming, Turn

MOST = 12
"""Messages a minute that are answered."""
_NONE = ("-",)


def held_back(scene: Scene, incoming: Incoming) -> Turn | None:
    """The turn of a message that comes too fast; None for everything that is answered as usual."""
    is_hushed = "hush" in scene.state.kept
    if not is_hushed and scene.facts.in_a_minute <= MOST:
        return None
    if scene.listens or incoming.kind in ("postback", "follow"):
        return None
    if incoming.kind == "text" and cry_for_help(incoming.text):
        return None
    return Turn(scene.state, ()) if is_hushed else _asked_to_wait(scene)


def _asked_to_wait(scene: Scene) -> Turn:
    said, kept = scene.talk.say("menu.wait"), {"hush": {"at": scene.facts.now.isoformat()}}
    if scene.flow is None:
        return turns.rest(scene, Reply(said, kept=kept))
    # The open question stays, with its ways out; its choices are not read out again.
    return turns.settle(scene, Again(said, kept=kept, quick=_NONE), scene.flow)
