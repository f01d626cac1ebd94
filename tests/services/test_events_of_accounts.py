"""The poller asks each account of ours for itself: one that cannot be asked keeps no other from being heard."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.ports import (
    ProviderEvent,
    ProviderLocked,
    RefundRefused,
    UnknownOutcome,
    Unreadable,
    UnreadableEvents,
)
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.close_trouble import close_trouble
from portal.services.poll_events import poll_events
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

GONE = "acct_gone"


class SomeSayNo(StripeRefunds):
    """Stripe, where one account answers with an error, as long as it has one."""

    def __init__(self, url: str, error: Exception | None) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self.error = error
        self.asked: list[tuple[str | None, datetime]] = []

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        self.asked.append((account, moment))
        if account == GONE and self.error is not None:
            raise self.error
        return [an_event(str(account), moment + timedelta(minutes=1))]

    def since(self, account: str | None) -> list[datetime]:
        return [moment for asked, moment in self.asked if asked == account]


def accounts(shop: Shop, *names: str) -> None:
    for name in names:
        shop.order()
        with shop.toolkit.transaction() as session:
            session.connection().exec_driver_sql(
                "UPDATE payments SET provider_account = %s WHERE id = (SELECT max(id) FROM payments)", (name,)
            )


def heard(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT event_id FROM incoming_events ORDER BY event_id")]


def an_event(name: str, told: datetime) -> ProviderEvent:
    return ProviderEvent(f"evt_{name}", "refund.updated", "refund", f"re_{name}", told, live=False)


def open_troubles(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL")]


@pytest.mark.proves("fault 34")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ProviderLocked("403"), [("provider_locked", f"events {GONE}")]),
        (RefundRefused("account_invalid"), [("provider_locked", f"events {GONE}")]),
        (UnknownOutcome("503"), []),
    ],
)
def test_an_account_that_cannot_be_asked_holds_no_other_back_and_loses_nothing(
    shop: Shop, error: Exception, told: list[tuple[str, str]]
):
    accounts(shop, GONE, "acct_good")
    provider = SomeSayNo(shop.sandbox.url, error)
    poll_events(shop.toolkit, provider)
    first = (heard(shop), open_troubles(shop))
    shop.later(hours=5)
    poll_events(shop.toolkit, provider)
    provider.error = None
    shop.later(hours=5)

    poll_events(shop.toolkit, provider)

    assert first == (["evt_None", "evt_acct_good"], told)
    assert heard(shop) == ["evt_None", "evt_acct_gone", "evt_acct_good"]
    assert open_troubles(shop) == []
    assert len(set(provider.since(GONE))) == 1
    assert provider.since("acct_good")[-1] == provider.since(None)[-1] == shop.now() - timedelta(hours=5, minutes=10)


def closed_by_hand(shop: Shop) -> None:
    for row in shop.rows("SELECT ref FROM troubles WHERE closed_at IS NULL"):
        close_trouble(shop.toolkit, ref=row[0], actor=Actor.staff(1))


@pytest.mark.parametrize("error", [ProviderLocked("403"), Unreadable("unreadable_answer")])
def test_what_a_person_closed_of_an_account_is_told_again_only_for_another_reason_or_once_it_had_answered(
    shop: Shop, error: Exception
):
    accounts(shop, GONE)
    provider = SomeSayNo(shop.sandbox.url, error)

    def told(again: Exception | None = error) -> int:
        provider.error = again
        shop.later(minutes=5)
        poll_events(shop.toolkit, provider)
        found = len(open_troubles(shop))
        closed_by_hand(shop)
        return found

    first, same, other = told(), told(), told(RefundRefused("account_invalid"))
    answered, anew = told(None), told()

    assert (first, same, other, answered, anew) == (1, 0, 1, 0, 1)


def test_that_our_own_events_are_not_given_is_told_until_they_are(shop: Shop):
    shop.sandbox.fault("403", method="GET", path="/v1/events", times=2)
    poll_events(shop.toolkit, shop.ports.refunds)
    closed_by_hand(shop)
    shop.later(minutes=5)

    poll_events(shop.toolkit, shop.ports.refunds)

    assert open_troubles(shop) == [("provider_locked", "events")]


@pytest.mark.proves("fault 34")
def test_an_event_that_cannot_be_read_is_told_to_people_and_all_others_are_heard(shop: Shop):
    accounts(shop, GONE)
    provider = SomeSayNo(shop.sandbox.url, UnreadableEvents("unreadable_answer", [an_event("read", shop.now())]))
    poll_events(shop.toolkit, provider)
    first = (heard(shop), open_troubles(shop))
    shop.later(hours=5)
    poll_events(shop.toolkit, provider)
    provider.error = None

    poll_events(shop.toolkit, provider)

    assert first == (["evt_None", "evt_read"], [("events_unreadable", f"events {GONE}")])
    assert heard(shop) == ["evt_None", "evt_acct_gone", "evt_read"]
    assert open_troubles(shop) == []
    # What cannot be read yet is asked for again, until it can be.
    assert len(set(provider.since(GONE))) == 1


def test_an_account_without_a_place_of_its_own_goes_on_from_where_the_shop_was(shop: Shop):
    provider = SomeSayNo(shop.sandbox.url, None)
    poll_events(shop.toolkit, provider)
    began = shop.now()
    accounts(shop, "acct_new")
    shop.later(hours=9)

    poll_events(shop.toolkit, provider)

    assert provider.since("acct_new") == [began - timedelta(minutes=10)]
