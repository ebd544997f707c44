"""The table of LINE's endpoints with their rate classes (reference, "Rate limits")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web

from app.sandbox import (
    content,
    insight,
    narrowcast,
    oauth,
    profiles,
    quota,
    richmenu_links,
    richmenus,
    sending,
    webhook_settings,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Endpoint(NamedTuple):
    """One of LINE's endpoints: ``rate`` is its class in ``limits.CLASSES``, ``name`` is how faults call it."""

    method: str
    path: str
    handler: Handler
    rate: str = "S2000"
    name: str = ""
    takes_key: bool = False
    needs_token: bool = True


_MESSAGE = "/v2/bot/message"
_MENU = "/v2/bot/richmenu"
_USER = "/v2/bot/user"
_HOOK = "/v2/bot/channel/webhook"
_INSIGHT = "/v2/bot/insight"
ENDPOINTS = (
    Endpoint("POST", f"{_MESSAGE}/reply", sending.reply, name="reply"),
    Endpoint("POST", f"{_MESSAGE}/push", sending.push, name="push", takes_key=True),
    Endpoint("POST", f"{_MESSAGE}/multicast", sending.multicast, "S200", "multicast", takes_key=True),
    Endpoint("POST", f"{_MESSAGE}/broadcast", sending.broadcast, "H60", "broadcast", takes_key=True),
    Endpoint(
        "POST", _MESSAGE + "/validate/{kind:reply|push|multicast|narrowcast|broadcast}", sending.validate
    ),
    Endpoint("GET", _MESSAGE + "/{message_id}/content", content.get_content, name="content"),
    Endpoint("GET", _MESSAGE + "/{message_id}/content/preview", content.get_preview),
    Endpoint("GET", _MESSAGE + "/{message_id}/content/transcoding", content.get_transcoding),
    Endpoint("GET", f"{_MESSAGE}/quota", quota.get_quota, name="quota"),
    Endpoint("GET", f"{_MESSAGE}/quota/consumption", quota.get_consumption),
    Endpoint("GET", _MESSAGE + "/delivery/{kind:reply|push|multicast|broadcast}", quota.get_delivery),
    Endpoint("GET", f"{_MESSAGE}/aggregation/info", quota.get_unit_count),
    Endpoint("GET", f"{_MESSAGE}/aggregation/list", quota.get_units),
    Endpoint("GET", "/v2/bot/profile/{user_id}", profiles.get_profile, name="profile"),
    Endpoint("GET", "/v2/bot/followers/ids", profiles.get_followers, name="followers"),
    Endpoint("GET", "/v2/bot/info", profiles.get_info, name="info"),
    Endpoint("POST", "/v2/bot/chat/loading/start", profiles.start_loading, "S100", "loading"),
    Endpoint("POST", "/v2/bot/chat/markAsRead", profiles.mark_as_read),
    Endpoint("POST", _MENU, richmenus.create, "H100", "richmenu"),
    Endpoint("POST", f"{_MENU}/validate", richmenus.validate),
    Endpoint("GET", f"{_MENU}/list", richmenus.get_all, "S10"),
    Endpoint("POST", f"{_MENU}/bulk/link", richmenu_links.bulk_link, name="bulk-link"),
    Endpoint("POST", f"{_MENU}/bulk/unlink", richmenu_links.bulk_unlink),
    Endpoint("POST", f"{_MENU}/batch", richmenu_links.batch, "H3", "batch"),
    Endpoint("POST", f"{_MENU}/validate/batch", richmenu_links.validate_batch),
    Endpoint("GET", f"{_MENU}/progress/batch", richmenu_links.get_progress, "H100"),
    Endpoint("POST", f"{_MENU}/alias", richmenus.create_alias, name="alias"),
    Endpoint("GET", f"{_MENU}/alias/list", richmenus.get_aliases),
    Endpoint("POST", _MENU + "/alias/{alias}", richmenus.update_alias),
    Endpoint("GET", _MENU + "/alias/{alias}", richmenus.get_alias),
    Endpoint("DELETE", _MENU + "/alias/{alias}", richmenus.delete_alias, "H100"),
    Endpoint("POST", _MENU + "/{menu_id}/content", richmenus.set_image, name="richmenu-image"),
    Endpoint("GET", _MENU + "/{menu_id}/content", richmenus.get_image),
    Endpoint("GET", _MENU + "/{menu_id}", richmenus.get_one),
    Endpoint("DELETE", _MENU + "/{menu_id}", richmenus.delete, "H100"),
    Endpoint("GET", f"{_USER}/all/richmenu", richmenu_links.get_default),
    Endpoint("DELETE", f"{_USER}/all/richmenu", richmenu_links.clear_default),
    Endpoint("POST", _USER + "/all/richmenu/{menu_id}", richmenu_links.set_default),
    Endpoint("GET", _USER + "/{user_id}/richmenu", richmenu_links.get_link),
    Endpoint("DELETE", _USER + "/{user_id}/richmenu", richmenu_links.unlink),
    Endpoint("POST", _USER + "/{user_id}/richmenu/{menu_id}", richmenu_links.link, name="link"),
    Endpoint("POST", f"{_MESSAGE}/narrowcast", narrowcast.narrowcast, "H60", "narrowcast", takes_key=True),
    Endpoint("GET", f"{_MESSAGE}/progress/narrowcast", narrowcast.get_progress),
    Endpoint("PUT", f"{_HOOK}/endpoint", webhook_settings.set_endpoint, "M1000"),
    Endpoint("GET", f"{_HOOK}/endpoint", webhook_settings.get_endpoint, "M1000"),
    Endpoint("POST", f"{_HOOK}/test", webhook_settings.test_endpoint, "H60"),
    Endpoint("POST", _USER + "/{user_id}/linkToken", oauth.link_token),
    Endpoint("POST", "/oauth2/v3/token", oauth.issue_v3, name="token", needs_token=False),
    Endpoint("POST", "/oauth2/v2.1/token", oauth.issue_v21, name="token", needs_token=False),
    Endpoint("POST", "/v2/oauth/accessToken", oauth.issue_v2, "S370", "token", needs_token=False),
    Endpoint("POST", "/oauth2/v2.1/revoke", oauth.revoke, needs_token=False),
    Endpoint("POST", "/v2/oauth/revoke", oauth.revoke, needs_token=False),
    Endpoint("GET", "/oauth2/v2.1/verify", oauth.verify_access, needs_token=False),
    Endpoint("POST", "/v2/oauth/verify", oauth.verify_access, needs_token=False),
    Endpoint("POST", "/oauth2/v2.1/verify", oauth.verify_id, needs_token=False),
    Endpoint("GET", "/oauth2/v2.1/certs", oauth.certs, needs_token=False),
    Endpoint("GET", f"{_INSIGHT}/followers", insight.followers, "H60"),
    Endpoint("GET", f"{_INSIGHT}/message/delivery", insight.deliveries, "H60"),
    Endpoint("GET", f"{_INSIGHT}/demographic", insight.demographic, "H60"),
    Endpoint("GET", f"{_INSIGHT}/message/event", insight.message_event, "H60"),
    Endpoint("GET", f"{_INSIGHT}/message/event/aggregation", insight.aggregation, "H60"),
    Endpoint("GET", _INSIGHT + "/richmenu/{menu_id}/{span:summary|daily}", insight.rich_menu, "H60"),
)
