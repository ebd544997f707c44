"""Install a hash lock: with uv, which takes two seconds, or with pip when uv cannot."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

from app.setup import locks
from app.setup.failures import InstallFailed, unreachable
from app.setup.say import Voice

# pip's settings (from its files and PIP_* variables), the variables that tell uv the same, and what separates values.
SAME_FOR_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "cert": ("SSL_CERT_FILE", " "),
}
_SETTING = re.compile(r"^(\S+?)\.([a-z-]+)=(['\"].*)$", re.MULTILINE)
_VARIABLES = ":env:"


def install(root: Path, python: Path, lock: str, environment: dict[str, str], voice: Voice) -> None:
    """Install ``root/lock`` beside what is there; nothing is taken away. Raises InstallFailed with pip's words."""
    pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    quick = {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "20", **environment}
    failure = ""
    try:
        _run([*pip, "install", "-q", "--require-hashes", "-r", str(root / locks.INSTALLER)], quick)
        uv = [str(python.with_name("uv")), "pip", "install", "--quiet", "--python", str(python)]
        _run([*uv, "--require-hashes", "-r", str(root / lock)], _for_uv(pip, environment))
        return
    except InstallFailed as failed:
        failure = failed.output
        if unreachable(failure) and not environment.get("PIP_FIND_LINKS"):
            raise
    voice.line("setup", "uv could not install the lock, trying pip")
    try:
        _run([*pip, "install", "-q", "--require-hashes", "-r", str(root / lock)], quick)
    except InstallFailed as failed:
        raise InstallFailed(f"{failure}\n{failed.output}") from failed


def _for_uv(pip: list[str], environment: dict[str, str]) -> dict[str, str]:
    """uv reads neither pip's files nor PIP_*: hand on the package index, the mirror and the certificates.

    Every index may serve a package, as with pip; the hashes decide what is taken.
    """
    told = dict(environment)
    for name, value in read_pip_settings(_run([*pip, "config", "list"], environment)).items():
        variable, separator = SAME_FOR_UV.get(name, ("", ""))
        if variable and not environment.get(variable):
            told[variable] = separator.join(value.split())
    told.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    told.setdefault("UV_HTTP_RETRIES", "2")
    if not Path(told.get("SSL_CERT_FILE") or "-").is_file():
        told.pop("SSL_CERT_FILE", None)
        told.setdefault("UV_SYSTEM_CERTS", "true")
    return told


def read_pip_settings(listing: str) -> dict[str, str]:
    """{"index-url": …} from the lines of ``pip config list``, where a variable (":env:") wins over a file."""
    found = sorted(_SETTING.findall(listing), key=lambda setting: setting[0] == _VARIABLES)
    return {name: str(ast.literal_eval(value)) for _, name, value in found}


def _run(command: list[str], environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
    except OSError as error:
        raise InstallFailed(str(error)) from error
    if done.returncode != 0:
        raise InstallFailed(f"{done.stdout}\n{done.stderr}")
    return done.stdout
