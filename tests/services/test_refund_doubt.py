"""A refund that may have been made ends in its answer or with a person, and is never sent again on a guess."""

import contextlib

import pytest

from portal.domain.authority import Role
from portal.domain.errors import NotFound
from portal.domain.ports import LaneShut, RefundAnswer, RefundRequest, Unreadable
from portal.domain.refund_list import ListIsOld, Way
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.decide_unknown_refund import Choice, decide_unknown_refund
from portal.services.read_refund_list import ask_for_list, read_list
from portal.services.reconcile_refunds import reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


class Killed(BaseException):
    """The worker dies, so that nothing after this is done."""


class Dying(StripeRefunds):
    """Stripe, reached by a worker that dies as it sends a refund. makes: whether Stripe makes it all the same."""

    def __init__(self, url: str, *, makes: bool) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self._makes = makes

    def refund(self, request: RefundRequest) -> RefundAnswer:
        if self._makes:
            super().refund(request)
        raise Killed


class Listing(StripeRefunds):
    """Stripe with a list that cannot be read as it is; it counts what is sent."""

    def __init__(self, url: str, why: Exception) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self.why, self.sent = why, 0

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        raise self.why

    def refund(self, request: RefundRequest) -> RefundAnswer:
        self.sent += 1
        return super().refund(request)


def send(shop: Shop, refund: str, provider: StripeRefunds | None = None) -> bool:
    return send_refund(shop.toolkit, provider or shop.ports.refunds, refund_ref=refund)


def reconcile(shop: Shop, refund: str, provider: StripeRefunds | None = None) -> str:
    return reconcile_refund(shop.toolkit, provider or shop.ports.refunds, refund_ref=refund)


def died(shop: Shop, *, makes: bool = False) -> tuple[str, str]:
    """Give the claim and the refund of a worker that died a moment ago with the call on its way."""
    _, ref, refund = shop.promised_refund()
    with pytest.raises(Killed):
        send(shop, refund, Dying(shop.sandbox.url, makes=makes))
    return ref, refund


def killed_on_the_way(shop: Shop, *, makes: bool) -> tuple[str, str]:
    """Give the claim and the refund of a worker that died with the call on its way, 21 hours ago."""
    ref, refund = died(shop, makes=makes)
    shop.later(hours=21)
    return ref, refund


def unanswered(shop: Shop) -> tuple[str, str]:
    """Give the claim and the refund of a call that never reached Stripe, and of which nobody knows that."""
    _, ref, refund = shop.promised_refund()
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send(shop, refund) is True
    return ref, refund


def state(shop: Shop) -> str:
    return str(shop.refunds()[0].state)


def troubles(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL ORDER BY id")]


def a_person_gives_up(shop: Shop) -> bool:
    trouble = shop.rows("SELECT ref FROM troubles WHERE closed_at IS NULL")[0][0]
    person = a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 100_000})
    ask_for_list(shop.toolkit, staff_id=person, trouble_ref=trouble)
    shop.work()
    return decide_unknown_refund(shop.toolkit, staff_id=person, choice=Choice(trouble, Way.GIVE_UP))


@pytest.mark.proves("fault 20", "F7")
def test_a_key_that_is_refused_for_a_weekend_makes_no_refund_old_and_all_go_once_it_is_good_again(shop: Shop):
    refunds = [shop.promised_refund()[2] for _ in range(3)]
    shop.sandbox.fault("401", method="*", path="/v1/*", times=None)
    for hour in range(60):
        with contextlib.suppress(LaneShut):
            send(shop, refunds[hour % 3])
        shop.later(hours=1)
    tried = {row[0] for row in shop.rows("SELECT DISTINCT refund_id FROM refund_calls")}

    shop.sandbox.no_faults()
    shop.later(minutes=2)
    again = [send(shop, refund) for refund in refunds]

    assert len(tried) == 3
    assert again == [False] * 3
    assert [row.state for row in shop.refunds()] == ["succeeded"] * 3
    assert troubles(shop) == []


