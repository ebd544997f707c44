"""One sentence for what pip, uv or the system said when packages could not be installed."""

from __future__ import annotations

import errno

UNREACHABLE = (
    "connection",
    "name resolution",
    "dns error",
    "timed out",
    "network is unreachable",
    "error sending request",
    "failed to fetch",
    "newconnectionerror",
    "unknownissuer",
    "certificate",
    "retries exceeded",
)
UNREADABLE = (
    "invalid requirement",
    "couldn't parse",
    "no matching distribution",
    "no solution found",
    "error: unexpected",
)


class InstallFailed(Exception):
    """``output`` is what the installer printed."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def unreachable(output: str) -> bool:
    """Whether the network, not the lock, is the reason."""
    return any(sign in output.lower() for sign in UNREACHABLE)


def explain(output: str, lock: str, number: int | None = None) -> str:
    """The one sentence for what pip, uv or the system said."""
    said = output.lower()
    if number in (errno.ENOSPC, errno.EDQUOT) or "no space left" in said or "quota exceeded" in said:
        return (
            "The disk is full: free about 1 GB where this folder and the temporary folder lie, and run again."
        )
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This folder cannot be written ({output}): run as its owner, or clone it where you may write."
    if "do not match the hashes" in said or "hash mismatch" in said or "hashes are required" in said:
        return f"A downloaded package does not match {lock}: restore that file (git checkout {lock}), or report it if it is unchanged."
    if unreachable(output):
        return "The package index cannot be reached: check the network (or PIP_INDEX_URL and the proxy settings) and run again."
    if any(sign in said for sign in UNREADABLE):
        return f"{lock} is damaged or asks for what the package index does not have: restore it (git checkout {lock}) and run again. ({_last(output)})"
    return f"Packages of {lock} could not be installed: {_last(output)}"


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
