"""The photos of a report: asked for once, and kept whenever they come."""

from __future__ import annotations

from bot_flows.damage_facts import MOST_PHOTOS
from bot_flows.outcomes import Again, Answer, Choice, Outcome, Part, Question, Step, Talk, Unclear
from bot_flows.values import replace


def photos_of(talk: Talk) -> list[str]:
    return [str(each) for each in talk.form.get("photos", ())]


def ask_photos(talk: Talk) -> Question:
    camera = Choice("camera", talk.say("damage.camera"), "camera", hint=talk.say("damage.photo_hint"))
    album = Choice("album", talk.say("damage.album"), "album", hint=talk.say("damage.photo_hint"))
    none = Choice("none", talk.say("damage.no_photo"), words=("なし", "ない", "写真なし", "つぎへ"))
    return Question(talk.say("damage.ask_photos", most=MOST_PHOTOS), (camera, album, none))


def take_photos(talk: Talk, given: Answer) -> Outcome:
    if given.is_photo:
        photos = [*photos_of(talk), given.message_id]
        return Part("photos", {**talk.form, "photos": photos}, photo_line(talk, len(photos)))
    if given.choice == "none":
        return Part("photos", talk.form)
    return Unclear(talk.say("damage.photo_unclear"), talk.say("damage.photo_hint"))


def photos_shown(talk: Talk) -> str:
    count = len(photos_of(talk))
    return talk.say("damage.photo_count", count=count) if count else ""


def keeping(step: Step) -> Step:
    """The step of an earlier question, which keeps a photo sent before its turn and is asked once more."""

    def take(talk: Talk, given: Answer) -> Outcome:
        if not given.is_photo:
            return step.take(talk, given)
        kept = one_more(talk, given)
        form = {**(talk.form if kept.form is None else kept.form), "brought": True}
        return Again(f"{kept.line}\n{step.ask(talk).text}", form)

    return replace(step, take=take, takes_photos=True)


def one_more(talk: Talk, given: Answer) -> Again:
    """A photo that comes while another question is open: an album sends several at once."""
    photos = photos_of(talk)
    if given.message_id in photos:
        return Again(photo_line(talk, len(photos)))
    if len(photos) >= MOST_PHOTOS:
        return Again(talk.say("damage.photos_full", most=MOST_PHOTOS))
    photos.append(given.message_id)
    return Again(photo_line(talk, len(photos)), {**talk.form, "photos": photos})


def photo_line(talk: Talk, count: int) -> str:
    if count < MOST_PHOTOS:
        return talk.say("damage.photo_got", count=count, left=MOST_PHOTOS - count)
    return talk.say("damage.photo_got_all", count=count)
