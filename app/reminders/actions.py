"""Make the evening's reminders: one notice per text, each hour of each day once.

Nobody approves them one by one: every resident asked for them, and their words are fixed in ``content``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.reminders import making, queries, rules, wording
from app.reminders.models import Reminded, Reminding
from app.segments.rules import to_json
from app.segments.words import Awaits
from bot_flows.pack_facts import Town


def remind_due(session: Session, town: Town, now: datetime) -> list[int]:
    """The notices of every chosen hour that has come; answers their ids."""
    made: list[int] = []
    for told in rules.due(queries.chosen(session, rules.soon(now)), now):
        row = insert(Reminding).values(slot=told.slot, day=told.day, notices=0, at=now)
        if not session.execute(row.on_conflict_do_nothing().returning(Reminding.slot)).all():
            continue
        everybody = queries.by_district(session, told.slot, now)
        readers = rules.readers(everybody, queries.by_language(session, told.slot, now))
        groups = [
            (each, text, districts)
            for language, each in readers.items()
            for text, districts in rules.texts(town, each.people, told, language).items()
        ]
        few = queries.choosy(session, told.slot, now)
        for each, text, districts in groups:
            awaits = Awaits(text.kinds, told.day)
            people = sum(each.people[code] for code in districts)
            people -= rules.not_awaiting(few, text, awaits, districts)
            if people <= 0:
                continue
            sending = making.Sending(
                rule={
                    "all": [
                        {"topic": rules.TOPIC},
                        {"reminder": told.slot},
                        {"districts": districts},
                        *([each.rule] if each.rule else []),
                        to_json(awaits),
                    ]
                },
                people=people,
                at=told.at,
                can_rest=True,
                expires=told.at + rules.LIFETIME,
                language=text.language,
            )
            words = wording.of_reminder(text, told.day, town, districts)
            notice = making.make(session, words, sending, act="reminder.make", now=now)
            session.add(
                Reminded(
                    notice_id=notice.id,
                    day=told.day,
                    what=text.categories[:200],
                    stopped=text.stopped,
                    districts=districts,
                    language=text.language,
                )
            )
            made.append(notice.id)
        session.get_one(Reminding, (told.slot, told.day)).notices = len(made)
    return made
