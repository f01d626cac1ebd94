"""The commands about staff, as they are typed."""

import pytest
from flask import Flask

from portal.jobs.staff_command import staff
from tests.support.web import build_app, close_app, rows

CREATE = ["staff", "create", "ada@shop.example", "--name", "Ada", "--role", "agent", "--password-stdin"]
PRODUCTION = {
    "PORTAL_ENVIRONMENT": "production",
    "PORTAL_ORIGIN": "https://amends.shop.example",
    "STRIPE_SECRET_KEY": "sk_live_of_the_tests",
    "STRIPE_API_BASE": "",
    "PORTAL_SHOP_NAME": "Shop",
}


def test_a_staff_member_is_created_with_limits(app: Flask):
    typed = [*CREATE, "--limit", "BRL=200.00", "--limit", "JPY=5000"]

    result = app.test_cli_runner().invoke(args=typed, input="a sentence nobody says\n")

    assert result.exit_code == 0, result.output
    limits = {
        row.currency: row.amount_minor for row in rows(app, "SELECT currency, amount_minor FROM authority_limits")
    }
    assert limits == {"BRL": 20_000, "JPY": 5_000}


@pytest.mark.proves("input 79")
def test_no_command_gives_somebody_who_works_here_another_role_or_a_higher_limit(app: Flask):
    run = app.test_cli_runner().invoke
    run(args=[*CREATE, "--limit", "BRL=200.00"], input="a sentence nobody says\n")
    asked = """
        SELECT s.role, s.active, l.currency, l.amount_minor FROM staff s JOIN authority_limits l ON l.staff_id = s.id
        WHERE s.mailbox = 'ada@shop.example'
    """
    before = rows(app, asked)
    promoted = ["staff", "create", "ADA@shop.example ", "--name", "Ada", "--role", "admin", "--limit", "BRL=9000.00"]

    again = run(args=[*promoted, "--password-stdin"], input="another sentence nobody says\n")
    run(args=["staff", "set-password", "ada@shop.example", "--password-stdin"], input="another sentence nobody says\n")
    run(args=["staff", "reset-second-factor", "ada@shop.example"])
    run(args=["staff", "create-demonstration"])
    of_ada = rows(app, asked)
    run(args=["staff", "deactivate", "ada@shop.example"])
    created_again = run(args=[*promoted, "--password-stdin"], input="another sentence nobody says\n")

    assert (again.exit_code, created_again.exit_code) == (1, 1)
    assert of_ada == before == [("agent", True, "BRL", 20_000)]
    known = {"create", "deactivate", "set-password", "reset-second-factor", "create-demonstration"}
    assert set(staff.commands) == known, "a new command about staff: show here that it raises nobody"


@pytest.mark.parametrize("limit", ["BRL", "BRL=1e5", "BRL=-1", "BRL=NaN", "JPY=1.5", "real=5", "=5"])
def test_a_limit_that_is_no_amount_is_refused(app: Flask, limit: str):
    result = app.test_cli_runner().invoke(args=[*CREATE, "--limit", limit], input="a sentence nobody says\n")

    assert result.exit_code == 1
    assert rows(app, "SELECT 1 FROM staff") == []


def test_the_demonstration_prints_how_to_sign_in(app: Flask):
    result = app.test_cli_runner().invoke(args=["staff", "create-demonstration"])

    assert result.exit_code == 0, result.output
    assert result.output.count("@goodparcel.example") == 9


def test_the_demonstration_is_refused_in_production(database_url: str, clock):
    production = build_app(database_url, clock, **PRODUCTION)

    result = production.test_cli_runner().invoke(args=["staff", "create-demonstration"])
    close_app(production)

    assert result.exit_code == 1
    assert "production has none of them" in result.output


def test_every_command_is_found_and_loads(app: Flask):
    listed = app.test_cli_runner().invoke(args=["--help"])

    loaded = app.test_cli_runner().invoke(args=["worker", "--help"])

    assert {"orders", "policy", "staff", "worker", "api-keys"} <= set(listed.output.split())
    assert loaded.exit_code == 0, loaded.output
