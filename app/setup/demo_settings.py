"""The settings of the demo: what the operator gave, then what was made once, then what follows from both."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from app.setup import running
from app.setup.probes import port_is_free
from app.setup.running import ROOT
from app.setup.say import Trouble

PORTS = {"PORT": "8000", "SANDBOX_PORT": "8001"}


def settings(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process of the demo. ``given`` wins; an empty value counts as not given."""
    values = {name: value for name, value in given.items() if value or name not in running.LENT}
    if values.get("ENVIRONMENT", "demo") == "production":
        raise Trouble(
            "ENVIRONMENT=production is not a demo: start the Procfile's processes as the manual says."
        )
    with_sandbox = "LINE_API_BASE_URL" not in values
    port, sandbox_port = (_port(values, name) for name in PORTS)
    made = {
        **_secrets(home / "demo.env"),
        "ENVIRONMENT": "demo",
        "PORT": port,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "CLOCK_OFFSET_FILE": str(home / "clock-offset"),
        "PHOTO_DIR": str(home / "photos"),
        "WATERMARK_DIR": str(home / "watermark"),
        "PYTHONUNBUFFERED": "1",
        "VIRTUAL_ENV": str(ROOT / ".venv"),
    }
    if with_sandbox:
        made |= _sandbox(home, port, sandbox_port)
    else:
        values.pop("SANDBOX_PORT", None)
    values["PATH"] = f"{ROOT / '.venv' / 'bin'}:{values.get('PATH', '/usr/local/bin:/usr/bin:/bin')}"
    return made | values


def check_ports(environment: Mapping[str, str]) -> None:
    """Trouble that names the port and the variable, before anything is started."""
    for name in PORTS:
        port = environment.get(name)
        if port and not port_is_free(int(port)):
            raise Trouble(
                f"Port {port} is in use by another program: stop that, or choose another with {name} "
                f"({name}={int(port) + 100} make demo)."
            )


def _port(values: dict[str, str], name: str) -> str:
    port = values.get(name, PORTS[name])
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise Trouble(f"{name}={port} is not a port: give a number from 1 to 65535.")
    return port


def _sandbox(home: Path, port: str, sandbox_port: str) -> dict[str, str]:
    fonts = sorted(ROOT.glob(".venv/lib/python*/site-packages/pylopdf_fonts_jp/NotoSansJP-Regular.otf"))
    return {
        "LINE_API_BASE_URL": f"http://127.0.0.1:{sandbox_port}",
        "SANDBOX_PORT": sandbox_port,
        "SANDBOX_DATA": str(home / "sandbox"),
        "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{port}/line/webhook",
        "SANDBOX_LANDMARKS": str(ROOT / "content" / "town" / "landmarks.json"),
        **({"SANDBOX_FONT": str(fonts[0])} if fonts else {}),
    }


def _secrets(path: Path) -> dict[str, str]:
    """Made once: sessions, encrypted fields and the sandbox's residents outlive a restart."""
    known = running.read(path)
    made = {
        "SECRET_KEY": secrets.token_hex(32),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LINE_CHANNEL_ID": str(1_000_000_000 + secrets.randbelow(9_000_000_000)),
        "LINE_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_CHANNEL_ACCESS_TOKEN": secrets.token_urlsafe(96),
        "LINE_BOT_ID": "U" + secrets.token_hex(16),
    }
    if known.keys() >= made.keys():
        return known
    running.write(path, made | known)
    return made | known
