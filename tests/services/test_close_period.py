"""Closing a month: each entry once, the same file for ever, late entries in the open period, and nothing lost."""

import hashlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.closing import AlreadyClosed, BeingClosed, Closing, LooksOtherwise, NotOverYet, month_of
from portal.domain.errors import AmendsError, NotFound
from portal.domain.journal import Account, Entry, Occasion, Posting
from portal.domain.money import Money
from portal.domain.ports_books import Movement
from portal.domain.problems import Problem
from portal.gateways.stripe_refunds import StripeRefunds
from portal.records import batch_file, books, costs
from portal.records.closing import be_the_only_one
from portal.records.credit_liability import liability
from portal.services.close_period import Outcome, close_period, preview_period
from portal.services.reconcile_balance import reconcile_balance
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

OCTOBER, NOVEMBER = month_of(date(2025, 10, 1)), month_of(date(2025, 11, 1))
ANN, BEN = Actor.staff(901), Actor.staff(902)


class Told:
    """A provider on whose balance these movements happened."""

    def __init__(self, *movements: Movement) -> None:
        """Take what moved."""
        self._movements = list(movements)

    def movements_since(self, moment: datetime, account: str | None = None) -> list[Movement]:
        """List what moved since."""
        return [moved for moved in self._movements if moved.moved_at >= moment and account is None]


@pytest.fixture
def october(shop: Shop) -> Shop:
    """Open a shop in October."""
    shop.clock[0] = datetime(2025, 10, 20, 12, tzinfo=UTC)
    return shop


def credit(shop: Shop) -> str:
    """Let a customer have store credit, and give the claim's ref."""
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    shop.accept(order, ref, "store_credit")
    shop.work()
    return ref


def balance(shop: Shop) -> StripeRefunds:
    """Read what moved at the double."""
    return StripeRefunds(SECRET_KEY, api_base=shop.sandbox.url)


def book(shop: Shop, session: Session, occasion: Occasion, minor: int) -> None:
    """Write an entry of today that costs, and owes, so much."""
    amount = Money(minor, "BRL")
    postings = (Posting(Account.REMEDY_COST, amount), Posting(Account.OWED_TO_CUSTOMERS, -amount))
    entry = Entry(occasion, "XRF-1", postings)
    books.record(session, entry, actor=ANN, now=shop.now(), zone=shop.toolkit.zone)


def told(session: Session) -> tuple[object, ...]:
    """Tell what finance reads of October."""
    return (
        costs.totals(session, OCTOBER),
        costs.balances(session, OCTOBER),
        liability(session, OCTOBER.first, OCTOBER.last),
    )


def close(shop: Shop, closing: Closing) -> Outcome:
    reconcile_balance(shop.toolkit, balance(shop), Actor.system("tests"))
    return close_period(shop.toolkit, closing)


def rows_of(shop: Shop) -> tuple[int, int]:
    (found,) = shop.rows("SELECT (SELECT count(*) FROM journal_entries), (SELECT count(*) FROM closed_entries)")
    return found[0], found[1]


@pytest.mark.proves("X1")
def test_a_month_is_closed_once_with_each_of_its_entries_in_one_batch(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    credit(october)

    outcome = close(october, Closing(OCTOBER, None, ANN))

    entries, closed = rows_of(october)
    assert len(outcome.batches) == 1
    assert closed * 2 == entries
    with october.toolkit.reading() as session:
        (batch,) = batch_file.batches(session, 10)
    assert (batch.last, batch.entries, batch.first) == (OCTOBER.last, closed, None)
    assert sum(moved.minor for _, moved, _ in batch.balances) == 0


@pytest.mark.proves("X2")
def test_the_file_of_a_closed_month_reads_the_same_whatever_happens_later(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    close(october, Closing(OCTOBER, None, ANN))
    with october.toolkit.reading() as session:
        (batch,) = batch_file.batches(session, 10)
        before = b"".join(batch_file.copy_batch(session, batch.id))

    credit(october)
    with october.toolkit.reading() as session:
        after = b"".join(batch_file.copy_batch(session, batch.id))

    assert before == after
    assert hashlib.sha256(after).hexdigest() == batch.sha256
    assert len(after.splitlines()) == batch.postings + 1


@pytest.mark.proves("X3", "L9", "fault 63")
def test_an_entry_that_commits_after_the_close_lands_in_the_next_batch_with_its_own_day(october: Shop) -> None:
    credit(october)
    late = october.toolkit.sessions()
    # Somebody writes an entry of October, and is still at it when October is closed.
    book(october, late, Occasion.REFUNDED_ELSEWHERE, 700)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, balance(october), ANN)

    close_period(october.toolkit, Closing(OCTOBER, None, ANN), patience=0.2)
    with october.toolkit.reading() as session:
        before = told(session)
    late.commit()
    with october.toolkit.transaction() as session:
        book(october, session, Occasion.REFUND_ELSEWHERE_FAILED, -700)

    with october.toolkit.reading() as session:
        assert told(session) == before
    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)
    close(october, Closing(NOVEMBER, None, ANN))
    with october.toolkit.reading() as session:
        assert told(session) == before
    found = october.rows(
        "SELECT e.effective_on, c.late_from FROM closed_entries c JOIN journal_entries e ON e.id = c.entry_id"
        " WHERE c.late_from IS NOT NULL"
    )
    assert found == [(date(2025, 10, 20), date(2025, 11, 1))]
    entries, closed = rows_of(october)
    assert entries == closed


