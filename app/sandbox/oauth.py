"""Channel access tokens, ID tokens and link tokens (reference, "Channel access token"; LINE Login v2.1)."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import orjson
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from app.sandbox import ids
from app.sandbox.answers import Json, Refused, answer
from app.sandbox.control import body_of
from app.sandbox.tokens import same
from app.sandbox.world import World, world_of

ISSUER = "https://access.line.me"
SHORT_SECONDS = 900
LONG_SECONDS = 30 * 24 * 3600
MOST_LIVE = 30
KEY_ID = "sandbox-1"
control_routes = web.RouteTableDef()


async def issue_v3(request: web.Request) -> web.Response:
    """``POST /oauth2/v3/token``: 15 minutes, as many as wanted."""
    world, form = world_of(request), await request.post()
    _channel(world, form)
    token = world.tokens.issue("v3", world.clock.ms() + SHORT_SECONDS * 1000)
    return answer({"token_type": "Bearer", "access_token": token, "expires_in": SHORT_SECONDS})


async def issue_v21(request: web.Request) -> web.Response:
    """``POST /oauth2/v2.1/token``: up to 30 days, 30 live tokens. The assertion's signature is not looked at here."""
    world, form = world_of(request), await request.post()
    now = world.clock.ms()
    if form.get("grant_type") != "client_credentials" or not form.get("client_assertion"):
        raise _oauth_error("invalid_request", "client_assertion is required")
    if len(_live(world, "v2.1", now)) >= MOST_LIVE:
        raise _oauth_error("invalid_request", "the number of channel access tokens has reached the limit")
    token = world.tokens.issue("v2.1", now + LONG_SECONDS * 1000)
    key_id = world.tokens.access[token].key_id
    return answer(
        {"token_type": "Bearer", "access_token": token, "expires_in": LONG_SECONDS, "key_id": key_id}
    )


async def issue_v2(request: web.Request) -> web.Response:
    """``POST /v2/oauth/accessToken``: 30 days; the oldest of 30 dies."""
    world, form = world_of(request), await request.post()
    _channel(world, form)
    now = world.clock.ms()
    live = _live(world, "v2", now)
    if len(live) >= MOST_LIVE:
        world.tokens.revoke(live[0])
    token = world.tokens.issue("v2", now + LONG_SECONDS * 1000)
    return answer({"token_type": "Bearer", "access_token": token, "expires_in": LONG_SECONDS})


async def revoke(request: web.Request) -> web.Response:
    """``POST /oauth2/v2.1/revoke`` and ``/v2/oauth/revoke``: 200 whether it lived or not; v3 tokens stay."""
    world, form = world_of(request), await request.post()
    token = str(form.get("access_token", ""))
    access = world.tokens.access.get(token)
    if access is not None and access.kind != "v3":
        world.tokens.revoke(token)
    return web.Response()


async def verify_access(request: web.Request) -> web.Response:
    """``GET /oauth2/v2.1/verify?access_token=`` and ``POST /v2/oauth/verify``."""
    world = world_of(request)
    token = request.query.get("access_token") or str((await request.post()).get("access_token", ""))
    access, now = world.tokens.access.get(token), world.clock.ms()
    if access is None or (access.until is not None and access.until <= now):
        raise _oauth_error("invalid_request", "access token expired")
    left = LONG_SECONDS if access.until is None else (access.until - now) // 1000
    return answer({"client_id": world.settings.channel_id, "expires_in": left, "scope": ""})


async def verify_id(request: web.Request) -> web.Response:
    """``POST /oauth2/v2.1/verify``: the claims of an ID token, or LINE's words for what is wrong with it."""
    world, form = world_of(request), await request.post()
    claims = _read_id_token(str(form.get("id_token", "")))
    if claims is None:
        raise _oauth_error("invalid_request", "Invalid IdToken.")
    wrong = (
        (claims.get("iss") != ISSUER, "Invalid IdToken Issuer."),
        (claims.get("exp", 0) <= world.clock.seconds(), "IdToken expired."),
        (claims.get("aud") != form.get("client_id"), "Invalid IdToken Audience."),
        ("nonce" in form and claims.get("nonce") != form["nonce"], "Invalid IdToken Nonce."),
        ("user_id" in form and claims.get("sub") != form["user_id"], "Invalid IdToken Subject Identifier."),
    )
    for is_wrong, words in wrong:
        if is_wrong:
            raise _oauth_error("invalid_request", words)
    return answer(claims)


async def certs(request: web.Request) -> web.Response:
    """``GET /oauth2/v2.1/certs``: the public key of our ID tokens as a JWK set (RFC 7517)."""
    point = _key().public_key().public_numbers()
    x, y = (_b64(number.to_bytes(32, "big")) for number in (point.x, point.y))
    return answer(
        {"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": KEY_ID, "x": x, "y": y}]}
    )


async def link_token(request: web.Request) -> web.Response:
    """``POST /v2/bot/user/{userId}/linkToken``: ten minutes, once; friends only."""
    world, user = world_of(request), request.match_info["user_id"]
    if not ids.USER.fullmatch(user):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    if world.platform.standing.get(user) != "friend":
        raise Refused(404, "Not found")
    return answer({"linkToken": world.tokens.new_link(user, world.clock.ms())})


@control_routes.post("/sandbox/residents/{user}/idtoken")
async def make_id_token(request: web.Request) -> web.Response:
    """``{"client_id", "nonce"?, "seconds"?}``: the ID token a LIFF page of this resident would get."""
    world, body = world_of(request), await body_of(request)
    now = int(world.clock.seconds())
    claims = {
        "iss": ISSUER,
        "sub": request.match_info["user"],
        "aud": str(body.get("client_id", world.settings.channel_id)),
        "exp": now + int(body.get("seconds", 3600)),
        "iat": now,
    }
    if "nonce" in body:
        claims["nonce"] = str(body["nonce"])
    return answer({"idToken": sign_id_token(claims)})


def sign_id_token(claims: Json) -> str:
    """A JWT signed with ES256 (RFC 7515, RFC 7518 section 3.4: the signature is r and s, 32 bytes each)."""
    head = _b64(orjson.dumps({"typ": "JWT", "alg": "ES256", "kid": KEY_ID}))
    signed = f"{head}.{_b64(orjson.dumps(claims))}"
    r, s = decode_dss_signature(_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _read_id_token(token: str) -> Json | None:
    try:
        head, body, signature = token.split(".")
        raw = _unb64(signature)
        proof = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        _key().public_key().verify(proof, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        claims = orjson.loads(_unb64(body))
    except (ValueError, InvalidSignature):
        return None
    return claims if isinstance(claims, dict) else None


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _channel(world: World, form: Any) -> None:
    client, secret = str(form.get("client_id", "")), str(form.get("client_secret", ""))
    if form.get("grant_type") != "client_credentials":
        raise _oauth_error("unsupported_grant_type", "grant_type must be client_credentials")
    if client != world.settings.channel_id or not same(secret, world.settings.channel_secret):
        raise _oauth_error("invalid_client", "invalid client_secret")


def _live(world: World, kind: str, now: int) -> list[str]:
    return [
        t for t, access in world.tokens.access.items() if access.kind == kind and (access.until or 0) > now
    ]


def _oauth_error(error: str, words: str) -> Refused:
    refused = Refused(400, words)
    refused.body = {"error": error, "error_description": words}
    return refused
