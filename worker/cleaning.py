"""What the clock lets go of once an hour: everything past its keeping time, and who blocked the account long ago."""

from __future__ import annotations

from app.bulky import actions as bulky_actions
from app.census import actions as census_actions
from app.childcare import actions as childcare_actions
from app.conversations import actions as conversation_actions
from app.conversations.mine import EVERYTHING
from app.errors import AskPerson
from app.inbox import actions as inbox_actions
from app.links import actions as link_actions
from app.mydata import actions as mydata_actions
from app.mydata import rules as mydata_rules
from app.parts import Parts
from app.personal import actions as personal_actions
from app.photos import actions as photo_actions
from app.pushes import actions as push_actions
from app.reports import actions as report_actions
from app.town.queries import TownCache


def erase_blocked(parts: Parts, towns: TownCache) -> None:
    """Erase who blocked the account long enough ago, a hundred at a time."""
    try:
        days = mydata_rules.read_privacy(towns.town().settings).blocked_days
    except AskPerson:
        return
    gone = 1
    while gone:
        with parts.sessions.begin() as session:
            gone, files = mydata_actions.erase_blocked(session, EVERYTHING, days, parts.clock.now())
        photo_actions.remove(parts.settings.photo_dir, files)


def clean(parts: Parts, towns: TownCache) -> None:
    """Forget what is past its keeping time."""
    erase_blocked(parts, towns)
    with parts.sessions.begin() as session:
        now = parts.clock.now()
        conversation_actions.forget_old(session, now)
        report_actions.forget_old(session, now)
        inbox_actions.forget_old(session, now)
        push_actions.forget_old(session, now)
        bulky_actions.forget_old(session, now)
        childcare_actions.forget_old(session, now)
        personal_actions.forget_old(session, now)
        link_actions.forget_old(session, now)
        census_actions.forget_old(session, now)
    with parts.sessions() as session:
        photo_actions.sweep(session, parts.settings.photo_dir)
