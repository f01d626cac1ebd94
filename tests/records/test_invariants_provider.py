"""Our rows beside a provider's books: what is missing, doubled or different on either side is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.domain.ports_books import BookedDispute, BookedRefund, Books
from portal.records.invariants.asking import ask_at_once, ask_each
from portal.records.invariants.every import EVERY
from portal.records.invariants.parameters import parameters
from portal.records.invariants.provider import PROVIDER

Change = Callable[[BookedRefund], BookedRefund]
_MADE_AT = datetime(2026, 3, 3, 12, tzinfo=UTC)


def booked(book: Session) -> dict[str, BookedRefund]:
    """Make the books that a provider has of the whole book: each refund under our ref."""
    rows = book.execute(text("SELECT ref, provider_ref, state, request ->> 'payment_ref' AS paid FROM refunds"))
    return {
        row.ref: BookedRefund(
            provider_ref=row.provider_ref,
            payment_ref=row.paid,
            refund_ref=row.ref,
            amount=Money(10_000, "BRL"),
            state=row.state,
            account=None,
            live=False,
            left_balance=True,
            came_back=row.state == "failed",
            created_at=_MADE_AT,
        )
        for row in rows
    }


def broken(book: Session, books: Books, *, at_rest: bool = False) -> dict[str, tuple[str, ...]]:
    values = parameters(now=_MADE_AT, live=False, books=books, at_rest=at_rest, zone="UTC")
    return {one.key: one.refs for one in ask_at_once(book, EVERY, values)}


def disputed(state: str, *, days: int = -1, amount: int = 10_000) -> BookedDispute:
    """Make a dispute about the payment of claim B5, so many days after its refund."""
    return BookedDispute("dp_1", "pi_B5", Money(amount, "BRL"), state, _MADE_AT + timedelta(days=days))


@pytest.mark.proves("M3")
@pytest.mark.parametrize("at_rest", [False, True])
def test_equal_books_hold(book: Session, *, at_rest: bool):
    books = Books(list(booked(book).values()))

    assert broken(book, books, at_rest=at_rest) == {}


def test_what_was_looked_at_is_counted(book: Session):
    books = Books(list(booked(book).values()), [disputed("won")])
    values = parameters(now=_MADE_AT, live=False, books=books, at_rest=False, zone="UTC")

    rows = {one.key: one.rows for one in ask_each(book, PROVIDER, values)}

    assert rows == {"M3": 8, "M15": 8, "X4": 8}


CHANGES: tuple[tuple[str, Change], ...] = (
    ("M3", lambda refund: replace(refund, provider_ref="re_other")),
    ("M3", lambda refund: replace(refund, amount=Money(9_999, "BRL"))),
    ("M3", lambda refund: replace(refund, amount=Money(10_000, "EUR"))),
    ("M3", lambda refund: replace(refund, refund_ref="RFD-other")),
    ("M3", lambda refund: replace(refund, payment_ref="pi_B4")),
    ("M3", lambda refund: replace(refund, account="acct_1")),
    ("M3", lambda refund: replace(refund, live=True)),
    ("M3", lambda refund: replace(refund, state="pending")),
)


@pytest.mark.proves("M3", "M14")
@pytest.mark.parametrize(("key", "change"), CHANGES)
def test_a_refund_that_differs_is_told(book: Session, key: str, change: Change):
    theirs = booked(book)

    found = broken(book, Books([*(theirs | {"RFD-B5": change(theirs["RFD-B5"])}).values()]))

    assert found[key][0] in {"RFD-B5", "RFD-B12", "re_other"}


@pytest.mark.proves("M3")
def test_a_refund_that_the_provider_does_not_have_is_told(book: Session):
    theirs = booked(book)
    del theirs["RFD-B5"]

    assert broken(book, Books([*theirs.values()]))["M3"] == ("RFD-B5",)


@pytest.mark.proves("M3")
def test_a_refund_that_we_do_not_have_is_told(book: Session):
    theirs = booked(book)
    made_elsewhere = replace(theirs["RFD-B5"], provider_ref="re_dashboard", refund_ref=None, amount=Money(1, "BRL"))

    assert broken(book, Books([*theirs.values(), made_elsewhere]))["M3"] == ("re_dashboard",)


@pytest.mark.proves("M3")
def test_money_that_went_back_twice_is_told(book: Session):
    theirs = booked(book)
    again = replace(theirs["RFD-B5"], provider_ref="re_again")

    assert set(broken(book, Books([*theirs.values(), again]))["M3"]) == {"re_again", "RFD-B5"}


def test_a_refund_whose_answer_is_on_its_way_is_no_fault_until_all_is_at_rest(book: Session):
    theirs = Books([*booked(book).values()])
    book.execute(text("UPDATE refunds SET state = 'unknown', provider_ref = NULL WHERE ref = 'RFD-B4'"))

    assert "M3" not in broken(book, theirs)
    assert broken(book, theirs, at_rest=True)["M3"] == ("re_B4",)


@pytest.mark.proves("M3")
def test_a_refund_that_we_call_refused_and_the_provider_made_is_told(book: Session):
    theirs = Books([*booked(book).values()])
    book.execute(text("UPDATE refunds SET state = 'refused', provider_ref = NULL WHERE ref = 'RFD-B4'"))

    assert broken(book, theirs)["M3"] == ("re_B4",)


def test_news_that_we_have_not_heard_is_no_fault_until_all_is_at_rest(book: Session):
    theirs = booked(book)
    ahead = replace(theirs["RFD-B4"], state="succeeded", created_at=datetime.now(UTC))
    books = Books([*(theirs | {"RFD-B4": ahead}).values()])

    assert broken(book, books) == {}
    assert broken(book, books, at_rest=True) == {"M3": ("RFD-B4",)}


@pytest.mark.proves("M13", "M2")
@pytest.mark.parametrize("state", ["needs_response", "under_review", "lost"])
def test_a_refund_after_a_chargeback_is_told(book: Session, state: str):
    books = Books([*booked(book).values()], [disputed(state)])

    found = broken(book, books)

    assert (found["M13"], found["M2"]) == (("re_B5",), ("PAY-B5",))


@pytest.mark.proves("M13")
@pytest.mark.parametrize(("state", "days"), [("won", -1), ("warning_needs_response", -1), ("lost", 1)])
def test_a_refund_on_an_inquiry_after_a_win_or_before_the_chargeback_is_allowed(book: Session, state: str, days: int):
    books = Books([*booked(book).values()], [disputed(state, days=days)])

    assert broken(book, books) == {}


@pytest.mark.proves("M15")
def test_books_of_the_provider_that_do_not_add_up_are_told(book: Session):
    books = Books([*booked(book).values()], unequal=["brl"])

    assert broken(book, books) == {"M15": ("brl",)}


@pytest.mark.proves("X4")
@pytest.mark.parametrize(
    ("ref", "state", "came_back"),
    [("RFD-B5", "sent", False), ("RFD-B5", "succeeded", True), ("RFD-B1", "pending", True)],
)
def test_money_that_moved_at_the_provider_a_day_ago_and_is_not_known_here_is_told(
    book: Session, ref: str, state: str, *, came_back: bool
):
    theirs = booked(book)
    moved = replace(theirs[ref], came_back=came_back)
    book.execute(text("UPDATE refunds SET state = :state WHERE ref = :ref"), {"state": state, "ref": ref})

    found = broken(book, Books([*(theirs | {ref: moved}).values()]))

    assert found["X4"] == (moved.provider_ref,)
