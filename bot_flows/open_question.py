"""The question that is open: as its step asks it, or what is asked about the form itself before it. Pure."""

from __future__ import annotations

from bot_flows import postback
from bot_flows.bubbles import Asked
from bot_flows.outcomes import Choice, Flow, Question, Talk
from bot_flows.types import State
from bot_flows.values import replace

AFRESH, RESUME = "afresh", "resume"
"""What may be asked about a form itself, before its question."""


def asked(state: State, flow: Flow) -> Asked:
    """Whose buttons count."""
    return postback.answers(flow.name, flow.version, state.step, state.nonce)


def question(talk: Talk, flow: Flow, state: State) -> Question:
    """What is asked now."""
    pending = state.data.get("asks", "")
    if pending:
        return _about_the_form(talk, flow, state.step, pending)
    return _with_mark(flow.steps[state.step].ask(talk), state.data.get("was", ""))


def with_progress(talk: Talk, flow: Flow, state: State, question: Question) -> Question:
    """「2/4 」 before a question of a longer form; not before questions about the form itself."""
    progress = "" if state.data.get("asks") else _progress(talk, flow, state.step)
    return Question(f"{progress} {question.text}", question.choices, question.card) if progress else question


def _with_mark(question: Question, was: str) -> Question:
    """✓ at the earlier answer, for whoever came back and where the step marks nothing itself."""
    if not was or any(choice.marked for choice in question.choices):
        return question
    choices = (replace(choice, marked=choice.id == was) for choice in question.choices)
    return replace(question, choices=tuple(choices))


def _about_the_form(talk: Talk, flow: Flow, step: str, pending: str) -> Question:
    if pending == AFRESH:
        yes = Choice("yes", talk.say("way.yes"), words=("はい", "うん", "ok", "yes"))
        no = Choice("no", talk.say("way.no"), words=("いいえ", "no", "いや"))
        return Question(talk.say("way.afresh_sure"), (yes, no))
    progress = _progress(talk, flow, step)
    where = f"（{progress}）" if progress else ""
    text = talk.say("way.resume_offer", title=talk.say(flow.title)) + where
    return Question(
        text,
        (
            Choice("resume", talk.say("way.resume_label"), words=("はい",)),
            Choice("afresh", talk.say("way.afresh_label"), words=("はじめる",)),
            Choice("stop", talk.say("way.stop_label"), words=("いいえ",)),
        ),
    )


def _progress(talk: Talk, flow: Flow, step: str) -> str:
    """「2/4」, or the sentence of that key."""
    said = flow.progress.get(flow.steps[step].part, "")
    return talk.say(said) if "." in said else said
