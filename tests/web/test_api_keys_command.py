"""The commands that make and revoke keys of the API."""

from typing import Any

import pytest
from flask import Flask

from portal.records import api_keys
from tests.support.web import toolkit_of

GIVEN = "amk_" + "g" * 43


def run(app: Flask, *arguments: str) -> Any:
    # As ``flask --app portal.factory`` does before it runs a command.
    with app.app_context():
        return app.test_cli_runner().invoke(args=["api-keys", *arguments])


def is_known(app: Flask, secret: str) -> bool:
    with toolkit_of(app).reading() as session:
        return api_keys.find(session, secret) is not None


@pytest.mark.proves("P4")
def test_a_key_is_printed_once_and_opens_the_api_until_it_is_revoked(app: Flask):
    made = run(app, "create", "our shop")
    secret = made.output.strip()

    assert (made.exit_code, is_known(app, secret)) == (0, True)
    assert run(app, "revoke", "our shop").exit_code == 0
    assert not is_known(app, secret)


def test_a_second_key_of_a_name_needs_to_be_asked_for(app: Flask):
    first = run(app, "create", "our shop").output.strip()

    refused = run(app, "create", "our shop")
    second = run(app, "create", "our shop", "--replace").output.strip()

    assert (refused.exit_code, "revoke it first" in refused.output) == (1, True)
    assert (is_known(app, first), is_known(app, second)) == (False, True)


@pytest.mark.proves("P8")
def test_a_key_of_the_environment_is_taken_and_not_printed(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEY_OF_THE_SHOP", GIVEN)

    for _ in range(2):
        made = run(app, "create", "our shop", "--from-environment", "KEY_OF_THE_SHOP", "--replace")
        assert (made.exit_code, GIVEN in made.output) == (0, False)

    assert is_known(app, GIVEN)


def test_a_variable_that_is_empty_is_refused(app: Flask):
    refused = run(app, "create", "our shop", "--from-environment", "NO_SUCH_VARIABLE")

    assert (refused.exit_code, "begins with amk_" in refused.output) == (1, True)


def test_a_name_without_a_key_cannot_be_revoked(app: Flask):
    refused = run(app, "revoke", "nobody")

    assert (refused.exit_code, "no live API key" in refused.output) == (1, True)
