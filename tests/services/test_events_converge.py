"""Events: heard in any order or not at all, of our mode and accounts only."""

from datetime import datetime, timedelta

import pytest

from portal.domain.ports import ProviderEvent, ProviderLocked
from portal.domain.problems import Problem
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.hear_event import hear_event
from portal.services.poll_events import poll_events
from portal.services.tell_of_poison import POISON_AFTER, apply_or_tell
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import AnOrder, Shop


class Listed(StripeRefunds):
    """Stripe with a list of events of its own, which notes since when it was asked, and for whom."""

    def __init__(self, url: str, events: list[ProviderEvent]) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self.events = events
        self.asked: list[tuple[datetime, str | None]] = []

    def events_since(self, moment, account=None):
        self.asked.append((moment, account))
        return self.events


def paid_back(shop: Shop, **more) -> AnOrder:
    order = shop.lost_order(**more)
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")
    shop.work()
    return order


def an_event(shop: Shop, refund: str, *, live: bool = False) -> ProviderEvent:
    return ProviderEvent("evt_gap", "refund.updated", "refund", refund, shop.now(), live)


@pytest.mark.proves("fault 34")
def test_the_poller_goes_on_from_where_it_was_however_long_ago_and_whatever_webhook_came_since(shop: Shop):
    provider = Listed(shop.sandbox.url, [])
    poll_events(shop.toolkit, provider)
    began = shop.now()
    shop.later(days=4)
    shop.hear_of("re_of_nobody")

    poll_events(shop.toolkit, provider)
    shop.later(days=60)
    poll_events(shop.toolkit, provider)

    assert [moment for moment, _ in provider.asked[1:]] == [
        began - timedelta(minutes=10),
        shop.now() - timedelta(days=30),
    ]


def test_a_poll_that_fails_starts_from_the_same_place_again(shop: Shop):
    poll_events(shop.toolkit, Listed(shop.sandbox.url, []))
    before = shop.rows("SELECT polled_at FROM event_polls")
    shop.later(hours=5)
    shop.sandbox.fault("before", method="GET", path="/v1/events")

    poll_events(shop.toolkit, shop.ports.refunds)

    assert shop.rows("SELECT polled_at FROM event_polls") == before


@pytest.mark.proves("fault 34")
def test_what_no_webhook_told_is_found_after_days(shop: Shop):
    paid_back(shop, behaviour="stays_pending")
    poll_events(shop.toolkit, shop.ports.refunds)
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "succeeded")
    shop.later(days=4)

    poll_events(shop.toolkit, Listed(shop.sandbox.url, [an_event(shop, shop.refunds()[0].provider_ref)]))
    shop.work()

    assert shop.refunds()[0].state == "succeeded"


@pytest.mark.proves("M14")
def test_an_event_of_the_other_mode_is_left_by_the_poller_too(shop: Shop):
    new = poll_events(shop.toolkit, Listed(shop.sandbox.url, [an_event(shop, "re_1", live=True)]))

    assert (new, shop.rows("SELECT count(*) FROM incoming_events")[0][0]) == (0, 0)


@pytest.mark.proves("M14", "bug 35")
def test_each_account_of_ours_is_polled_and_its_name_is_kept_and_sent(shop: Shop):
    shop.order()
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE payments SET provider_account = 'acct_ours'")
    provider = Listed(shop.sandbox.url, [an_event(shop, "re_of_nobody")])

    poll_events(shop.toolkit, provider)
    shop.work()

    assert [account for _, account in provider.asked] == [None, "acct_ours"]
    assert shop.rows("SELECT outcome FROM incoming_events")[0][0] == "the provider has none of that name"


def test_kinds_that_we_do_not_use_are_kept_and_can_be_counted(shop: Shop):
    for number in range(3):
        hear_event(shop.toolkit, sender="stripe", event_id=f"evt_{number}", kind="fx_quote.expired", payload={})

    counted = "SELECT outcome, count(*) FROM incoming_events GROUP BY outcome"

    assert shop.rows(counted) == [("not for us: fx_quote.expired", 3)]


def test_an_outage_of_the_provider_makes_no_event_a_poisoned_one(shop: Shop):
    def is_away() -> None:
        raise ProviderLocked("401")

    for tries in range(POISON_AFTER + 1):
        with pytest.raises(ProviderLocked):
            apply_or_tell(shop.toolkit, is_away, sender="stripe", event_id="evt_1", tries=tries)

    assert shop.rows("SELECT count(*) FROM troubles")[0][0] == 0
