"""Finance closes a month on a page: what it holds, the close, the batch with its file, and every refusal."""

import csv
import hashlib
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.closing import month_of
from portal.domain.money import Money
from portal.domain.ports_books import Movement, MovementKind
from portal.records import batch_file
from portal.services.reconcile_balance import reconcile_balance
from tests.support.web import Clock, rows, toolkit_of
from tests.web.test_finance import book, visitor_of

MARCH = "/finance/periods/2026-03"
_SEALED = "SELECT ref, currency, last_on, entries, sha256 FROM closed_batches"
# What the web would have to do to the rows of a closed month, which its role must not.
_OPENED_AGAIN = (
    "DELETE FROM closed_batches",
    "UPDATE closed_batches SET last_on = last_on - 31",
    "DELETE FROM closed_entries",
    "UPDATE closed_balances SET moved_minor = 0",
)


class Balance:
    """A provider's balance of what a test says."""

    def __init__(self, *moved: Movement) -> None:
        self.moved = moved

    def movements_since(self, moment: datetime, account: str | None = None) -> Iterable[Movement]:
        return [one for one in self.moved if one.moved_at >= moment and account is None]


def compared(app: Flask, *moved: Movement) -> None:
    reconcile_balance(toolkit_of(app), Balance(*moved), Actor.system("tests"))


def test_finance_sees_what_a_month_holds_closes_it_and_takes_its_file(app: Flask) -> None:
    book(app, Money(12_345, "BRL"))
    book(app, Money(70, "JPY"))
    compared(app)
    visitor = visitor_of(app)

    months = visitor.get("/finance/periods")
    shown = months.follow(next(words for words in months.links() if "31 March 2026" in words))
    closed = shown.submit("Close this month", currency="", seen="2")
    with toolkit_of(app).reading() as session:
        batches = batch_file.batches(session, 10)
    answer = visitor.client.get(f"/finance/batches/{batches[0].ref}.csv")
    page = visitor.get(f"/finance/batches/{batches[0].ref}")

    assert "R$123.45" in shown.text
    assert "1 entry, 2 postings" in shown.text
    assert closed.heading == "Periods"
    assert [(batch.currency, batch.last) for batch in batches] == [
        ("BRL", date(2026, 3, 31)),
        ("JPY", date(2026, 3, 31)),
    ]
    assert hashlib.sha256(answer.data).hexdigest() == batches[0].sha256
    assert [row["account"] for row in csv.DictReader(io.StringIO(answer.text))] == ["remedy_cost", "owed_to_customers"]
    assert batches[0].sha256 in page.text


@pytest.mark.proves("input 80")
def test_the_address_of_a_month_that_was_closed_leads_to_the_periods_without_an_error(app: Flask) -> None:
    book(app, Money(500, "BRL"))
    compared(app)
    visitor = visitor_of(app)
    visitor.get(MARCH).submit("Close this month", currency="", seen="1")

    page = visitor.get(MARCH)

    assert page.path == "/finance/periods"
    assert visitor.get("/finance/periods?why=nothing").heading == page.heading


def test_what_is_unmatched_is_shown_and_needs_another_person(app: Flask) -> None:
    book(app, Money(500, "BRL"))
    moved = Movement("txn_1", MovementKind.REFUND, "re_9", Money(-500, "BRL"), datetime(2026, 3, 31, 15, tzinfo=UTC))
    compared(app, moved)
    first, second = visitor_of(app), visitor_of(app)
    button = "Ask another person to close it, or close what was asked"

    asked = first.get(MARCH).submit(button, currency="", seen="1")
    still = first.get(MARCH).submit(button, currency="", seen="1")
    done = second.get(MARCH).submit(button, currency="", seen="1")

    assert "txn_1 unknown" in asked.text
    assert "has asked to close it" in still.text
    assert done.heading == "Periods"
    with toolkit_of(app).reading() as session:
        (batch,) = batch_file.batches(session, 10)
    assert batch.unmatched == ("txn_1 unknown",)
    assert batch.asker
    assert "txn_1 unknown" in first.get(f"/finance/batches/{batch.ref}").text


def test_a_month_that_was_never_compared_says_so(app: Flask) -> None:
    book(app, Money(500, "BRL"))

    page = visitor_of(app).get(MARCH)

    assert "Nobody has compared these days with Stripe since they ended." in page.text


def test_a_close_of_a_page_that_is_out_of_date_shows_what_there_is_now(app: Flask) -> None:
    book(app, Money(500, "BRL"))
    compared(app)
    visitor = visitor_of(app)
    visitor.get(MARCH)

    for seen in ("0", "2", "", "x", "9" * 40):
        page = visitor.get(MARCH).submit("Close this month", status=409, currency="", seen=seen)
        assert "More has come into this month since you looked" in page.text


