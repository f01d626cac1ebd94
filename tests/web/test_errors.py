"""Every error has a kind page, an outage says when to come back, and nothing inside shows."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from portal.domain.authority import Role
from portal.letters.guide import remarks
from portal.web.shared.errors import STATUS
from tests.support.audit import text_of
from tests.support.engines import engine_of
from tests.support.page import Page, Visitor
from tests.support.probes import probe, probe_app
from tests.support.web import (
    COOKIES,
    Clock,
    build_app,
    close_app,
    sign_in_staff,
)

__all__ = ["probe", "probe_app"]


@pytest.mark.parametrize("name", sorted({kind.__name__ for kind in STATUS} - {"BadMailbox"}))
def test_every_error_of_ours_has_a_page(probe: FlaskClient, name: str):
    expected = next(status for kind, status in STATUS.items() if kind.__name__ == name)

    answer = probe.get(f"/probe/break?error={name}")

    assert answer.status_code == expected
    assert answer.text.count("<h1") == 1
    assert "some reason" not in answer.text


KINDLY: dict[int, tuple[str, dict[str, Any], str]] = {
    400: ("/probe/say?q=1&q=2", {}, "Try again"),
    403: ("/probe/unmarked", {}, "To your orders"),
    404: ("/nowhere", {}, "To your orders"),
    405: ("/claims/CLM-1/talk", {}, "To your orders"),
    413: ("/probe/say", {"method": "POST", "data": {"words": "x" * 1_100_000}}, "Try again"),
    429: ("/probe/break?error=TooMany", {}, "Try again"),
    500: ("/probe/break?error=ZeroDivisionError", {}, "Try again"),
    503: ("/probe/break?error=OperationalError", {}, "Try again"),
}
HEADINGS_IN_PORTUGUESE = {
    400: "Isso não chegou inteiro até nós",
    403: "Vamos levar você às suas páginas",
    404: "Não há nada aqui",
    405: "Este endereço não é uma página",
    413: "Isso era grande demais para nós",
    429: "Uma pequena pausa, por favor",
    500: "Algo quebrou do nosso lado",
    503: "Voltamos em um instante",
}


@pytest.mark.parametrize("status", KINDLY)
def test_every_error_page_has_kind_words_and_a_next_step_in_both_languages(probe_app: Flask, database_url, status: int):
    path, more, step = KINDLY[status]

    english, portuguese = (
        Page(visitor, visitor.client.open(path, headers={"Accept-Language": language}, **more), path)
        for visitor, language in ((Visitor(probe_app), "en"), (Visitor(probe_app), "pt-BR"))
    )

    assert (english.answer.status_code, portuguese.answer.status_code) == (status, status)
    assert portuguese.audit().heading == HEADINGS_IN_PORTUGUESE[status]
    assert step in english.audit().links()
    assert not remarks(english.text, "en") + remarks(portuguese.text, "pt_BR")


@pytest.mark.parametrize(
    ("method", "path", "leads_to"),
    [
        ("GET", "/probe/break?error=TooMany", "/probe/break"),
        ("POST", "/claims/CLM-1/talk", "/claims/CLM-1"),
        ("POST", "/sign-in/code", "/sign-in/code"),
        ("POST", "/staff/claims/CLM-1/assign", "/staff/claims/CLM-1/assign"),
        ("POST", "/language", "/"),
    ],
)
def test_trying_again_leads_to_the_page_whose_form_failed(probe_app: Flask, database_url, method, path, leads_to):
    visitor = Visitor(probe_app)

    answer = visitor.client.open(path, method=method, data={"words": "x" * 1_100_000} if method == "POST" else None)

    assert Page(visitor, answer, path).links()["Try again"] == leads_to


def test_staff_keep_their_way_around_on_an_error_page(probe_app: Flask, database_url: str):
    visitor = Visitor(probe_app)
    sign_in_staff(visitor.client, Role.FINANCE)

    page = visitor.get("/staff/", status=403)

    assert page.links()["Costs"] == "/finance/"
    assert "Sign out" in {text_of(button) for button in page.document.iter("button")}


def test_waiting_is_told_in_seconds_to_programs_and_minutes_to_people(probe: FlaskClient):
    answer = probe.get("/probe/break?error=TooMany")

    assert answer.headers["Retry-After"] == "90"
    assert "2 minutes" in answer.text


@pytest.mark.proves("P8")
def test_an_unforeseen_error_shows_a_name_to_find_it_by_and_nothing_else(
    probe: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    answer = probe.get("/probe/break?error=ZeroDivisionError&who=canary@example.org")

    written = capsys.readouterr().err
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "secret words" not in answer.text
    assert "ZeroDivisionError" in written
    assert "canary@example.org" not in written


def test_a_database_that_does_not_answer_is_told_kindly(clock: Clock, worker_database_url: str):
    app = build_app(worker_database_url, clock)
    close_app(app)
    engine = engine_of(app.extensions["toolkit"])
    engine.pool._creator = engine.pool._creator_wrapper = _refuse_connection
    client = app.test_client()
    client.set_cookie(COOKIES["customer"], "A" * 43)

    answers = [client.get("/"), client.get("/readyz"), client.get("/orders")]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert answers[0].headers["Retry-After"] == "10"
    assert "We are back in a moment" in answers[0].text
    assert client.get("/healthz").status_code == 200


def _refuse_connection(*_: object) -> object:
    raise OperationalError("connect", {}, Exception("refused"))


def test_the_portal_is_ready_when_the_database_has_every_migration(client: FlaskClient):
    assert client.get("/healthz").text == "alive\n"
    assert client.get("/readyz").text == "ready\n"
