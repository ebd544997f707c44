"""Where a turn begins: the state, what is known, and which flow is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import open_question
from bot_flows.outcomes import Flow, Question, Talk
from bot_flows.table import FLOWS
from bot_flows.types import Facts, State
from bot_flows.values import checked, kept_property


@checked(frozen=True)
class Scene:
    """Where a turn begins. ``note`` is said after the answer: that a form was put aside.

    Without slots, because its answers are asked for a dozen times a turn and kept.
    """

    state: State
    facts: Facts
    note: str = ""

    @kept_property
    def flow(self) -> Flow | None:
        """The flow that is open now; None also for one that only an earlier version of it knew."""
        flow = FLOWS.get(self.state.flow)
        fits = flow and self.state.step in flow.steps and self.state.data.get("v") == flow.version
        return flow if fits else None

    @property
    def open_flow(self) -> Flow:
        """The flow that is open; asked for only where one is."""
        flow = self.flow
        if flow is None:
            raise LookupError("no question is open")
        return flow

    @kept_property
    def question(self) -> Question:
        """What is asked now; only where a flow is open."""
        return open_question.question(self.talk, self.open_flow, self.state)

    @kept_property
    def listens(self) -> bool:
        """Whether a person reads along at the open step."""
        flow = self.flow
        return flow is not None and flow.steps[self.state.step].listens

    @property
    def takes_photos(self) -> bool:
        """Whether the open question takes a photo for an answer."""
        flow = self.flow
        return (
            flow is not None and not self.state.data.get("asks") and flow.steps[self.state.step].takes_photos
        )

    @property
    def form(self) -> Mapping[str, Any]:
        return self.talk.form

    @kept_property
    def talk(self) -> Talk:
        form = self.state.data.get("form", {})
        form = form if isinstance(form, dict) else {}
        return Talk(self.facts, form, self._kept(form))

    def _kept(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is remembered, and the district named in the form that is open: nobody is asked for it twice."""
        area = form.get("area")
        code = area.get("district") if isinstance(area, dict) and not self.facts.resident.district else ""
        if not code:
            return self.state.kept
        return {**self.state.kept, "district": {"code": code, "at": self.facts.now.isoformat()}}