def test_whoever_is_writing_when_a_month_is_closed_is_waited_for(october: Shop) -> None:
    credit(october)
    late = october.toolkit.sessions()
    book(october, late, Occasion.REFUNDED_ELSEWHERE, 700)
    book(october, late, Occasion.REFUND_ELSEWHERE_FAILED, -700)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, balance(october), ANN)

    looks = itertools.count(1)
    waits = threading.Event()

    def looking() -> Session:
        # The first look finds who writes; from the second on the closer only waits.
        if next(looks) > 2:
            waits.set()
        return october.toolkit.sessions()

    with ThreadPoolExecutor(1) as thread:
        closer = replace(october.toolkit, sessions=looking)
        closing = thread.submit(close_period, closer, Closing(OCTOBER, None, ANN), patience=60)
        waited = waits.wait(30)
        late.commit()
        closing.result()
    assert waited

    entries, closed = rows_of(october)
    assert entries == closed
    assert october.rows("SELECT settled_to > 0 FROM closed_batches") == [(True,)]


@pytest.mark.proves("fault 63")
def test_of_two_who_close_the_same_month_at_once_one_does(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, balance(october), ANN)

    def attempt(_: int) -> str:
        try:
            return "closed" if close_period(october.toolkit, Closing(OCTOBER, None, ANN)).batches else "asked"
        except AmendsError as error:
            return type(error).__name__

    with ThreadPoolExecutor(6) as threads:
        came = list(threads.map(attempt, range(6)))

    assert came.count("closed") == 1
    assert set(came) - {"closed"} <= {"BeingClosed", "AlreadyClosed"}
    assert october.rows("SELECT count(*) FROM closed_batches") == [(1,)]


@pytest.mark.proves("fault 63")
def test_a_close_that_dies_half_way_leaves_nothing_and_is_done_again(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, balance(october), ANN)
    moments = iter([october.now()])
    # The moment is read for the second time when the entries are assigned and the file is sealed.
    dying = replace(october.toolkit, now=lambda: next(moments))

    with pytest.raises(StopIteration):
        close_period(dying, Closing(OCTOBER, None, ANN))

    assert october.rows("SELECT count(*) FROM closed_batches") == [(0,)]
    assert rows_of(october)[1] == 0
    assert close_period(october.toolkit, Closing(OCTOBER, None, ANN)).batches


@pytest.mark.proves("input 80")
def test_a_closed_month_an_older_one_and_one_that_still_runs_are_refused(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    close(october, Closing(OCTOBER, None, ANN))

    for month, error in (
        (OCTOBER, AlreadyClosed),
        (month_of(date(2025, 9, 1)), AlreadyClosed),
        (NOVEMBER, NotOverYet),
        (month_of(date(2027, 1, 1)), NotOverYet),
    ):
        for currency in (None, "BRL"):
            with pytest.raises(error):
                close_period(october.toolkit, Closing(month, currency, ANN))
    with pytest.raises(NotFound):
        close_period(october.toolkit, Closing(OCTOBER, "KWD", ANN))


def test_whoever_was_shown_fewer_entries_is_told_so(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, balance(october), ANN)
    (shown,) = preview_period(october.toolkit, OCTOBER).contents

    with pytest.raises(LooksOtherwise):
        close_period(october.toolkit, Closing(OCTOBER, None, ANN, seen=shown.entries - 1))

    assert close_period(october.toolkit, Closing(OCTOBER, None, ANN, seen=shown.entries)).batches


def test_while_somebody_closes_nobody_else_does(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)

    with october.toolkit.transaction() as session:
        assert be_the_only_one(session)
        with pytest.raises(BeingClosed):
            close_period(october.toolkit, Closing(OCTOBER, None, ANN))


def test_currencies_are_closed_by_themselves_or_all_at_once(october: Shop) -> None:
    credit(october)
    order = october.order(currency="EUR")
    october.accept(order, october.report(order, Problem.DAMAGED), "store_credit")
    october.work()
    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)

    close(october, Closing(OCTOBER, "EUR", ANN))
    close(october, Closing(NOVEMBER, None, ANN))

    batches = october.rows("SELECT currency, first_on, last_on, entries > 0 FROM closed_batches ORDER BY id")
    assert [tuple(row) for row in batches] == [
        ("EUR", None, OCTOBER.last, True),
        ("BRL", None, NOVEMBER.last, True),
        ("EUR", NOVEMBER.first, NOVEMBER.last, False),
    ]
