"""LINE's own SDK for what is not hot: who we are, what is left of the month. Imported on first use (1.3 s)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to read; the SDK itself would wait for ever."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages allowed and used this month; ``limit`` None means: no limit (the municipal plan)."""

    limit: int | None
    used: int


class Official:
    """A thin wall in front of ``linebot.v3.messaging``: our words outside, LINE's inside."""

    def __init__(self, base_url: str, access_token: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._access_token = access_token

    def bot_id(self) -> str:
        """The account's own user id, by which an environment recognises its channel."""
        from linebot.v3.messaging import ApiClient, MessagingApi

        with ApiClient(self._configuration()) as client:
            return str(MessagingApi(client).get_bot_info(_request_timeout=TIMEOUT).user_id)

    def quota(self) -> Quota:
        from linebot.v3.messaging import ApiClient, MessagingApi

        with ApiClient(self._configuration()) as client:
            api = MessagingApi(client)
            quota = api.get_message_quota(_request_timeout=TIMEOUT)
            used = api.get_message_quota_consumption(_request_timeout=TIMEOUT)
        limit = None if quota.value is None else int(quota.value)
        return Quota(limit=limit, used=int(used.total_usage))

    def _configuration(self) -> Any:
        from linebot.v3.messaging import Configuration

        configuration = Configuration(host=self._base_url, access_token=self._access_token)
        configuration.retries = False
        return configuration
