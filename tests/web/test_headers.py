"""Headers both ways: what we say to browsers, and what we do not believe of them (reliability 31, 32, 65)."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.web import (
    send,
)


@pytest.mark.proves("input 64")
def test_pages_tell_the_browser_what_may_run_and_be_kept(client: FlaskClient):
    first, second = client.get("/"), client.get("/")

    policy = first.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Referrer-Policy"] == "same-origin"
    assert first.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert first.headers["Cache-Control"] == "no-store"
    assert "Cookie" in first.headers["Vary"]
    assert "Strict-Transport-Security" not in first.headers


def test_static_files_are_kept_for_good_under_their_hash(client: FlaskClient):
    page = client.get("/").text
    address = page.partition('href="/static/base.css')[2].partition('"')[0]

    answer = client.get(f"/static/base.css{address}")
    answer.close()

    assert address.startswith("?v=")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_a_request_id_from_elsewhere_is_taken_only_where_it_is_harmless(client: FlaskClient):
    given = client.get("/", headers={"X-Request-Id": "abc-12345678"}).headers["X-Request-Id"]
    odd = client.get("/", headers={"X-Request-Id": "a b; c"}).headers["X-Request-Id"]

    assert given == "abc-12345678"
    assert odd.startswith("REQ-")


@pytest.mark.proves("P8")
def test_the_log_names_the_route_and_nothing_of_the_address(client: FlaskClient, capsys: pytest.CaptureFixture[str]):
    client.get("/sign-in/code?code=424242")
    send(client, "/sign-in", {"mailbox": "canary@example.org", "order_number": "CANARY-1", "target": ""})

    written = capsys.readouterr().err
    assert "/sign-in/code" in written
    assert "424242" not in written
    assert "anary" not in written.lower().replace("canary_", "")


@pytest.mark.proves("input 65")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PATCH"])
def test_other_methods_are_not_allowed(client: FlaskClient, method: str):
    assert client.open("/sign-out", method=method).status_code == 405


@pytest.mark.proves("input 65", "bug 51")
@pytest.mark.parametrize("path", ["/sign-out", "/language", "/staff/sign-out"])
def test_reading_never_changes_anything(client: FlaskClient, path: str):
    answer = client.get(path)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def _refused(app: Flask) -> Iterator[tuple[str, str]]:
    """Walk through the map: every address that takes a form or a call, with each way to ask that it does not know.

    Some of them have a page under the same address, which leads back to where the form is.
    """
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            named = {name: "limits" if name == "table" else "1" for name in rule.arguments}
            path = adapter.build(rule.endpoint, named, method="POST")
            yield from ((path, method) for method in ("PUT", "PATCH", "DELETE", "TRACE"))
            if not adapter.test(path, method="GET") or adapter.match(path, method="GET")[0] == rule.endpoint:
                yield path, "GET"


@pytest.mark.proves("input 65", "bug 51")
def test_what_changes_something_is_done_by_post_alone_wherever_it_is(app: Flask, client: FlaskClient):
    asked = list(_refused(app))

    answers = {(path, method): client.open(path, method=method) for path, method in asked}

    assert {where: one.status_code for where, one in answers.items() if one.status_code != 405} == {}
    assert all("POST" in one.headers["Allow"] for one in answers.values())
    assert len({path for path, _ in asked}) > 60
    assert len([path for path, method in asked if method == "GET"]) > 15


@pytest.mark.proves("input 31")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::", ""])
def test_a_foreign_host_is_refused(client: FlaskClient, host: str):
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.proves("input 32", "bug 52")
def test_forwarded_headers_are_not_believed(client: FlaskClient):
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert answer.status_code == 200
    assert "evil.example" not in answer.text
