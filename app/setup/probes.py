"""Questions about health, over HTTP and ports, without any library."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

OPEN = "127.0.0.1"


def answers(url: str) -> bool:
    """True when GET on ``url`` (http, on this machine) is answered with success within 3 s."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or OPEN, parts.port, timeout=3)
    try:
        line.request("GET", parts.path or "/")
        return line.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((OPEN, port))
            trial.listen(1)
        except OSError:
            return False
    return True