@pytest.mark.proves("input 80")
def test_a_month_closed_before_and_one_that_runs_are_refused_in_words(app: Flask, clock: Clock) -> None:
    book(app, Money(500, "BRL"))
    compared(app)
    visitor = visitor_of(app)
    old = visitor.get(MARCH)
    old.submit("Close this month", currency="", seen="1")

    again = old.submit("Close this month", status=409, currency="", seen="1")
    running = month_of(toolkit_of(app).now().date())

    assert "This month is closed already" in again.text
    assert "not over yet" in visitor.get(f"/finance/periods/{running.first:%Y-%m}").text
    assert "This month is closed already" in visitor.get(MARCH).text
    assert visitor.client.get(MARCH).status_code == 303


@pytest.mark.proves("input 80", "X1")
@pytest.mark.parametrize("earlier", ["2026-03", "2026-02", "2025-12"])
def test_nothing_opens_a_closed_month_again(app: Flask, earlier: str) -> None:
    book(app, Money(500, "BRL"))
    compared(app)
    visitor = visitor_of(app)
    shown = visitor.get(MARCH).submit("Close this month", currency="", seen="1")
    token = shown.filled(next(shown.forms()))
    sealed = rows(app, _SEALED)

    visitor.post(f"/finance/periods/{earlier}", {**token, "currency": "", "seen": "1"}, status=409)
    for statement in _OPENED_AGAIN:
        with pytest.raises(DBAPIError), toolkit_of(app).transaction() as session:
            session.execute(text(statement))

    assert rows(app, _SEALED) == sealed
    assert len(sealed) == 1


@pytest.mark.proves("input 16", "input 80")
@pytest.mark.parametrize("currency", ["EUR", "brl", "XXX", "R$", "BRL,EUR"])
def test_a_currency_that_the_month_does_not_have_closes_nothing(app: Flask, currency: str) -> None:
    book(app, Money(500, "BRL"))
    compared(app)

    visitor_of(app).get(MARCH).submit("Close this month", status=404, currency=currency, seen="1")

    assert rows(app, _SEALED) == []


@pytest.mark.parametrize("month", ["2026-13", "2026", "2026-3", "0001-01", "march", "2026-03-01", "%00"])
def test_what_is_no_month_is_not_found(app: Flask, month: str) -> None:
    visitor_of(app).get(f"/finance/periods/{month}", status=404)


def test_only_finance_closes_and_those_who_see_money_look(app: Flask) -> None:
    book(app, Money(500, "BRL"))
    admin, agent = visitor_of(app, Role.ADMIN), visitor_of(app, Role.AGENT)

    assert "Only finance closes a period." in admin.get(MARCH).text
    for path in (
        "/finance/periods",
        MARCH,
        "/finance/reconcile",
        "/finance/batches/BAT-X",
        "/finance/batches/BAT-X.csv",
    ):
        agent.get(path, status=403)
    page = admin.get("/finance/periods")
    token = page.filled(next(page.forms()))
    admin.post(MARCH, {**token, "currency": "", "seen": "1"}, status=403)


def test_a_batch_that_is_not_there_is_not_found(app: Flask) -> None:
    visitor = visitor_of(app)

    visitor.get("/finance/batches/BAT-NONE", status=404)
    visitor.get("/finance/batches/BAT-NONE.csv", status=404)


@pytest.mark.proves("X4")
def test_what_differs_from_the_balance_at_stripe_is_listed_by_name(app: Flask) -> None:
    visitor = visitor_of(app)
    assert "Not compared yet" in visitor.get("/finance/reconcile").text
    long_ago = datetime(2026, 3, 3, tzinfo=UTC)
    book(app, Money(1, "BRL"), days_ago=30)
    compared(
        app,
        Movement("txn_1", MovementKind.REFUND, "re_1", Money(-500, "BRL"), long_ago),
        Movement("txn_2", MovementKind.DISPUTED, "dp_1", Money(-900, "BRL"), long_ago),
    )

    page = visitor.get("/finance/reconcile")

    for words in ("txn_1", "re_1", "Taken for a dispute", "We do not know what it belongs to.", "R$9.00"):
        assert words in page.text


def test_finance_has_the_worker_compare_at_once(app: Flask) -> None:
    page = visitor_of(app).get("/finance/reconcile").submit("Compare now")

    assert page.heading == "Reconcile with Stripe"
    with toolkit_of(app).reading() as session:
        jobs = session.connection().exec_driver_sql("SELECT task_name FROM jobs.procrastinate_jobs").scalars().all()
    assert jobs == ["balance.reconcile"]
    assert "Being compared" in page.text


def test_a_comparison_that_ended_without_one_is_told_to_whoever_asked(app: Flask) -> None:
    visitor = visitor_of(app)
    page = visitor.get("/finance/reconcile").submit("Compare now")
    with toolkit_of(app).transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM jobs.procrastinate_jobs")

    unread = visitor.get(page.links()["Look again"])
    compared(app)
    read = visitor.get(page.links()["Look again"])

    assert "could not be read, so nothing was compared" in unread.text
    assert "could not be read" not in read.text
    assert "Compared on" in read.text


def test_only_finance_is_shown_what_only_finance_can_have_compared(app: Flask) -> None:
    assert "Compare now" in visitor_of(app).get("/finance/reconcile").text
    assert "Compare now" not in visitor_of(app, Role.ADMIN).get("/finance/reconcile").text