@pytest.mark.proves("fault 13", "fault 3")
def test_a_429_makes_no_refund_younger_that_a_worker_may_have_sent_before_it_died(shop: Shop):
    _, _, refund = shop.promised_refund()
    with pytest.raises(Killed):
        send(shop, refund, Dying(shop.sandbox.url, makes=True))
    began = shop.rows("SELECT first_sent_at FROM refunds")
    shop.later(minutes=1)
    shop.sandbox.fault("429", path="/v1/refunds")

    with pytest.raises(LaneShut):
        send(shop, refund)

    assert shop.rows("SELECT first_sent_at FROM refunds") == began
    shop.later(hours=21)
    assert send(shop, refund) is False
    assert state(shop) == "succeeded"


@pytest.mark.proves("fault 13", "fault 14")
def test_a_429_makes_no_refund_younger_that_another_worker_is_sending_meanwhile(shop: Shop):
    _, _, refund = shop.promised_refund()

    class Meanwhile(StripeRefunds):
        def refund(self, request: RefundRequest) -> RefundAnswer:
            with pytest.raises(Killed):
                send(shop, refund, Dying(shop.sandbox.url, makes=True))
            shop.sandbox.fault("429", path="/v1/refunds")
            return super().refund(request)

    with pytest.raises(LaneShut):
        send(shop, refund, Meanwhile(SECRET_KEY, api_base=shop.sandbox.url))

    assert shop.rows("SELECT first_sent_at IS NOT NULL FROM refunds")[0][0]
    shop.later(seconds=1)
    assert send(shop, refund) is False


@pytest.mark.proves("fault 3", "fault 24", "F7", "M6")
@pytest.mark.parametrize("asks", [send, reconcile])
def test_what_a_dead_worker_left_for_too_long_is_called_unknown_and_a_person_ends_it(shop: Shop, asks):
    ref, refund = killed_on_the_way(shop, makes=False)
    assert state(shop) == "sent"

    asks(shop, refund)

    assert state(shop) == "unknown"
    assert troubles(shop) == [("unknown_too_long", refund)]
    detail = shop.rows("SELECT detail FROM troubles")[0][0]
    assert (detail["amount_minor"], detail["currency"], detail["due_at"][:10]) == (5_500, "BRL", "2026-11-23")
    assert a_person_gives_up(shop) is True
    shop.work()
    assert (state(shop), shop.claim(ref).state) == ("refused", "offered")
    assert troubles(shop) == []
    assert shop.rows("SELECT count(*) FROM refund_calls")[0][0] == 0


