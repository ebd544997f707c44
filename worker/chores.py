"""Small jobs that may wait: a resident's first tab of the rich menu, Monday's digests, the census staff count from."""

from __future__ import annotations

from collections.abc import Sequence

from app import logs
from app.census import actions as census_actions
from app.clock import in_japan
from app.digests import actions as digest_actions
from app.line.richmenu import RichMenus
from app.menus import actions, rules
from app.parts import Parts
from app.queue import CENSUS, GATHER, LINK_MENU
from app.residents.models import Resident
from app.segments.rules import Person
from app.town import queries as town_queries
from app.town.queries import TownCache
from worker import runtime

_log = logs.get("chores")


def gather() -> None:
    """Make Monday's digests, once; the clock asks again until they are made."""
    with runtime.job(GATHER) as parts:
        town = TownCache(parts.sessions).town()
        with parts.sessions.begin() as session:
            made = digest_actions.gather_due(session, town, parts.settings.public_base_url, parts.clock.now())
        _log.info("digests_made", notices=len(made))


def take_census() -> None:
    """Count everybody anew, when the last counting is not fresh."""
    with runtime.job(CENSUS) as parts, parts.sessions.begin() as session:
        taken = census_actions.take(session, parts.clock.now())
        _log.info("census_taken" if taken else "census_fresh")


def link_menu(resident_id: int) -> None:
    """Show a resident the tab that their choices ask for, in their language."""
    with runtime.job(LINK_MENU, resident_id) as parts:
        today = in_japan(parts.clock.now()).date()
        with parts.sessions() as session:
            resident = session.get(Resident, resident_id)
            menus, _ = rules.read_menus(town_queries.stored(session))
            if resident is None or not menus:
                return
            line_user_id, person = resident.line_user_id, _person(resident)
        alias = rules.first_menu(menus, person, today)
        shown = actions.show(_rich_menus(parts), line_user_id, alias)
        _log.info("menu_shown" if shown else "menu_kept", menu=alias)


def unlink_menus(parts: Parts, line_user_ids: Sequence[str]) -> None:
    """LINE forgets which menu these saw, as far as it answers: their data are deleted already, whatever it says."""
    for line_user_id in line_user_ids:
        try:
            _rich_menus(parts).unlink(line_user_id)
        except Exception as error:
            _log.warning("menu_not_unlinked", error=type(error).__name__)


def _rich_menus(parts: Parts) -> RichMenus:
    settings = parts.settings
    token = settings.line_channel_access_token.get_secret_value()
    return RichMenus(settings.line_api_base_url, settings.line_data_base_url, token)


def _person(resident: Resident) -> Person:
    born = tuple(child.birth_month for child in resident.children if not child.expected)
    return Person(
        topics=frozenset(resident.topics),
        ward=resident.ward,
        district=resident.district,
        language=resident.language,
        birth_months=born,
        reminder=resident.reminder,
    )
