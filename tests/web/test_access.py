"""Access marks: who opens what, and nobody what is not marked (reliability P4, 20, 37)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.authority import Role
from portal.web.shared import access
from tests.support.probes import probe, probe_app
from tests.support.web import (
    COOKIES,
    a_customer,
    sign_in_customer,
    sign_in_staff,
)

__all__ = ["probe", "probe_app"]


def test_an_unmarked_view_is_opened_by_nobody(probe: FlaskClient):
    answer = probe.get("/probe/unmarked")

    assert answer.status_code == 403
    assert "nobody should read this" not in answer.text


@pytest.mark.proves("P5")
def test_every_view_of_the_portal_carries_a_mark(app: Flask):
    unmarked = [name for name, view in app.view_functions.items() if access.access_of(view) is None]

    assert unmarked == []


def test_a_staff_page_outside_of_the_staffs_addresses_is_refused(probe: FlaskClient):
    sign_in_staff(probe, Role.AGENT)

    assert probe.get("/probe/agents").status_code == 403


@pytest.mark.proves("P1")
@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.AGENT, "/staff/probe", 200),
        (Role.FINANCE, "/staff/probe", 403),
        (Role.AGENT, "/finance/probe", 403),
        (Role.FINANCE, "/finance/probe", 200),
        (Role.ADMIN, "/finance/probe", 200),
    ],
)
def test_roles_open_what_is_marked_for_them(probe: FlaskClient, role: Role, path: str, status: int):
    sign_in_staff(probe, role)

    assert probe.get(path).status_code == status


@pytest.mark.proves("input 27", "P5", "bug 49")
def test_a_customers_cookie_opens_no_staff_page(probe: FlaskClient):
    token = sign_in_customer(probe, a_customer(probe.application))
    probe.set_cookie(COOKIES["staff"], token)

    assert probe.get("/staff/probe").status_code == 401


def test_one_browser_can_be_staff_and_customer(probe: FlaskClient):
    sign_in_customer(probe, a_customer(probe.application))
    sign_in_staff(probe, Role.AGENT)

    assert probe.get("/staff/probe").status_code == 200
    assert probe.get("/probe/keep").status_code == 200


@pytest.mark.parametrize("given", ["", "Basic abc", "Bearer ", "Bearer wrong", "Bearer a\x00b"])
def test_the_api_wants_a_key(probe: FlaskClient, given: str):
    answer = probe.post("/api/probe", data=b"{}", content_type="application/json", headers={"Authorization": given})

    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "key_needed"
