"""Every error has a kind page, an outage says when to come back, and nothing inside shows."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from portal.web.shared.errors import STATUS
from tests.support.probes import probe, probe_app
from tests.support.web import (
    COOKIES,
    Clock,
    build_app,
    close_app,
)

__all__ = ["probe", "probe_app"]


@pytest.mark.parametrize("name", sorted({kind.__name__ for kind in STATUS} - {"BadMailbox"}))
def test_every_error_of_ours_has_a_page(probe: FlaskClient, name: str):
    expected = next(status for kind, status in STATUS.items() if kind.__name__ == name)

    answer = probe.get(f"/probe/break?error={name}")

    assert answer.status_code == expected
    assert answer.text.count("<h1") == 1
    assert "some reason" not in answer.text


def test_waiting_is_told_in_seconds_to_programs_and_minutes_to_people(probe: FlaskClient):
    answer = probe.get("/probe/break?error=TooMany")

    assert answer.headers["Retry-After"] == "90"
    assert "2 minutes" in answer.text


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
    engine = app.extensions["toolkit"].sessions().get_bind()
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
