"""Ordered faults, rate limits, narrowcast, tokens and insight of the sandbox."""

from __future__ import annotations

import time
import urllib.parse
import uuid
from http.client import HTTPConnection
from typing import Any

import pytest
from linebot.v3.insight import ApiClient as InsightClient
from linebot.v3.insight import Configuration as InsightConfiguration
from linebot.v3.insight import Insight
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    MulticastRequest,
    NarrowcastRequest,
    PushMessageRequest,
    TextMessage,
)
from urllib3.exceptions import HTTPError

from tests.contract.conftest import Refusal
from tests.sandbox import SandboxServer, user


def push(who: str = user(1)) -> PushMessageRequest:
    return PushMessageRequest(to=who, messages=[TextMessage(text="a")])


@pytest.mark.parametrize(
    ("fault", "fields", "status"),
    [
        ("error", {"status": 500}, 500),
        ("error", {"status": 502}, 502),
        ("error", {"status": 503}, 503),
        ("error", {"status": 504}, 504),
        ("rate", {}, 429),
        ("quota", {}, 429),
        ("unauthorized", {}, 401),
    ],
)
def test_a_fault_before_acceptance_reaches_nobody_and_strikes_once(
    line: SandboxServer, api: MessagingApi, refusal: Refusal, fault: str, fields: dict[str, Any], status: int
) -> None:
    line.follow(user(1))
    line.order(fault, endpoint="push", **fields)
    found, body, _ = refusal(lambda: api.push_message(push()))
    assert found == status
    assert ("<html>" in str(body)) == (status == 502)
    assert line.record() == []
    api.push_message(push())
    assert [call["status"] for call in line.calls()] == [status, 200]


@pytest.mark.parametrize(
    "fault", ["drop", "reset", "half_close", "cut", "malformed", "error", "content_type"]
)
def test_a_fault_after_acceptance_reaches_and_spends_the_key(
    line: SandboxServer, api: MessagingApi, refusal: Refusal, fault: str
) -> None:
    line.follow(user(1))
    key = str(uuid.uuid4())
    line.order(fault, endpoint="push", when="after")
    if fault == "content_type":
        api.push_message(push(), x_line_retry_key=key)
    else:
        with pytest.raises((HTTPError, ValueError, ApiException)):
            api.push_message(push(), x_line_retry_key=key)
    assert refusal(lambda: api.push_message(push(), x_line_retry_key=key))[0] == 409
    assert len(line.record()) == 1


def test_orders_are_taken_in_sequence_after_skipping(line: SandboxServer, api: MessagingApi) -> None:
    line.follow(user(1))
    script = [{"fault": "error", "status": 503, "skip": 1}, {"fault": "error", "status": 500, "count": 2}]
    line.control("POST", "/sandbox/faults", [dict(order, endpoint="push") for order in script])
    token = {"Authorization": f"Bearer {line.token}"}
    body = {"to": user(1), "messages": [{"type": "text", "text": "a"}]}
    statuses = [line.call("POST", "/v2/bot/message/push", body, **token)[0] for _ in range(4)]
    assert statuses == [500, 503, 500, 200]


def test_latency_trickle_and_silence_take_their_time(line: SandboxServer, api: MessagingApi) -> None:
    line.follow(user(1))
    for fault, when in (("latency", "before"), ("trickle", "after"), ("latency", "after")):
        line.order(fault, endpoint="push", when=when, seconds=0.4)
        began = time.monotonic()
        api.push_message(push())
        assert time.monotonic() - began >= 0.4, fault
    line.order("silence", endpoint="push", seconds=30)
    with pytest.raises(HTTPError):
        api.push_message(push(), _request_timeout=(1, 0.3))
    assert len(line.record()) == 3


def test_an_unknown_fault_is_refused(line: SandboxServer) -> None:
    assert line.call("POST", "/sandbox/faults", {"fault": "flood"})[0] == 400
    assert line.call("POST", "/sandbox/faults", {"fault": "rate", "when": "after"})[0] == 400


