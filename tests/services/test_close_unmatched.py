"""Closing what is not matched with the provider's balance takes two people, and once they have, it is accepted."""

from datetime import UTC, date, datetime

import pytest

from portal.domain.closing import Closing
from portal.domain.money import Money
from portal.domain.ports_books import Movement, MovementKind
from portal.domain.problems import Problem
from portal.records.tables.closing import ClosedBatch
from portal.services.close_period import NOT_COMPARED, Outcome, close_period
from portal.services.reconcile_balance import reconcile_balance
from tests.services.test_close_period import ANN, BEN, NOVEMBER, OCTOBER, Told, credit, october
from tests.support.shop import Shop

__all__ = ["october"]


def unknown(name: str, moved_at: datetime, currency: str = "BRL") -> Movement:
    """Make a movement of a refund that no feed told of."""
    return Movement(name, MovementKind.REFUND, f"re_{name}", Money(-700, currency), moved_at)


@pytest.mark.proves("input 80")
def test_what_is_unmatched_takes_a_second_person(october: Shop) -> None:
    credit(october)
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)

    asked = close_period(october.toolkit, Closing(OCTOBER, None, ANN))
    again = close_period(october.toolkit, Closing(OCTOBER, None, ANN))
    done = close_period(october.toolkit, Closing(OCTOBER, None, BEN))

    assert asked == again == Outcome(unmatched=(NOT_COMPARED,))
    assert len(done.batches) == 1
    with october.toolkit.reading() as session:
        batch = session.query(ClosedBatch).one()
        assert (batch.asked_by, batch.closed_by, batch.unmatched) == (str(ANN), str(BEN), [NOT_COMPARED])


@pytest.mark.proves("X4", "input 80")
def test_a_comparison_within_a_day_of_the_end_does_not_speak_for_the_last_day(october: Shop) -> None:
    credit(october)
    last = datetime(2025, 10, 31, 22, tzinfo=UTC)
    moved = unknown("txn_last", last)
    october.clock[0] = datetime(2025, 11, 1, 12, tzinfo=UTC)
    reconcile_balance(october.toolkit, Told(moved), ANN)

    asked = close_period(october.toolkit, Closing(OCTOBER, None, ANN))
    october.clock[0] = datetime(2025, 11, 3, tzinfo=UTC)
    reconcile_balance(october.toolkit, Told(moved), ANN)
    asked_again = close_period(october.toolkit, Closing(OCTOBER, None, ANN))

    assert asked == Outcome(unmatched=(NOT_COMPARED,))
    assert asked_again == Outcome(unmatched=("txn_last unknown",))


@pytest.mark.proves("X4")
def test_what_two_people_accepted_by_closing_it_is_neither_read_again_nor_asked_about_at_the_next_close(
    october: Shop,
) -> None:
    credit(october)
    provider = Told(unknown("txn_old", october.now()))
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, provider, ANN)
    for person in (ANN, BEN):
        close_period(october.toolkit, Closing(OCTOBER, None, person))

    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)
    report = reconcile_balance(october.toolkit, provider, ANN)
    done = close_period(october.toolkit, Closing(NOVEMBER, None, ANN))

    assert report.since.astimezone(october.toolkit.zone).date() == NOVEMBER.first
    assert report.differences == ()
    assert len(done.batches) == 1


@pytest.mark.proves("X4")
def test_a_currency_that_is_open_is_compared_from_its_first_entry_and_closed_days_of_another_are_left(
    october: Shop,
) -> None:
    credit(october)
    order = october.order(currency="EUR")
    october.accept(order, october.report(order, Problem.DAMAGED), "store_credit")
    october.work()
    provider = Told(unknown("txn_brl", october.now()), unknown("txn_eur", october.now(), "EUR"))
    october.clock[0] = datetime(2025, 11, 5, tzinfo=UTC)
    reconcile_balance(october.toolkit, provider, ANN)
    for person in (ANN, BEN):
        close_period(october.toolkit, Closing(OCTOBER, "BRL", person))

    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)
    report = reconcile_balance(october.toolkit, provider, ANN)
    november = close_period(october.toolkit, Closing(NOVEMBER, "BRL", ANN))
    euros = close_period(october.toolkit, Closing(NOVEMBER, "EUR", ANN))

    assert report.since.astimezone(october.toolkit.zone).date() == date(2025, 10, 20)
    assert [one.name for one in report.differences] == ["txn_brl", "txn_eur"]
    assert len(november.batches) == 1
    assert euros == Outcome(unmatched=("txn_eur unknown",))


def test_before_the_first_close_a_comparison_begins_on_the_day_of_the_shop_on_which_something_differed(
    october: Shop,
) -> None:
    # In São Paulo it is still the evening before.
    moved = unknown("txn_night", datetime(2025, 10, 1, 1, tzinfo=UTC))
    reconcile_balance(october.toolkit, Told(moved), ANN)
    credit(october)

    october.clock[0] = datetime(2025, 12, 5, tzinfo=UTC)
    report = reconcile_balance(october.toolkit, Told(moved), ANN)

    assert report.since.astimezone(october.toolkit.zone).date() == date(2025, 9, 30)
    assert [one.name for one in report.differences] == ["txn_night"]
