"""``kairan doctor``: explain every setting, and say what is missing and what answers."""

from __future__ import annotations

import click
from pydantic import SecretStr, ValidationError
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import parts, sealing
from app.errors import AskPerson
from app.restores import queries
from app.settings import Settings

MAKE_A_KEY = "openssl rand -base64 32 | tr '+/' '-_'"
NO_KEY = (
    "not set, so nobody can order a bulky collection, and names and addresses kept earlier cannot be read. "
    f"Put back the key used before; a new server makes one with `{MAKE_A_KEY}`. "
    "Keep a copy away from the database and its backups: without the key what it sealed is lost"
)
NO_GOOD_KEY = (
    "each key must be 32 bytes in URL-safe base64, several separated by commas, so nobody can order a bulky collection "
    f"until this is mended. Put back the key used before; a new server makes one with `{MAKE_A_KEY}`"
)


@click.command()
def doctor() -> None:
    """Explain every setting and say what is missing."""
    try:
        settings = Settings()
    except ValidationError as error:
        _explain(None)
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"]).upper() or "settings"
            click.echo(f"NOT OK  {name}: {fault['msg']}", err=True)
        raise SystemExit(1) from None
    _explain(settings)
    made_of = parts.build(settings)
    fine = [
        _field_keys(settings),
        _database(made_of),
        _redis(made_of),
        _watermark(made_of),
        _line(made_of),
    ]
    made_of.close()
    raise SystemExit(0 if all(fine) else 1)


def _explain(settings: Settings | None) -> None:
    for name, field in Settings.model_fields.items():
        click.echo(f"{name.upper()}{_shown(settings, name)}\n    {field.description}")


def _shown(settings: Settings | None, name: str) -> str:
    """The value, unless it is a secret; an address's password is a secret, too."""
    if settings is None:
        return ""
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return " = (set)" if value.get_secret_value() else " = (not set)"
    shown = str(value)
    scheme, at, rest = shown.partition("@")
    return (
        f" = {scheme.split('://')[0]}://…@{rest}"
        if at and "://" in scheme and ":" in scheme[8:]
        else f" = {shown}"
    )


def _told(what: str, trouble: str) -> bool:
    click.echo(f"{'NOT OK' if trouble else 'OK'}  {what}{': ' + trouble if trouble else ''}")
    return not trouble


def _field_keys(settings: Settings) -> bool:
    """Whether names and addresses can be kept. Without a key all else works, so that is a warning."""
    keys = settings.field_keys.get_secret_value()
    try:
        sealing.sealer(keys)
    except AskPerson:
        if not keys.strip(" ,"):
            click.echo(f"WARNING  FIELD_KEYS: {NO_KEY}")
            return True
        return _told("FIELD_KEYS", NO_GOOD_KEY)
    return _told("FIELD_KEYS", "")


def _database(made_of: parts.Parts) -> bool:
    try:
        with made_of.sessions() as session:
            step = session.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError as error:
        return _told(
            "PostgreSQL",
            f"{type(error.orig).__name__}; is it running, and was `python -m app.migrations` run?",
        )
    return _told(f"PostgreSQL, schema step {step}", "")


def _redis(made_of: parts.Parts) -> bool:
    try:
        made_of.redis.ping()
    except RedisError as error:
        return _told("Redis", f"{type(error).__name__}; sending waits until it is back, nothing is lost")
    return _told("Redis", "")


def _watermark(made_of: parts.Parts) -> bool:
    """Whether this database is the one that sent last."""
    try:
        with made_of.sessions() as session:
            why = queries.why_held(session, made_of.outside)
    except DBAPIError:
        return _told("restore", "cannot be checked without PostgreSQL")
    return _told("restore", why)


def _line(made_of: parts.Parts) -> bool:
    """Whether the token belongs to the account the webhooks are for."""
    from app.line.official import Official

    settings = made_of.settings
    official = Official(settings.line_api_base_url, settings.line_channel_access_token.get_secret_value())
    try:
        found = official.bot_id()
    except Exception as error:
        return _told("LINE", f"{type(error).__name__}; check the token and the address")
    wrong = settings.line_bot_id and found != settings.line_bot_id
    return _told(
        "LINE", f"the token is for {found}, LINE_BOT_ID says {settings.line_bot_id}" if wrong else ""
    )
