"""Sessions: begun by signing in, ended by leaving, by time, and from elsewhere (reliability 28, 29)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.records.browser_sessions import hash_of
from tests.support.queries import counted_queries
from tests.support.sign_in import cookie_of, let_in
from tests.support.web import (
    COOKIES,
    Clock,
    a_customer,
    rows,
    send,
    sign_in_customer,
    toolkit_of,
)


def test_a_visitor_who_only_reads_costs_no_query_and_no_row(app: Flask, client: FlaskClient):
    with counted_queries(app) as statements:
        client.get("/")

    assert statements == []
    assert rows(app, "SELECT 1 FROM web_sessions") == []


@pytest.mark.parametrize("path", ["/static/nothing.css", "/healthz/nothing", "/readyz/nothing"])
def test_a_file_that_is_not_there_signs_nobody_out(app: Flask, client: FlaskClient, path: str):
    sign_in_customer(client, a_customer(app))
    before = cookie_of(client)

    missing = client.get(path)

    assert missing.status_code == 404
    assert cookie_of(client) == before
    assert client.get("/orders").status_code == 200


@pytest.mark.proves("input 29", "P9")
def test_the_session_gets_a_new_id_when_somebody_comes_in(app: Flask, client: FlaskClient):
    chosen_by_an_attacker = "A" * 43
    client.set_cookie(COOKIES["customer"], chosen_by_an_attacker)

    let_in(app, client)

    assert cookie_of(client) != chosen_by_an_attacker
    kept = {bytes(row.token_hash) for row in rows(app, "SELECT token_hash FROM web_sessions")}
    assert kept == {hash_of(cookie_of(client))}


@pytest.mark.proves("input 28")
def test_a_cookie_opens_nothing_after_sign_out(app: Flask, client: FlaskClient):
    token = sign_in_customer(client, a_customer(app))
    assert client.get("/orders").status_code != 401

    answer = send(client, "/sign-out", seen="/nothing-here")
    client.set_cookie(COOKIES["customer"], token)

    assert answer.location == "/?left=1"
    assert client.get("/orders").status_code == 401
    assert rows(app, "SELECT 1 FROM web_sessions") == []


def test_a_session_ends_when_it_was_left_alone(app: Flask, client: FlaskClient, clock: Clock):
    sign_in_customer(client, a_customer(app))
    clock.pass_(minutes=31)

    answer = client.get("/orders")

    assert answer.status_code == 401
    assert 'value="/orders"' in answer.text


def test_a_session_in_use_lasts_twelve_hours_and_no_longer(app: Flask, client: FlaskClient, clock: Clock):
    sign_in_customer(client, a_customer(app))
    for _ in range(28):
        clock.pass_(minutes=25)
        assert client.get("/orders").status_code != 401
    clock.pass_(minutes=25)

    assert client.get("/orders").status_code == 401


def test_a_session_is_touched_at_most_once_a_minute(app: Flask, client: FlaskClient, clock: Clock):
    sign_in_customer(client, a_customer(app))
    clock.pass_(seconds=61)
    client.get("/orders")

    with counted_queries(app) as statements:
        client.get("/nothing-here")

    assert len([one for one in statements if "web_sessions" in one]) == 1


def test_the_pages_speak_the_customers_language_until_another_is_chosen(app: Flask, client: FlaskClient):
    sign_in_customer(client, a_customer(app), locale="pt_BR")
    assert '<html lang="pt-BR">' in client.get("/nothing-here").text

    answer = send(client, "/language", {"language": "en", "back": "/orders"}, seen="/nothing-here")

    assert answer.location == "/orders"
    assert '<html lang="en">' in client.get("/nothing-here").text


def test_a_language_that_is_not_ours_changes_nothing(client: FlaskClient):
    answer = send(client, "/language", {"language": "../../etc", "back": "//evil.example"})

    assert answer.location == "/"


def test_sessions_of_a_customer_can_be_ended_from_elsewhere(app: Flask, client: FlaskClient):
    sign_in_customer(client, a_customer(app))
    with toolkit_of(app).transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM web_sessions")

    assert client.get("/orders").status_code == 401
