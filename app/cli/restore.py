"""``kairan restore``: whether this database is the one that sent last, and the word of an administrator that it may go on."""

from __future__ import annotations

from contextlib import closing

import click

from app import parts
from app.errors import KairanError
from app.restores import actions, queries
from app.staff import queries as staff_queries


@click.command()
@click.option("--confirm", is_flag=True, help="let sending go on; what may have gone out already is held")
@click.option("--by", "login", default="", help="the administrator's account, for the audit log")
def restore(confirm: bool, login: str) -> None:
    """Say whether sending is held after a restore (exit 1), and end that with --confirm --by LOGIN."""
    with closing(parts.build()) as made_of:
        if confirm:
            return _confirm(made_of, login)
        with made_of.sessions() as session:
            why = queries.why_held(session, made_of.outside)
        click.echo(why or "データベースと控えは一致しています。送信は止めていません。")
        raise SystemExit(1 if why else 0)


def _confirm(made_of: parts.Parts, login: str) -> None:
    try:
        with made_of.sessions.begin() as session:
            by = staff_queries.by_login(session, login)
            if by is None:
                raise click.ClickException(
                    f"there is no account {login or '(--by LOGIN)'}: name the administrator who confirms"
                )
            found = actions.confirm(session, made_of.outside, by=by, now=made_of.clock.now())
    except KairanError as error:
        raise click.ClickException(error.sentence) from None
    click.echo(
        f"送信を再開できます。\n"
        f"・送信中または送信直前だったお知らせ {found.paused}件は止めたままです。進み具合の画面で再開か中止を選んでください。\n"
        f"・先の予約 {found.taken_back}件は取り消しました。承認は残っています。日時を決め直してください。\n"
        f"・届いたか確かめられない人 {found.unknown:,}人分は「不明」にしました。自動では再送しません。"
    )