def test_multicast_has_its_own_slower_bucket_without_retry_after(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    people = line.crowd(1)
    line.follow(user(1))
    line.options(limits_factor=0.05)
    request = MulticastRequest(to=people, messages=[TextMessage(text="a")])
    for _ in range(10):
        api.multicast(request)
    status, _, headers = refusal(lambda: [api.multicast(request) for _ in range(30)])
    assert status == 429
    assert "retry-after" not in {name.lower() for name in headers}
    api.push_message(push())


def test_a_narrowcast_goes_through_its_phases(line: SandboxServer, api: MessagingApi) -> None:
    people = line.crowd(3)
    line.options(bulk_seconds=0.2)
    answer = api.narrowcast_with_http_info(NarrowcastRequest(messages=[TextMessage(text="a")]))
    assert answer.status_code == 202
    request_id = answer.headers["x-line-request-id"]
    assert api.get_narrowcast_progress(request_id).phase == "waiting"
    deadline = time.monotonic() + 5
    while (progress := api.get_narrowcast_progress(request_id)).phase != "succeeded":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (progress.target_count, progress.success_count) == (3, 3)
    assert {entry["user"] for entry in line.record()} == set(people)


def test_a_narrowcast_holds_the_quota_back_while_it_runs(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.crowd(3)
    line.follow(user(1))
    line.options(bulk_seconds=1, quota=4)
    api.narrowcast(NarrowcastRequest(messages=[TextMessage(text="a")]))
    assert refusal(lambda: api.push_message(push()))[0] == 429


def form(line: SandboxServer, path: str, **fields: str) -> tuple[int, dict[str, Any]]:
    import json

    connection = HTTPConnection("127.0.0.1", line.port, timeout=10)
    body = urllib.parse.urlencode(fields)
    connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
    response = connection.getresponse()
    answer = json.loads(response.read() or b"{}")
    connection.close()
    return response.status, answer


def test_a_short_token_works_for_fifteen_minutes(line: SandboxServer, refusal: Refusal) -> None:
    grant = {"grant_type": "client_credentials", "client_id": "1000000001", "client_secret": line.secret}
    status, token = form(line, "/oauth2/v3/token", **grant)
    assert (status, token["expires_in"]) == (200, 900)
    with ApiClient(Configuration(host=line.url, access_token=token["access_token"])) as client:
        MessagingApi(client).get_bot_info()
        line.forward(901)
        assert refusal(MessagingApi(client).get_bot_info)[0] == 401
    assert form(line, "/oauth2/v3/token", **{**grant, "client_secret": "x"})[0] == 400


def test_an_id_token_is_verified_with_lines_words(line: SandboxServer) -> None:
    asked = {"client_id": "777", "nonce": "n"}
    token = line.control("POST", f"/sandbox/residents/{user(1)}/idtoken", asked)["idToken"]
    verify = "/oauth2/v2.1/verify"
    assert form(line, verify, id_token=token, client_id="777")[1]["sub"] == user(1)
    assert (
        form(line, verify, id_token=token, client_id="1")[1]["error_description"]
        == "Invalid IdToken Audience."
    )
    wrong = form(line, verify, id_token=token, client_id="777", nonce="m")[1]
    assert wrong["error_description"] == "Invalid IdToken Nonce."
    broken = token[:-6] + "AAAAAA"
    assert form(line, verify, id_token=broken, client_id="777")[1]["error_description"] == "Invalid IdToken."
    line.forward(3601)
    assert form(line, verify, id_token=token, client_id="777")[1]["error_description"] == "IdToken expired."
    assert line.call("GET", "/oauth2/v2.1/certs")[1]["keys"][0]["alg"] == "ES256"


def test_insight_hides_few_people_and_today(line: SandboxServer) -> None:
    line.crowd(3)
    today = time.strftime("%Y%m%d", time.gmtime(time.time() + 9 * 3600))
    with InsightClient(InsightConfiguration(host=line.url, access_token=line.token)) as client:
        assert Insight(client).get_number_of_followers(var_date=today).status == "unready"
        line.forward(86_400)
        found = Insight(client).get_number_of_followers(var_date=today)
    assert (found.status, found.followers, found.targeted_reaches) == ("ready", 3, None)


def test_production_is_refused() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "app.sandbox"],
        env={"ENVIRONMENT": "production"},
        capture_output=True,
        timeout=20,
    )
    assert done.returncode == 2
    assert b"production" in done.stderr