@pytest.mark.proves("fault 3", "F7")
def test_news_of_what_a_dead_worker_left_takes_it_off_the_list_of_people(shop: Shop):
    ref, refund = killed_on_the_way(shop, makes=True)
    assert reconcile(shop, refund, Listing(shop.sandbox.url, Unreadable("words of tomorrow"))) == "Unreadable"
    assert troubles(shop) == [("unknown_too_long", refund)]

    assert reconcile(shop, refund) == "refund is succeeded"

    assert troubles(shop) == []
    shop.work()
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 26", "fault 36", "M6")
def test_our_refund_is_found_beside_one_that_cannot_be_read(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault("after-execute", path="/v1/refunds")
    assert send(shop, refund) is True
    read = shop.ports.refunds.of_payment(order.payments[0], None)

    said = reconcile(shop, refund, Listing(shop.sandbox.url, Unreadable("words of tomorrow", read)))

    assert said == "refund is succeeded"
    shop.work()
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 26", "fault 24", "M6", "F7")
def test_where_ours_may_be_the_one_that_cannot_be_read_nothing_is_sent_and_a_person_hears_of_it(shop: Shop):
    _, refund = unanswered(shop)
    stripe = Listing(shop.sandbox.url, Unreadable("words of tomorrow"))

    again = [send(shop, refund, stripe), reconcile(shop, refund, stripe)]
    early = troubles(shop)
    shop.later(hours=21)
    again += [send(shop, refund, stripe), reconcile(shop, refund, stripe)]

    assert again == [True, "Unreadable"] * 2
    assert stripe.sent == 0
    assert early == []
    assert (state(shop), troubles(shop)) == ("unknown", [("unknown_too_long", refund)])


@pytest.mark.proves("fault 3", "M6", "F7")
@pytest.mark.parametrize(("left", "asks"), [(unanswered, send), (unanswered, reconcile), (died, reconcile)])
def test_where_the_provider_has_no_such_payment_nothing_is_sent_and_a_person_hears_at_once(shop: Shop, left, asks):
    _, refund = left(shop)
    stripe = Listing(shop.sandbox.url, NotFound("resource_missing"))

    asks(shop, refund, stripe)
    again = [send(shop, refund, stripe), reconcile(shop, refund, stripe), send(shop, refund, stripe)]

    assert again == [False, "the provider has no such payment", False]
    assert stripe.sent == 0
    assert (state(shop), troubles(shop)) == ("unknown", [("unknown_too_long", refund)])
    assert shop.rows("SELECT detail ->> 'reason' FROM troubles")[0][0] == "resource_missing"


@pytest.mark.proves("fault 3", "M6", "F7")
@pytest.mark.parametrize("left", [unanswered, died])
def test_what_a_person_has_is_not_sent_any_more_also_where_its_payment_is_there_again(shop: Shop, left):
    ref, refund = left(shop)
    calls = len(shop.rows("SELECT id FROM refund_calls"))
    reconcile(shop, refund, Listing(shop.sandbox.url, NotFound("resource_missing")))

    again = send(shop, refund)
    reconcile(shop, refund)
    shop.work()

    assert again is False
    assert len(shop.rows("SELECT id FROM refund_calls")) == calls
    assert (state(shop), troubles(shop)) == ("unknown", [("unknown_too_long", refund)])
    assert a_person_gives_up(shop) is True
    shop.work()
    assert (state(shop), shop.claim(ref).state) == ("refused", "offered")


@pytest.mark.proves("M6")
def test_on_a_list_that_cannot_be_read_nobody_decides_and_ours_beside_it_is_settled(shop: Shop):
    order, _, refund = shop.promised_refund()
    shop.sandbox.fault("after-execute", path="/v1/refunds")
    assert send(shop, refund) is True
    away = Unreadable("words of tomorrow")
    shop.later(hours=21)
    reconcile(shop, refund, Listing(shop.sandbox.url, away))
    trouble = shop.rows("SELECT ref FROM troubles WHERE closed_at IS NULL")[0][0]
    person = a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 100_000})

    said = read_list(shop.toolkit, Listing(shop.sandbox.url, away), trouble_ref=trouble, staff_id=person)

    assert said == "the list cannot be read"
    assert shop.rows("SELECT detail ->> 'not_read' FROM troubles")[0][0] == "true"
    with pytest.raises(ListIsOld):
        decide_unknown_refund(shop.toolkit, staff_id=person, choice=Choice(trouble, Way.GIVE_UP))
    held = shop.ports.refunds.of_payment(order.payments[0], None)
    beside = Listing(shop.sandbox.url, Unreadable("words of tomorrow", held))
    assert read_list(shop.toolkit, beside, trouble_ref=trouble, staff_id=person) == "refund is succeeded"
    assert troubles(shop) == []


@pytest.mark.proves("M6")
def test_a_person_reads_of_a_payment_that_the_provider_does_not_know_and_decides(shop: Shop):
    _, refund = unanswered(shop)
    reconcile(shop, refund, Listing(shop.sandbox.url, NotFound("resource_missing")))
    shop.sandbox.fault("refused", method="GET", path="/v1/refunds", code="resource_missing", times=None)

    assert a_person_gives_up(shop) is True

    assert (state(shop), shop.refunds()[0].reason) == ("refused", "not_there")
    assert shop.failed_jobs() == []


@pytest.mark.proves("fault 24", "F7")
def test_of_an_outage_of_a_day_a_person_hears_too(shop: Shop):
    _, refund = unanswered(shop)
    shop.sandbox.fault("503", method="*", path="/v1/*", times=None)
    shop.later(hours=21)

    said = reconcile(shop, refund)

    assert said == "UnknownOutcome"
    assert troubles(shop) == [("unknown_too_long", refund)]
    shop.sandbox.no_faults()
