"""Every endpoint says who may use it; one that does not is refused at run time, and this test fails."""

import pytest
from flask import Flask

from portal.factory import create_app
from portal.web.shared.access import access_of
from tests.support.settings import a_config


@pytest.fixture
def app(database_url) -> Flask:
    return create_app(a_config(database_url))


@pytest.mark.proves("P5")
def test_every_endpoint_carries_an_access_mark(app):
    unmarked = [endpoint for endpoint, view in app.view_functions.items() if access_of(view) is None]

    assert unmarked == []


def test_every_front_has_endpoints(app):
    fronts = {endpoint.split(".")[0] for endpoint in app.view_functions}

    assert fronts >= {"customer", "staff", "finance", "hooks", "api"}


def test_an_unmarked_endpoint_is_refused(app):
    app.add_url_rule("/unmarked", "unmarked", lambda: "secret")

    answer = app.test_client().get("/unmarked")

    assert answer.status_code == 403
