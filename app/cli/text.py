"""``kairan text check|parse``: what machines find in a text, and standard text read back into fields."""

from __future__ import annotations

import dataclasses
from datetime import date, time
from typing import Any

import click

from app.cli import out
from app.clock import Clock
from app.errors import KairanError
from content.normalise import checking
from content.notice import Notice, typed
from content.standard import parse as read_back


@click.group()
def text() -> None:
    """Standard text: check it, read it back."""


def _text_of(file: str) -> str:
    """UTF-8, with or without BOM, UTF-16 with BOM, or CP932; never decoded with replacement characters."""
    data = out.file_bytes(file)
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KairanError(f"{file}：文字が読めません。UTF-8のテキストとして保存し直してください。")


@text.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def check(file: str, as_json: bool) -> None:
    """Find phones, links, days, places and amounts in a text, and say what is better written otherwise."""
    checked = checking.check(_text_of(file))
    if as_json:
        out.document(checked.json())
        return
    click.echo(checked.text)
    for change in checked.changes:
        click.echo(f"{change.at + 1}文字目「{change.from_}」→「{change.to}」（{change.rule}）")
    for problem in checked.problems:
        click.echo(f"{problem.at + 1}文字目：{problem.message}")


@text.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def parse(file: str, as_json: bool) -> None:
    """Read a standard text (or "-" for standard input) back into its type and fields."""
    notice = read_back(_text_of(file))
    found = fields_of(notice, today=Clock().today())
    if as_json:
        out.document({"type": notice.type or None, "fields": found})
        return
    click.echo(f"種類：{notice.kind.name if notice.kind else '分かりません'}")
    for label, text_ in notice.fields.items():
        click.echo(f"【{label}】{text_}")


def fields_of(notice: Notice, *, today: date) -> dict[str, dict[str, Any]]:
    """Label to the text and the typed value; a value nobody can be sure of is null."""
    readings = typed(notice, today=today)
    return {
        label: {"value": plain(readings[label].value), "text": text_}
        for label, text_ in notice.fields.items()
    }


def plain(value: object) -> Any:
    """A field's value as JSON: days ``YYYY-MM-DD``, times ``HH:MM``, values with parts as objects without
    the parts that say nothing."""
    match value:
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case tuple() | list():
            return [plain(each) for each in value]
        case None | str() | int() | float():
            return value
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = {
                field.name: (getattr(value, field.name), field.default) for field in dataclasses.fields(value)
            }
            return {name: plain(part) for name, (part, default) in parts.items() if part != default}
        case _:
            raise TypeError(type(value).__name__)
