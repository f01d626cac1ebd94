"""An event that cannot be applied: its job is tried on ever more seldom, a person sees it, and no other one waits."""

import itertools
from dataclasses import replace

import pytest

from portal.domain.ports import RefundAnswer, Unreadable
from portal.gateways.stripe_refunds import StripeRefunds
from portal.jobs.worker import make_worker
from portal.records.sessions import connection_options, libpq_url
from portal.services.hear_event import hear_event
from portal.services.tell_of_poison import POISON_AFTER
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

_JOB = """
    SELECT status, attempts, scheduled_at > now() AS later, extract(epoch FROM scheduled_at - now()) AS seconds
    FROM jobs.procrastinate_jobs WHERE args ->> 'event_id' = 'evt_poison'
"""
POISON = "re_poison"


class Poisoned(StripeRefunds):
    """Stripe, whose answer about one refund breaks us, until it is mended."""

    def __init__(self, url: str, why: Exception) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self.why: Exception | None = why

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        if provider_ref == POISON and self.why is not None:
            raise self.why
        return super().read(provider_ref, account)


def poisoned(shop: Shop, database_url: str, why: Exception) -> Poisoned:
    """Let the worker speak to a Stripe that breaks it, and hear of what does."""
    stripe = Poisoned(shop.sandbox.url, why)
    shop.ports = replace(shop.ports, refunds=stripe)
    options = connection_options(database_url, "portal_worker")
    shop.worker = make_worker(
        shop.toolkit, shop.ports, database_url=libpq_url(database_url), options=options, sweeps=False
    )
    told = {"data": {"object": {"object": "refund", "id": POISON}}}
    hear_event(shop.toolkit, sender="stripe", event_id="evt_poison", kind="refund.updated", payload=told)
    return stripe


def tried_again(shop: Shop) -> None:
    """Let the next try be due, and run it."""
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
    shop.work()


def troubles(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL")]


def outcome(shop: Shop) -> str | None:
    found: str | None = shop.rows("SELECT outcome FROM incoming_events WHERE event_id = 'evt_poison'")[0][0]
    return found


@pytest.mark.proves("fault 36", "F6", "bug 29")
@pytest.mark.parametrize("why", [ValueError("a bug of ours"), Unreadable("words of tomorrow")])
def test_it_is_tried_ever_more_seldom_seen_after_eight_tries_and_taken_off_when_it_came_right(
    shop: Shop, database_url: str, why: Exception
):
    stripe = poisoned(shop, database_url, why)
    shop.work()
    waits, told = [], []
    for _ in range(POISON_AFTER):
        job = shop.rows(_JOB)[0]
        assert (job.status, job.later) == ("todo", True)
        waits.append(float(job.seconds))
        told.append(len(troubles(shop)))
        tried_again(shop)
    opened, unapplied = troubles(shop), outcome(shop)

    stripe.why = None
    tried_again(shop)

    assert all(longer > shorter for shorter, longer in itertools.pairwise(waits))
    assert told == [0] * (POISON_AFTER - 1) + [1]
    assert (opened, unapplied) == ([("poison_event", "stripe evt_poison")], None)
    assert outcome(shop) == "the provider has none of that name"
    assert shop.rows(_JOB)[0].status == "succeeded"
    assert troubles(shop) == []


@pytest.mark.proves("fault 36", "F6")
def test_at_the_end_of_its_tries_its_job_is_given_up_and_a_person_still_sees_it(shop: Shop, database_url: str):
    poisoned(shop, database_url, ValueError("a bug of ours"))
    shop.work()
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET attempts = 2999")

    for _ in range(3):
        tried_again(shop)

    assert shop.rows(_JOB)[0].status == "failed"
    assert outcome(shop) is None
    assert troubles(shop) == [("poison_event", "stripe evt_poison")]


@pytest.mark.proves("fault 36", "bug 29")
def test_it_holds_no_other_back(shop: Shop, database_url: str):
    shop.promised_refund(behaviour="stays_pending")
    shop.work()
    made = shop.refunds()[0].provider_ref
    shop.sandbox.move_refund(made, "succeeded")
    poisoned(shop, database_url, ValueError("a bug of ours"))

    shop.hear_of(made)
    shop.work()

    assert shop.refunds()[0].state == "succeeded"
    assert (outcome(shop), shop.rows(_JOB)[0].status) == (None, "todo")
