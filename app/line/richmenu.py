"""Rich menus at LINE through its own SDK. Imported lazily: the SDK takes more than a second to load."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.errors import Retry
from app.line.official import TIMEOUT

HOUR = 3600.0
LOOK = 0.5
"""Seconds between two looks whether a batch has ended."""


class RichMenus:
    """What publishing needs, in our words. What LINE refuses as too much for this hour raises ``Retry``."""

    def __init__(self, base_url: str, data_url: str, access_token: str) -> None:
        self._base_url, self._data_url, self._token = base_url.rstrip("/"), data_url.rstrip("/"), access_token

    def names(self) -> dict[str, str]:
        """Menu id to name of every menu made through the API."""
        return {
            menu.rich_menu_id: menu.name
            for menu in self._call(lambda api: api.get_rich_menu_list()).richmenus
        }

    def create(self, body: Mapping[str, Any], picture: bytes) -> str:
        """Make a menu with its picture; answers its id. One that gets no picture is taken back."""
        from linebot.v3.messaging import RichMenuRequest

        request = RichMenuRequest.from_dict(dict(body))
        made: str = self._call(lambda api: api.create_rich_menu(request)).rich_menu_id
        try:
            self._draw(made, picture)
        except Exception:
            with contextlib.suppress(Exception):
                self.delete(made)
            raise
        return made

    def _draw(self, menu_id: str, picture: bytes) -> None:
        from linebot.v3.messaging import ApiClient, MessagingApiBlob

        with ApiClient(self._configuration(self._data_url)) as client, _within_the_hour():
            MessagingApiBlob(client).set_rich_menu_image(
                menu_id,
                body=bytearray(picture),
                _headers={"Content-Type": "image/png"},
                _request_timeout=TIMEOUT,
            )

    def delete(self, menu_id: str) -> None:
        self._call(lambda api: api.delete_rich_menu(menu_id))

    def aliases(self) -> dict[str, str]:
        """Alias to menu id."""
        found = self._call(lambda api: api.get_rich_menu_alias_list()).aliases
        return {alias.rich_menu_alias_id: alias.rich_menu_id for alias in found}

    def set_alias(self, alias: str, menu_id: str, *, known: bool) -> None:
        from linebot.v3.messaging import CreateRichMenuAliasRequest, UpdateRichMenuAliasRequest

        if known:
            change = UpdateRichMenuAliasRequest(rich_menu_id=menu_id)
            self._call(lambda api: api.update_rich_menu_alias(alias, change))
        else:
            new = CreateRichMenuAliasRequest(rich_menu_alias_id=alias, rich_menu_id=menu_id)
            self._call(lambda api: api.create_rich_menu_alias(new))

    def drop_alias(self, alias: str) -> None:
        self._call(lambda api: api.delete_rich_menu_alias(alias))

    def default(self) -> str:
        """The id of the menu everybody sees who has none of their own; empty when there is none."""
        from linebot.v3.messaging import ApiException

        try:
            return str(self._call(lambda api: api.get_default_rich_menu_id()).rich_menu_id)
        except ApiException as error:
            if error.status == 404:
                return ""
            raise

    def set_default(self, menu_id: str) -> None:
        self._call(lambda api: api.set_default_rich_menu(menu_id))

    def link(self, line_user_id: str, menu_id: str) -> None:
        """This resident sees this menu first."""
        self._call(lambda api: api.link_rich_menu_id_to_user(line_user_id, menu_id))

    def unlink(self, line_user_id: str) -> None:
        """This resident sees what everybody sees."""
        self._call(lambda api: api.unlink_rich_menu_id_from_user(line_user_id))

    def move_all(self, pairs: Sequence[tuple[str, str]], key: str, *, wait: float = 0.0) -> bool:
        """Everybody who has the first menu of a pair gets the second; once for a key (14 days). LINE works on it later:
        True when it says within ``wait`` seconds that it has ended."""
        from linebot.v3.messaging import RichMenuBatchLinkOperation, RichMenuBatchRequest

        operations = [RichMenuBatchLinkOperation(**{"from": old, "to": new}) for old, new in pairs]
        request = RichMenuBatchRequest(operations=operations, resume_request_key=key)
        answer = self._call(lambda api: api.rich_menu_batch_with_http_info(request))
        request_id = {name.lower(): value for name, value in answer.headers.items()}["x-line-request-id"]
        end = time.monotonic() + wait
        while time.monotonic() < end:
            if self._call(lambda api: api.get_rich_menu_batch_progress(request_id)).phase == "succeeded":
                return True
            time.sleep(LOOK)
        return False

    def _call(self, act: Callable[[Any], Any]) -> Any:
        from linebot.v3.messaging import ApiClient, MessagingApi

        with ApiClient(self._configuration(self._base_url)) as client, _within_the_hour():
            return act(MessagingApi(client))

    def _configuration(self, host: str) -> Any:
        from linebot.v3.messaging import Configuration

        configuration = Configuration(host=host, access_token=self._token)
        configuration.retries = False
        return configuration


@contextlib.contextmanager
def _within_the_hour() -> Iterator[None]:
    """What LINE refuses as too much becomes ``Retry``."""
    from linebot.v3.messaging import ApiException

    try:
        yield
    except ApiException as error:
        if error.status != 429:
            raise
        raise Retry("LINEの1時間の上限に達しました。1時間後にもう一度実行してください。", HOUR) from error
