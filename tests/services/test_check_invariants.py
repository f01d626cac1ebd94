"""Checking what must hold: from the service, the command and the nightly sweep."""

import json

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from portal.domain.ports import UnknownOutcome
from portal.domain.problems import Problem
from portal.gateways.sandbox_books import SandboxBooks
from portal.records.invariants.every import EVERY, OURS
from portal.services.check_invariants import Beside, check_invariants, examine_invariants
from portal.services.tell_of_broken import check_and_tell
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop


def beside(shop: Shop, *, at_rest: bool = False) -> Beside:
    return Beside(SandboxBooks(SECRET_KEY, shop.sandbox.url), at_rest=at_rest)


@pytest.mark.proves("M3", "M15")
def test_money_that_reached_the_card_is_the_same_on_both_sides_at_rest(shop: Shop):
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    shop.accept(order, ref, "refund")
    shop.work()

    held = {one.key: one for one in examine_invariants(shop.toolkit, beside(shop, at_rest=True))}

    assert held.keys() == {*(one.key for one in EVERY), "F13", "X2"}
    assert not any(one.broken for one in held.values())
    assert held["M3"].rows >= held["M5"].rows == 1


def test_without_the_providers_books_only_our_own_rows_are_asked(shop: Shop):
    held = [one.key for one in examine_invariants(shop.toolkit)]

    assert held == [*(one.key for one in OURS), "F13", "X2"]


@pytest.mark.proves("F13")
def test_an_outcome_that_its_facts_do_not_give_is_told(shop: Shop):
    ref = shop.report(shop.order(), Problem.DAMAGED)
    kept = changed(shop, {"days_since_delivered": 999})

    told = check_invariants(shop.toolkit)

    changed(shop, kept)
    assert [(one.key, one.refs) for one in told] == [("F13", (ref,))]


def changed(shop: Shop, facts: dict[str, object]) -> dict[str, object]:
    """Change facts of the only claim line, and give all that were kept."""
    with shop.toolkit.transaction() as session:
        kept: dict[str, object] = session.execute(text("SELECT facts FROM claim_lines")).scalar_one()
        change = text("UPDATE claim_lines SET facts = facts || CAST(:facts AS jsonb)")
        session.execute(change, {"facts": json.dumps(facts)})
    return kept


@pytest.mark.proves("M3", "bug 31")
def test_a_refund_that_somebody_made_at_stripe_is_told(shop: Shop):
    shop.order()
    ((payment,),) = shop.rows("SELECT provider_ref FROM payments WHERE provider_ref IS NOT NULL")
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    asked = f"payment_intent={payment}&amount=100".encode()
    made = json.loads(shop.sandbox.raw("POST", "/v1/refunds", asked, headers)[1])["id"]

    told = check_invariants(shop.toolkit, beside(shop))

    shop.sandbox.move_refund(made, "failed")
    assert [(one.key, one.refs) for one in told] == [("M3", (made,))]


def test_books_that_cannot_be_read_are_not_called_equal(shop: Shop):
    nobody = Beside(SandboxBooks(SECRET_KEY, "http://127.0.0.1:9"))

    with pytest.raises(UnknownOutcome):
        check_invariants(shop.toolkit, nobody)


def test_the_nightly_check_names_what_is_broken_in_the_log(shop: Shop):
    ref = shop.report(shop.order(), Problem.DAMAGED)
    kept = changed(shop, {"days_since_delivered": 999})

    with capture_logs() as told:
        check_and_tell(shop.toolkit, shop.ports.books)

    changed(shop, kept)
    line = told[0]
    assert (line["log_level"], line["invariant"], line["rows"], line["refs"]) == ("error", "F13", 1, [ref])


def test_the_nightly_check_is_silent_while_everything_holds(shop: Shop):
    with capture_logs() as told:
        check_and_tell(shop.toolkit, beside(shop).books)

    assert told == []


@pytest.mark.proves("F6")
def test_what_the_nightly_check_finds_is_seen_by_staff_with_its_rows_until_a_check_is_clean(shop: Shop):
    ref = shop.report(shop.order(), Problem.DAMAGED)
    kept = changed(shop, {"days_since_delivered": 999})
    for _ in range(2):
        check_and_tell(shop.toolkit, None)
    asked = "SELECT subject, detail -> 'rows', detail -> 'refs' FROM troubles WHERE closed_at IS NULL"
    seen = [tuple(row) for row in shop.rows(asked)]

    changed(shop, kept)
    check_and_tell(shop.toolkit, None)

    assert seen == [("F13", 1, [ref])]
    assert shop.rows(asked) == []
