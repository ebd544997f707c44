"""A talk that goes on by itself, after something was done on a page of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.conversations import facts
from app.conversations.actions import keep, step_on
from app.conversations.effects import World, apply
from app.conversations.models import Conversation
from app.pushes import actions as push_actions
from app.residents.models import Resident
from bot_flows import postback, types


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that something done on a page of ours answers: its flow, its step, the choice it stands for."""

    flow: str
    step: str
    choice: str


def go_on(
    session: Session,
    resident: Resident,
    waiting: Waiting,
    otherwise: Sequence[types.Message],
    world: World,
) -> None:
    """The talk goes on by itself, as if the choice had been pressed: one push with the next question.

    ``otherwise`` is said when the talk is about something else by now.
    """
    conversation = session.get(Conversation, resident.id, with_for_update=True, populate_existing=True)
    state = facts.from_json(conversation.state if conversation else None)
    words = otherwise
    if (state.flow, state.step) == (waiting.flow, waiting.step) and not state.data.get("asks"):
        version = int(state.data.get("v", 1))
        data = postback.answer(state.flow, version, state.step, state.nonce, waiting.choice)
        turn = step_on(session, resident, state, types.Incoming("postback", data), world)
        for effect in turn.effects:
            apply(session, resident, effect, world)
        keep(session, resident.id, conversation, turn.state, world.now)
        words = turn.messages
    if resident.state == "friend" and words:
        push_actions.add(session, resident, words, subject=f"talk:{resident.id}", now=world.now, why="asked")
