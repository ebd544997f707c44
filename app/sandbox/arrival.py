"""When a call really came: the sandbox itself may stand still, and what waited meanwhile did not come all at once."""

from __future__ import annotations

import socket
import struct
from typing import Any

from aiohttp import web

_LAST_RECEIVED = struct.Struct("=52x I")
"""The kernel's ``struct tcp_info`` up to ``tcpi_last_data_recv``: milliseconds since the last bytes came (tcp(7))."""


def waited(request: web.Request) -> float:
    """Seconds since the call's last bytes reached this machine; 0 where the system does not tell."""
    plug: Any = request.transport.get_extra_info("socket") if request.transport is not None else None
    if plug is None or not hasattr(socket, "TCP_INFO"):
        return 0.0
    try:
        told = plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_RECEIVED.size)
    except OSError:
        return 0.0
    return float(_LAST_RECEIVED.unpack(told)[0]) / 1000 if len(told) == _LAST_RECEIVED.size else 0.0
