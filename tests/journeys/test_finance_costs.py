"""Finance downloads what it cost: the file adds up to the totals, and Stripe tells the same."""

from typing import Any

from tests.journeys.finance_file import cost_of, downloaded_costs
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import Guest
from tests.support.running import Running


def test_the_file_of_remedy_costs_adds_up_to_the_page_and_to_the_journal(running: Running, opens: Any):
    refs = _take_one_of_each(running, opens)

    rows = downloaded_costs(running, opens)

    assert [bool(cost_of(rows, ref)) for ref in refs] == [True, True, True]
    assert_invariants_hold(running)


def _take_one_of_each(running: Running, opens: Any) -> list[str]:
    guest = opens(Guest, running)
    refs = []
    for mailbox, number, kind, end in (
        ("grace.okafor@example.com", "AURORA-1021", "refund", "Promise kept"),
        ("julia.girassol@example.com", "AURORA-1025", "store_credit", "Type this code at the checkout"),
        ("o@example.com", "AURORA-1033", "replacement", "Tracking"),
    ):
        guest.is_in(mailbox)
        refs.append(guest.tell(number, {1: "missing_line"}))
        guest.take(kind)
        guest.until(end, seconds=60)
    return refs
