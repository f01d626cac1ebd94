"""What others refunded at the provider: known whatever was not told of it, and its money is free again at its end."""

from datetime import timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ports import RefundAnswer, Unreadable
from portal.domain.refunds import RefundState
from portal.gateways.stripe_refunds import StripeRefunds
from portal.records import provider_money
from portal.records.sessions import Session
from portal.records.tables.orders import Order, Payment
from portal.services.adopt_refund import adopt_refund
from portal.services.reconcile_adopted import open_adopted, read_again, reconcile_adopted
from portal.services.settle_refund import News, settle_refund
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import AnOrder, Shop
from tests.support.what_is_left import can_take_back

STATES = "SELECT state, settled_at IS NOT NULL FROM external_refunds"


def adopted(shop: Shop, **more) -> tuple[AnOrder, str]:
    """Give an order whose whole payment somebody refunds in the dashboard, and the bank has not paid it out."""
    order = shop.lost_order(behaviour="stays_pending", **more)
    made = shop.sandbox.dashboard_refund(order.payments[0])
    shop.hear_of(made)
    shop.work()
    return order, made


def look(shop: Shop) -> list[str]:
    return [
        reconcile_adopted(shop.toolkit, shop.ports.refunds, provider_ref=name) for name in open_adopted(shop.toolkit)
    ]


@pytest.mark.proves("fault 31", "bug 31", "fault 35")
@pytest.mark.parametrize(("ends", "left"), [("canceled", 5_500), ("failed", 5_500), ("succeeded", 0)])
def test_the_end_of_a_refund_by_hand_is_found_though_nobody_told_of_it(shop: Shop, ends: str, left: int):
    order, made = adopted(shop)
    held = shop.rows(STATES)
    shop.sandbox.move_refund(made, ends)

    shop.later(minutes=10)
    said = look(shop)

    assert (held, said) == ([("pending", False)], [f"refunded elsewhere: {ends}"])
    assert shop.rows(STATES) == [(ends, True)]
    assert shop.balance("refunded_elsewhere") == 5_500 - left
    assert look(shop) == []
    assert can_take_back(shop, order) == [left]


def test_a_refund_by_hand_that_goes_on_waiting_is_looked_at_every_ten_minutes(shop: Shop):
    adopted(shop)

    seen = []
    for _ in range(30):
        shop.later(minutes=1)
        seen.append(len(look(shop)))

    assert [minute for minute, many in enumerate(seen, 1) if many] == [10, 20, 30]
    assert shop.rows(STATES) == [("pending", False)]


@pytest.mark.parametrize(("fault", "said"), [("503", "UnknownOutcome"), ("401", "LaneShut")])
def test_a_provider_that_cannot_be_asked_leaves_what_was_known_and_is_asked_again(shop: Shop, fault: str, said: str):
    _, made = adopted(shop)
    shop.sandbox.move_refund(made, "canceled")
    shop.later(minutes=10)
    shop.sandbox.fault(fault, method="GET", path="/v1/refunds/*")

    first = look(shop)
    before = shop.rows(STATES)
    shop.later(minutes=10)

    assert (first, before) == ([said], [("pending", False)])
    assert look(shop) == ["refunded elsewhere: canceled"]


def test_many_that_wait_are_seen_in_turn_and_none_twice_before_all_were(shop: Shop):
    for _ in range(5):
        adopted(shop)
    shop.clock[0] += timedelta(hours=1)

    turns = [open_adopted(shop.toolkit, limit=2) for _ in range(3)]

    assert [len(turn) for turn in turns] == [2, 2, 1]
    assert len({name for turn in turns for name in turn}) == 5


@pytest.mark.proves("fault 31", "bug 31")
def test_a_refund_by_hand_is_known_where_its_payment_is_kept_by_the_name_of_its_charge(shop: Shop):
    order = shop.lost_order()
    charge = shop.sandbox.charge_of(order.payments[0])
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE payments SET provider_ref = %s", (charge,))
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)

    shop.hear_of(made)
    shop.work()

    assert shop.rows("SELECT provider_ref, amount_minor FROM external_refunds") == [(made, 2_000)]
    assert can_take_back(shop, order) == [3_500]


@pytest.mark.proves("bug 31")
def test_one_that_a_person_called_ours_meanwhile_is_left_to_us(shop: Shop):
    _, made = adopted(shop)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM troubles")
        session.connection().exec_driver_sql("DELETE FROM external_refunds")

    said = reconcile_adopted(shop.toolkit, shop.ports.refunds, provider_ref=made)

    assert said == "it is a refund of ours by now"
    assert shop.failed_jobs() == []
    shop.hear_of(made)
    shop.work()


@pytest.mark.proves("M4", "bug 31")
def test_one_that_a_person_calls_ours_while_it_is_adopted_is_no_others(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    order, _, refund = shop.promised_refund(lines=(("Blue kettle", "50.00", 1), ("Red bowl", "60.00", 1)))
    made = shop.sandbox.dashboard_refund(order.payments[0], 5_500)
    answer = shop.ports.refunds.read(made, None)
    hold = provider_money.hold_order

    def waits_for_the_person(session: Session, payment: Payment) -> Order:
        news = News(RefundState.SUCCEEDED, made, None)
        settle_refund(shop.toolkit, refund_ref=refund, news=news, actor=Actor.system("tests"))
        return hold(session, payment)

    monkeypatch.setattr(provider_money, "hold_order", waits_for_the_person)

    said = adopt_refund(shop.toolkit, answer, Actor.system("tests"), all_read=False)

    assert said == "a refund of ours"
    assert shop.rows(STATES) == []
    assert shop.refunds()[0].provider_ref == made


@pytest.mark.proves("fault 26", "fault 31", "F7")
@pytest.mark.parametrize("error", [NotFound("resource_missing"), Unreadable("unreadable_answer")])
@pytest.mark.parametrize("whose", ["ours", "others"])
def test_of_one_that_waits_and_is_not_shown_any_more_a_person_hears_until_it_is(
    shop: Shop, whose: str, error: Exception
):
    asked = "SELECT subject, detail ->> 'due_at' > opened_at::date::text, closed_at IS NULL FROM troubles"
    asked = f"{asked} WHERE kind = 'refund_unseen' ORDER BY id"

    class Unseen(StripeRefunds):
        def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
            raise error

    hides = Unseen(SECRET_KEY, api_base=shop.sandbox.url)
    if whose == "ours":
        shop.promised_refund(behaviour="stays_pending")
        shop.work()
        made, ref = shop.refunds()[0].provider_ref, shop.refunds()[0].ref
    else:
        _, made = adopted(shop)
        ref = shop.rows("SELECT ref FROM external_refunds")[0][0]

    said = read_again(shop.toolkit, hides, made, None)
    told = [tuple(row) for row in shop.rows(asked)]
    read_again(shop.toolkit, shop.ports.refunds, made, None)
    shown = [tuple(row) for row in shop.rows(asked)]
    read_again(shop.toolkit, hides, made, None)
    again = len(shop.rows(asked))
    shop.later(days=8)
    read_again(shop.toolkit, hides, made, None)
    late = [tuple(row) for row in shop.rows(asked)]
    shop.sandbox.move_refund(made, "succeeded")
    shop.hear_of(made)
    shop.work()

    assert said == type(error).__name__
    assert (told, shown, again) == ([(ref, True, True)], [(ref, True, False)], 1)
    assert late == [(ref, True, False), (ref, True, True)]
    assert [row[2] for row in shop.rows(asked)] == [False, False]
