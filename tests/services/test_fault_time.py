"""Odd days, sweeps twice or not at all, policy that changes meanwhile, events all at once (faults 29 to 62)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.expire_lots import expire_lots
from portal.services.forget_old import forget_old
from portal.services.hear_event import hear_event
from portal.services.look_again import due_claims, look_again
from portal.services.poll_events import poll_events
from portal.services.publish_policy import publish_policy
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from tests.support.shop import AnOrder, Shop

_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"
ODD = [
    datetime(2028, 2, 29, 2, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 2, 59, 59, tzinfo=UTC),
    # Nights in which clocks go ahead and back: in Berlin, in New York, and in São Paulo as it was.
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 30, tzinfo=UTC),
    datetime(2018, 11, 4, 2, 59, 59, tzinfo=UTC),
    datetime(2019, 2, 17, 1, 30, tzinfo=UTC),
]


def promised(shop: Shop, kind: str = "refund") -> tuple[AnOrder, str]:
    order = shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, kind)
    return order, ref


def sweeps(shop: Shop) -> list[Callable[[], object]]:
    """Give what the scheduler starts, as it starts it."""
    return [
        lambda: [look_again(shop.toolkit, claim_ref=ref) for ref in due_claims(shop.toolkit)],
        lambda: [
            reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=ref) for ref in open_refunds(shop.toolkit)
        ],
        lambda: poll_events(shop.toolkit, shop.ports.refunds),
        lambda: expire_lots(shop.toolkit),
        lambda: expire_credit_holds(shop.toolkit),
        lambda: forget_old(shop.toolkit),
    ]


def book(shop: Shop) -> list[tuple[str, int]]:
    asked = "SELECT account, sum(amount_minor) FROM journal_postings GROUP BY account ORDER BY account"
    return [(account, int(total)) for account, total in shop.rows(asked)]


@pytest.mark.proves("fault 48")
@pytest.mark.parametrize("moment", ODD, ids=lambda moment: moment.isoformat())
@pytest.mark.parametrize("kind", ["refund", "store_credit"])
def test_on_every_odd_day_a_remedy_is_booked_once_on_the_day_that_the_shop_has(shop: Shop, moment: datetime, kind: str):
    shop.clock[0] = moment
    order, ref = promised(shop, kind)
    shop.later(hours=1)
    shop.work()
    shop.later(hours=-1)
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    days = {row[0] for row in shop.rows("SELECT effective_on FROM journal_entries")}
    local = {at.astimezone(shop.toolkit.zone).date() for at in (moment, moment + timedelta(hours=1))}
    assert days <= local
    assert shop.balance("owed_to_customers") == 0
    assert len(shop.letters(order)) == len(set(shop.letters(order)))


@pytest.mark.proves("fault 48", "L6")
@pytest.mark.parametrize("moment", ODD[:3], ids=lambda moment: moment.isoformat())
def test_a_window_of_days_ends_once_however_the_clock_jumps(shop: Shop, moment: datetime):
    shop.clock[0] = moment
    order = shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    ends = shop.looks_again_at(ref)

    for jump in (timedelta(hours=-1), timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2)):
        shop.clock[0] = ends + jump
        for claim_ref in due_claims(shop.toolkit):
            look_again(shop.toolkit, claim_ref=claim_ref)

    states = [offer.state for offer in shop.claim(ref).lines[0].offers]
    assert states.count("expired") == states.count("live") == 3


@pytest.mark.proves("fault 62", "F3")
def test_sweeps_that_run_twice_at_once_or_after_a_missed_night_do_nothing_twice(shop: Shop):
    promised(shop)
    promised(shop, "store_credit")
    promised(shop, "replacement")
    shop.work()
    waiting = shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)
    ref = shop.report(waiting, Problem.MISSING_PACKAGE)
    shop.work()
    before = book(shop)
    shop.later(days=12)

    with ThreadPoolExecutor(4) as threads:
        for sweep in sweeps(shop):
            for done in [threads.submit(sweep) for _ in range(4)]:
                done.result()
    shop.work()

    assert book(shop) == before
    assert shop.claim(ref).state == "offered"
    assert shop.letters(waiting) == ["waiting", "apology_with_offers"]
    assert len(shop.refunds()) == 1


@pytest.mark.proves("fault 57", "F13")
def test_a_claim_keeps_the_policy_under_which_it_was_made(shop: Shop):
    order = shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    offered = [(offer.kind, offer.amount_minor) for offer in shop.claim(ref).lines[0].offers]
    version = shop.claim(ref).policy_version_id
    source = _POLICY.read_text(encoding="utf-8")
    mean = source.replace("whole = ", "whole_before = ").replace('then.offer = "whole"', 'then.offer = "long_ago"')
    assert mean != source

    publish_policy(shop.toolkit, source=mean.replace("whole_before = ", "whole = "), actor=Actor.system("tests"))
    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.claim(ref).policy_version_id == version
    assert [(offer.kind, offer.amount_minor) for offer in shop.claim(ref).lines[0].offers] == offered
    assert [row.amount_minor for row in shop.refunds()] == [5500]
    later = shop.report(
        shop.order(status="shipped", promised=20, delivered=None, ordered=40, handed_over=35), Problem.MISSING_PACKAGE
    )
    assert shop.claim(later).policy_version_id != version


@pytest.mark.proves("fault 29", "F3", "bug 23")
def test_one_event_five_times_at_once_is_kept_once_and_has_one_effect(shop: Shop):
    promised(shop)
    shop.sandbox.fault("outcome", behaviour="stays_pending")
    shop.work()
    refund = shop.refunds()[0].provider_ref
    shop.sandbox.move_refund(refund, "succeeded")
    before = shop.rows("SELECT count(*) FROM journal_entries")[0][0]
    told = {"data": {"object": {"object": "refund", "id": refund}}}

    def hear(_: int) -> bool:
        return hear_event(shop.toolkit, sender="stripe", event_id="evt_five", kind="refund.updated", payload=told)

    with ThreadPoolExecutor(5) as threads:
        new = list(threads.map(hear, range(5)))
    shop.work()

    assert sorted(new) == [False] * 4 + [True]
    assert shop.refunds()[0].state == "succeeded"
    assert shop.rows("SELECT count(*) FROM journal_entries")[0][0] == before + 1
