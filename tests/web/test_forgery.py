"""Forms come from our own pages; what was typed survives a token that does not fit (reliability 63, 64)."""

import pytest
from flask.testing import FlaskClient

from tests.support.probes import probe, probe_app
from tests.support.web import (
    Clock,
    a_customer,
    build_app,
    close_app,
    csrf_token,
    rows,
    sign_in_customer,
)

__all__ = ["probe", "probe_app"]

HTTPS = {"PORTAL_ORIGIN": "https://amends.shop.example"}


@pytest.mark.proves("input 63")
@pytest.mark.parametrize("token", ["", "wrong", "IjEi.aSPI1A.zzzz"])
def test_a_form_without_its_token_comes_back_to_be_sent_again(probe: FlaskClient, token: str):
    sign_in_customer(probe, a_customer(probe.application))

    answer = probe.post("/probe/keep", data={"words": "My parcel is lost", "csrf_token": token})

    assert answer.status_code == 400
    assert 'name="words" value="My parcel is lost"' in answer.text
    assert 'action="/probe/keep"' in answer.text


@pytest.mark.proves("input 63")
def test_a_form_of_another_session_is_not_taken(probe: FlaskClient):
    app = probe.application
    other = app.test_client()
    sign_in_customer(other, a_customer(app))
    token = csrf_token(other, "/nothing-here")
    sign_in_customer(probe, a_customer(app))

    answer = probe.post("/probe/keep", data={"words": "x", "csrf_token": token})

    assert answer.status_code == 400


@pytest.mark.proves("input 63")
def test_a_form_that_another_site_sent_does_not_come_back(probe: FlaskClient):
    sign_in_customer(probe, a_customer(probe.application))

    answer = probe.post("/probe/keep", data={"words": "evil"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400
    assert 'action="/probe/keep"' not in answer.text


@pytest.mark.proves("input 63")
def test_a_token_is_good_as_long_as_its_session(probe: FlaskClient, clock: Clock):
    sign_in_customer(probe, a_customer(probe.application))
    token = csrf_token(probe, "/nothing-here")
    for _ in range(6):
        clock.pass_(minutes=20)
        probe.get("/nothing-here")

    answer = probe.post("/probe/keep", data={"words": "late", "csrf_token": token})

    assert answer.text == "kept late"


def test_what_was_typed_is_given_back_when_the_session_has_ended(probe: FlaskClient, clock: Clock):
    sign_in_customer(probe, a_customer(probe.application))
    token = csrf_token(probe, "/nothing-here")
    clock.pass_(minutes=31)

    answer = probe.post("/probe/keep", data={"words": "It never came\n<b>!", "csrf_token": token})

    assert answer.status_code == 401
    assert "It never came\n&lt;b&gt;!" in answer.text


@pytest.mark.proves("input 64")
def test_by_https_cookies_are_bound_to_the_host_and_forms_work(
    worker_database_url: str, database_url: str, clock: Clock
):
    app = build_app(worker_database_url, clock, **HTTPS)
    client = app.test_client()
    page = client.get("/", base_url=HTTPS["PORTAL_ORIGIN"])
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "mailbox": "a@example.org", "order_number": "", "target": ""}

    sent = client.post(
        "/sign-in",
        data=data,
        base_url=HTTPS["PORTAL_ORIGIN"],
        headers={"Referer": f"{HTTPS['PORTAL_ORIGIN']}/"},
    )
    close_app(app)

    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-amends=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert sent.status_code == 303


@pytest.mark.proves("input 64")
def test_by_https_a_form_that_does_not_say_where_it_comes_from_comes_back_to_be_sent_again(
    worker_database_url: str, database_url: str, clock: Clock
):
    app = build_app(worker_database_url, clock, **HTTPS)
    client = app.test_client()
    page = client.get("/", base_url=HTTPS["PORTAL_ORIGIN"])
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "mailbox": "a@example.org", "order_number": "A-1", "target": ""}

    sent = client.post("/sign-in", data=data, base_url=HTTPS["PORTAL_ORIGIN"])
    written = rows(app, "SELECT id FROM sign_in_codes UNION ALL SELECT id FROM jobs.procrastinate_jobs")
    close_app(app)

    assert sent.status_code == 400
    assert 'action="/sign-in"' in sent.text
    assert 'name="mailbox" value="a@example.org"' in sent.text
    assert 'name="order_number" value="A-1"' in sent.text
    assert written == []
