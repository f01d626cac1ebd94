"""Where a close and a comparison begin and end: nothing is missed, nothing is counted that was not seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from portal.domain.closing import Closing, LooksOtherwise
from portal.domain.journal import Occasion
from portal.domain.problems import Problem
from portal.records import closing, reconciling
from portal.services.close_period import close_period, preview_period
from portal.services.reconcile_balance import Report, reconcile_balance
from tests.services.test_close_period import ANN, BEN, NOVEMBER, OCTOBER, Told, book, credit, october, rows_of
from tests.support.shop import Shop

__all__ = ["october"]


def refund_asked(shop: Shop, behaviour: str = "normal") -> str:
    """Let a customer accept a refund today, which no worker has sent, and give its ref."""
    order = shop.order(behaviour=behaviour)
    shop.accept(order, shop.report(order, Problem.DAMAGED), "refund")
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE refunds SET created_at = :now"), {"now": shop.now()})
    return str(shop.refunds()[-1].ref)


def october_is_closed(shop: Shop) -> None:
    """Close October on the fifth of November, by two people, because nobody compared it."""
    shop.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    for person in (ANN, BEN):
        close_period(shop.toolkit, Closing(OCTOBER, None, person))


def compared_with_nothing(shop: Shop) -> Report:
    """Compare on the ninth of November with a provider on whose balance nothing has moved."""
    shop.clock[0] = datetime(2025, 11, 9, tzinfo=UTC)
    return reconcile_balance(shop.toolkit, Told(), ANN)


@contextmanager
def just_before(shop: Shop, statement: str, act: Any) -> Iterator[None]:
    """Let something happen just before a statement that begins so is run for the first time."""
    waiting = [act]

    def look(_connection: Any, _cursor: Any, said: str, *_: Any) -> None:
        if waiting and said.strip().startswith(statement):
            waiting.pop()()

    with shop.toolkit.reading() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", look)


@pytest.mark.proves("X4")
def test_a_refund_of_a_closed_month_that_is_sent_later_and_never_moves_is_missing(october: Shop) -> None:
    ref = refund_asked(october)
    october_is_closed(october)
    october.work()

    report = compared_with_nothing(october)

    assert [(one.name, one.kind, one.why) for one in report.differences] == [(ref, "refund", "missing")]


@pytest.mark.proves("X4")
def test_a_refund_that_moved_in_a_closed_month_and_succeeds_later_is_not_missing(october: Shop) -> None:
    refund_asked(october, "stays_pending")
    october.work()
    october_is_closed(october)
    provider_ref = october.refunds()[0].provider_ref
    october.sandbox.move_refund(provider_ref, "succeeded")
    october.hear_of(provider_ref)
    october.work()

    report = compared_with_nothing(october)

    assert october.refunds()[0].state == "succeeded"
    assert report.differences == ()


@pytest.mark.proves("X1")
def test_what_comes_in_while_a_month_is_closed_is_not_closed_unseen(october: Shop) -> None:
    credit(october)
    late = october.toolkit.sessions()
    book(october, late, Occasion.REFUNDED_ELSEWHERE, 700)
    book(october, late, Occasion.REFUND_ELSEWHERE_FAILED, -700)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, Told(), ANN)
    (shown,) = preview_period(october.toolkit, OCTOBER).contents
    seen = Closing(OCTOBER, None, ANN, seen=shown.entries)

    with just_before(october, "INSERT INTO closed_entries", late.commit), pytest.raises(LooksOtherwise):
        close_period(october.toolkit, seen, patience=0.0)

    assert october.rows("SELECT count(*) FROM closed_batches") == [(0,)]
    (shown,) = preview_period(october.toolkit, OCTOBER).contents
    assert shown.entries == rows_of(october)[0]


@pytest.mark.proves("X1")
def test_what_was_written_in_the_open_month_before_the_one_before_was_closed_is_in_the_next_batch(
    october: Shop,
) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    credit(october)
    october_is_closed(october)
    credit(october)
    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)
    for person in (ANN, BEN):
        close_period(october.toolkit, Closing(NOVEMBER, None, person))

    entries, closed = rows_of(october)

    assert entries == closed
    assert october.rows("SELECT count(*) FROM closed_batches") == [(2,)]


@pytest.mark.proves("X1")
def test_a_currency_that_was_never_closed_is_closed_from_its_first_entry(october: Shop) -> None:
    credit(october)
    order = october.order(currency="EUR")
    october.accept(order, october.report(order, Problem.DAMAGED), "store_credit")
    october.work()
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    for person in (ANN, BEN):
        close_period(october.toolkit, Closing(OCTOBER, "BRL", person))

    with october.toolkit.reading() as session:
        first = closing.first_open_day(session), reconciling.first_open_day(session, october.toolkit.zone)
    for person in (ANN, BEN):
        close_period(october.toolkit, Closing(OCTOBER, None, person))

    entries, closed = rows_of(october)
    assert first == (date(2025, 10, 20), date(2025, 10, 20))
    assert entries == closed


def test_a_close_takes_the_time_that_it_takes(october: Shop) -> None:
    with october.toolkit.transaction() as session:
        before = session.scalar(text("SHOW statement_timeout"))
        assert closing.be_the_only_one(session)
        after = session.scalar(text("SHOW statement_timeout"))

    assert (before, after) == ("1min", "0")
