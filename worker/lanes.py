"""Which queue, and so which worker, does what of a lane."""

from __future__ import annotations

from app.queue import QueueName


def lane_queue(lane: str) -> QueueName:
    """Each lane's sends have a queue, and so a worker, of their own."""
    return "emergency" if lane == "emergency" else "individual" if lane == "individual" else "ordinary"


def plan_queue(lane: str) -> QueueName:
    """An emergency begins to be planned where it is sent, which waits for nobody; ordinary ones beside the sending."""
    return "emergency" if lane == "emergency" else "chores"
