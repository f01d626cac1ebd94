"""Odd days, sweeps twice or not at all, policy that changes meanwhile, events all at once (faults 29 to 62)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.jobs.worker import make_worker
from portal.records.sessions import connection_options, libpq_url
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.expire_lots import expire_lots
from portal.services.forget_old import forget_old
from portal.services.hear_event import hear_event
from portal.services.look_again import due_claims, look_again
from portal.services.poll_events import poll_events
from portal.services.publish_policy import publish_policy
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from tests.support.shop import Shop

_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"
# Moments in UTC, where the shop is, and the days there on which the book has what is promised then and settled an hour
# later: at the turn of a leap day and of a year, and in nights in which clocks go ahead or back.
ODD = [
    ("2028-02-29T02:30:00", "America/Sao_Paulo", {date(2028, 2, 28), date(2028, 2, 29)}),
    ("2026-12-31T23:59:59", "Europe/Berlin", {date(2027, 1, 1)}),
    ("2027-01-01T02:59:59", "America/Sao_Paulo", {date(2026, 12, 31), date(2027, 1, 1)}),
    ("2027-03-28T00:30:00", "Europe/Berlin", {date(2027, 3, 28)}),
    ("2027-03-28T21:30:00", "Europe/Berlin", {date(2027, 3, 28), date(2027, 3, 29)}),
    ("2027-10-31T22:30:00", "Europe/Berlin", {date(2027, 10, 31), date(2027, 11, 1)}),
    ("2026-03-08T04:30:00", "America/New_York", {date(2026, 3, 7), date(2026, 3, 8)}),
    ("2018-11-04T02:59:59", "America/Sao_Paulo", {date(2018, 11, 3), date(2018, 11, 4)}),
    ("2019-02-17T01:30:00", "America/Sao_Paulo", {date(2019, 2, 16)}),
]
# When a report is made, and when its offers end thirty days later, on the shop's own clock.
WINDOWS = [
    ("2028-02-29T02:30:00", "America/Sao_Paulo", "2028-03-29T23:30:00-03:00"),
    ("2026-12-31T23:59:59", "Europe/Berlin", "2027-01-31T00:59:59+01:00"),
    ("2027-03-20T22:30:00", "Europe/Berlin", "2027-04-20T00:30:00+02:00"),
]


@pytest.fixture
def where(shop: Shop, database_url: str) -> Callable[[str, str], datetime]:
    """Let the shop, its worker included, be at a moment in a zone."""

    def move(moment: str, zone: str) -> datetime:
        options = connection_options(database_url, "portal_worker")
        shop.toolkit = replace(shop.toolkit, zone=ZoneInfo(zone))
        shop.worker = make_worker(
            shop.toolkit, shop.ports, database_url=libpq_url(database_url), options=options, sweeps=False
        )
        shop.clock[0] = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return shop.now()

    return move


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
@pytest.mark.parametrize(("moment", "zone", "days"), ODD, ids=[moment for moment, _, _ in ODD])
@pytest.mark.parametrize("kind", ["refund", "store_credit"])
def test_on_every_odd_day_a_remedy_is_booked_once_on_the_day_that_the_shop_has(
    shop: Shop, where: Callable[[str, str], datetime], moment: str, zone: str, days: set[date], kind: str
):
    where(moment, zone)
    order, ref = shop.promised(kind)
    shop.later(hours=1)
    shop.work()
    shop.later(hours=-1)
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert {row[0] for row in shop.rows("SELECT effective_on FROM journal_entries")} == days
    assert shop.balance("owed_to_customers") == 0
    assert len(shop.letters(order)) == len(set(shop.letters(order)))


@pytest.mark.proves("fault 48", "L6")
@pytest.mark.parametrize(("moment", "zone", "local_end"), WINDOWS, ids=[moment for moment, _, _ in WINDOWS])
def test_a_window_of_days_ends_once_however_the_clock_jumps(
    shop: Shop, where: Callable[[str, str], datetime], moment: str, zone: str, local_end: str
):
    where(moment, zone)
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    ends = shop.looks_again_at(ref)

    for jump in (timedelta(hours=-1), timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2)):
        shop.clock[0] = ends + jump
        for claim_ref in due_claims(shop.toolkit):
            look_again(shop.toolkit, claim_ref=claim_ref)

    states = [offer.state for offer in shop.claim(ref).lines[0].offers]
    assert states.count("expired") == states.count("live") == 3
    assert ends.astimezone(ZoneInfo(zone)).isoformat() == local_end


@pytest.mark.proves("fault 62", "F3")
def test_sweeps_that_run_twice_at_once_or_after_a_missed_night_do_nothing_twice(shop: Shop):
    shop.promised()
    shop.promised("store_credit")
    shop.promised("replacement")
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
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    offered = [(offer.kind, offer.amount_minor) for offer in shop.claim(ref).lines[0].offers]
    version = shop.claim(ref).policy_version_id
    source = _POLICY.read_text(encoding="utf-8")
    mean = source.replace("whole = ", "whole_before = ").replace('then.offer = "whole"', 'then.offer = "long_ago"')
    assert mean != source

    publish_policy(
        shop.toolkit,
        source=mean.replace("whole_before = ", "whole = "),
        actor=Actor.system("tests"),
        despite="It is known.",
    )
    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.claim(ref).policy_version_id == version
    assert [(offer.kind, offer.amount_minor) for offer in shop.claim(ref).lines[0].offers] == offered
    assert [row.amount_minor for row in shop.refunds()] == [5500]
    later = shop.report(shop.lost_order(), Problem.MISSING_PACKAGE)
    assert shop.claim(later).policy_version_id != version


@pytest.mark.proves("fault 29", "F3", "bug 23")
def test_one_event_five_times_at_once_is_kept_once_and_has_one_effect(shop: Shop):
    shop.promised()
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
