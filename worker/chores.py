"""Small jobs that may wait: which tab of the rich menu a resident sees first."""

from __future__ import annotations

from app import logs
from app.line.richmenu import RichMenus
from app.menus import actions, rules
from app.queue import LINK_MENU
from app.residents.models import Resident
from app.town import queries as town_queries
from worker import runtime

_log = logs.get("chores")


def link_menu(resident_id: int) -> None:
    """Link a resident to the tab their topics ask for. The default tab needs no link: everybody sees it."""
    with runtime.job(LINK_MENU, resident_id) as parts:
        with parts.sessions() as session:
            resident = session.get(Resident, resident_id)
            menus, _ = rules.read_menus(town_queries.stored(session))
        if resident is None or not menus:
            return
        aliases = [menu.alias for menu in menus]
        tab = rules.first_tab(resident.topics, aliases)
        if tab == aliases[0]:
            return
        settings = parts.settings
        token = settings.line_channel_access_token.get_secret_value()
        api = RichMenus(settings.line_api_base_url, settings.line_data_base_url, token)
        actions.link(api, [resident.line_user_id], tab)
        _log.info("menu_linked", tab=tab)
