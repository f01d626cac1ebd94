"""Signed messages while the inbox cannot be written: what was answered is kept, and all else is asked for again."""

import json

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support.engines import engine_of
from tests.support.web import Clock, build_app, close_app, rows, toolkit_of
from tests.web.test_hooks import an_event, to_stripe_hook

KEPT = "SELECT event_id FROM incoming_events"


def refuse(*_: object) -> object:
    raise OperationalError("away", {}, Exception("refused"))


@pytest.mark.proves("fault 37", "bug 29")
def test_a_database_that_is_away_means_try_again_later(clock: Clock, worker_database_url: str):
    away = build_app(worker_database_url, clock)
    close_app(away)
    engine = engine_of(toolkit_of(away))
    engine.pool._creator = engine.pool._creator_wrapper = refuse

    answer = to_stripe_hook(away.test_client(), json.dumps(an_event()).encode())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.proves("fault 37", "F4", "bug 29")
def test_what_was_answered_is_kept_and_what_was_not_is_taken_when_it_comes_again(app: Flask):
    client, engine = app.test_client(), engine_of(toolkit_of(app))
    told = {f"evt_{number}": json.dumps(an_event(id=f"evt_{number}")).encode() for number in range(8)}
    answered = set()

    for number, (name, body) in enumerate(told.items()):
        if number % 3 == 1:
            # All is written by then, and nothing of it stays.
            event.listen(engine, "commit", refuse)
        answer = to_stripe_hook(client, body)
        if number % 3 == 1:
            event.remove(engine, "commit", refuse)
        assert answer.status_code == (503 if number % 3 == 1 else 200)
        answered |= {name} if answer.status_code == 200 else set()
    kept = {row.event_id for row in rows(app, KEPT)}
    for name in told.keys() - answered:
        assert to_stripe_hook(client, told[name]).status_code == 200

    assert kept == answered < told.keys()
    assert {row.event_id for row in rows(app, KEPT)} == told.keys()
    asked = "SELECT args ->> 'event_id' AS event_id FROM jobs.procrastinate_jobs"
    assert sorted(row.event_id for row in rows(app, asked)) == sorted(told)
