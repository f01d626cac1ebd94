"""Entries balance or cannot be made, and each occasion moves what it should."""

from collections import Counter

import pytest

from portal.domain import journal
from portal.domain.errors import BadAmount
from portal.domain.journal import About, Account, Entry, Occasion, Posting
from portal.domain.money import Money

ABOUT = About("CLM-1", {})


def brl(minor: int) -> Money:
    return Money(minor, "BRL")


def balances(*entries: Entry) -> dict[str, int]:
    found: Counter[str] = Counter()
    for posting in (posting for entry in entries for posting in entry.postings):
        assert posting.amount.currency == "BRL"
        found[posting.account.value] += posting.amount.minor
    return {account: minor for account, minor in found.items() if minor}


@pytest.mark.proves("L1")
def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(BadAmount):
        Entry(Occasion.REFUND_SENT, "RFD-1", (Posting(Account.SALES, brl(5)),))
    with pytest.raises(BadAmount):
        Entry(Occasion.REFUND_SENT, "RFD-1", ())


@pytest.mark.proves("L1")
def test_two_currencies_each_balance_alone() -> None:
    with pytest.raises(BadAmount):
        Entry(Occasion.REFUND_SENT, "RFD-1", (Posting(Account.SALES, brl(5)), Posting(Account.SALES, Money(-5, "EUR"))))


def test_a_refund_from_promise_to_settlement_leaves_its_cost_and_the_stripe_balance() -> None:
    entries = (
        journal.remedy_promised("RMD-1", brl(100), brl(0), "entitled", ABOUT),
        journal.refund_sent("RFD-1", brl(100), ABOUT),
        journal.refund_settled("RFD-1", brl(100), ABOUT),
    )

    assert balances(*entries) == {"remedy_cost": 100, "stripe_balance": -100}


@pytest.mark.proves("F11")
def test_a_refund_that_fails_after_success_is_owed_again() -> None:
    entries = (
        journal.remedy_promised("RMD-1", brl(100), brl(0), "entitled", ABOUT),
        journal.refund_sent("RFD-1", brl(100), ABOUT),
        journal.refund_settled("RFD-1", brl(100), ABOUT),
        journal.refund_failed("RFD-1", brl(100), after_success=True, about=ABOUT),
    )

    assert balances(*entries) == {"remedy_cost": 100, "owed_to_customers": -100}


def test_a_bonus_is_always_goodwill() -> None:
    entry = journal.remedy_promised("RMD-1", brl(100), brl(10), "entitled", ABOUT)

    assert [(p.amount.minor, p.policy_class) for p in entry.postings] == [
        (100, "entitled"),
        (10, "goodwill"),
        (-110, None),
    ]


def test_a_replacement_costs_what_the_goods_cost_us() -> None:
    entries = (
        journal.remedy_promised("RMD-1", brl(100), brl(0), "entitled", ABOUT),
        journal.replacement_sent("RPL-1", brl(100), brl(40), "entitled", ABOUT),
    )

    assert balances(*entries) == {"remedy_cost": 40, "inventory": -40}
