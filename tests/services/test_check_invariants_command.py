"""The command check-invariants, as it is typed."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.problems import Problem
from portal.gateways.sandbox_books import SandboxBooks
from portal.records.invariants.every import EVERY, OURS
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

ASKED = ["check-invariants"]


def lines_of(output: str) -> dict[str, str]:
    return {line.split()[0]: line for line in output.splitlines() if line[5:11].strip() in {"holds", "BROKEN"}}


def wait(shop: Shop, *, waits: bool) -> None:
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE claims SET waits_for_answer = :waits"), {"waits": waits})


def test_each_invariant_has_its_line_beside_the_sandboxs_books(app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.extensions, "provider_books", SandboxBooks(SECRET_KEY, shop.sandbox.url))
    shop.report(shop.order(), Problem.DAMAGED)

    result = app.test_cli_runner().invoke(args=[*ASKED, "--at-rest"])

    told = lines_of(result.output)
    assert result.exit_code == 0, result.output
    assert list(told) == [*(one.key for one in EVERY), "F13", "X2"]
    assert all(" holds " in line for line in told.values())
    assert told["F13"].split()[1:4] == ["holds", "1", "0"]


def test_without_books_it_says_that_they_were_not_read(app: Flask):
    result = app.test_cli_runner().invoke(args=ASKED)

    assert result.exit_code == 0
    assert len(lines_of(result.output)) == len(OURS) + 2
    assert "Stripe's own books were not read" in result.output


def test_what_is_broken_is_named_and_ends_with_1(app: Flask, shop: Shop):
    ref = shop.report(shop.order(), Problem.DAMAGED)
    wait(shop, waits=True)

    result = app.test_cli_runner().invoke(args=ASKED)

    wait(shop, waits=False)
    assert result.exit_code == 1
    assert "BROKEN" in lines_of(result.output)["F7"]
    assert f"     {ref}\n" in result.output


def test_books_that_do_not_answer_are_no_success(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.extensions, "provider_books", SandboxBooks(SECRET_KEY, "http://127.0.0.1:9"))

    result = app.test_cli_runner().invoke(args=ASKED)

    assert result.exit_code == 1
    assert "could not be read" in result.output


@pytest.mark.proves("L2")
def test_a_book_that_was_changed_behind_our_back_does_not_read_as_it_did(
    app: Flask, shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.extensions, "toolkit", shop.toolkit)
    order = shop.order()
    shop.accept(order, shop.report(order, Problem.DAMAGED), "refund")
    shop.work()
    shop.later(hours=2)
    run = app.test_cli_runner().invoke
    said = run(args=ASKED).output.split()[-1]
    told = run(args=[*ASKED, "--book", said])

    change_book(database_url)

    changed = run(args=[*ASKED, "--book", said])
    assert said.split(":")[0] != "0"
    assert told.exit_code == 0, told.output
    assert changed.exit_code == 1
    assert "the book does not read as it did" in changed.output


def change_book(database_url: str) -> None:
    """Change what was written, as only who owns the database can."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE journal_entries SET actor = 'somebody' WHERE occasion = 'remedy_promised'")


def test_a_reading_that_is_none_is_refused(app: Flask):
    result = app.test_cli_runner().invoke(args=[*ASKED, "--book", "yesterday"])

    assert result.exit_code == 2
