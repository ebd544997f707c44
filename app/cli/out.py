"""How commands speak: one JSON document on stdout with --json, plain lines without it.

An input that cannot be read at all raises KairanError; ``main`` turns it into one line on stderr and exit 2.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import orjson

from app.errors import KairanError, Problem


def document(value: Any) -> None:
    """The one JSON document of a command."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def problems(found: Iterable[Problem]) -> None:
    """One line per problem, with its place."""
    for problem in found:
        place = f"{problem.file} {problem.row}行目" if problem.row else problem.file
        value = f"「{problem.value}」" if problem.value else ""
        click.echo(f"{place} {problem.column}{value}：{problem.message}")


def folder_files(folder: Path, pattern: str = "*.csv") -> dict[str, bytes]:
    """The files of a folder by name; refuses what is no readable folder."""
    try:
        if not folder.is_dir():
            raise KairanError(f"{folder}：フォルダーがありません。場所を確認してください。")
        return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file()}
    except OSError as error:
        raise KairanError(f"{folder}：読めません（{error.strerror}）。権限を確認してください。") from error


def file_bytes(path: str) -> bytes:
    """A file's bytes, standard input for ``-``."""
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        return Path(path).read_bytes()
    except OSError as error:
        raise KairanError(f"{path}：読めません（{error.strerror}）。") from error
