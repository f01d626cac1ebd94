"""A refund of unknown outcome ends by a person who has read the provider's list: it is there, or it is not."""

import pytest

from portal.domain.authority import Role
from portal.domain.errors import MovedOn, NotAllowed
from portal.domain.problems import Problem
from portal.domain.refund_list import ListIsOld, Way
from portal.services.decide_unknown_refund import Choice, decide_unknown_refund
from portal.services.read_refund_list import ask_for_list
from portal.services.send_refund import send_refund
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member


def doubtful(shop: Shop) -> tuple[AnOrder, str, str, str]:
    """Give a refund without an answer for 21 hours: its order, claim, ref, and the trouble that tells of it."""
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    refund = shop.refunds()[-1].ref
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund) is True
    shop.later(hours=21)
    assert send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund) is False
    return order, ref, refund, shop.rows("SELECT ref FROM troubles WHERE closed_at IS NULL")[0][0]


def agent(shop: Shop, limit: int = 100_000, role: Role = Role.AGENT, mailbox: str = "bia@shop.example") -> int:
    return a_staff_member(shop.toolkit, mailbox, role, {"BRL": limit})


def read_list(shop: Shop, staff_id: int, trouble: str) -> None:
    ask_for_list(shop.toolkit, staff_id=staff_id, trouble_ref=trouble)
    shop.work()


def decide(shop: Shop, staff_id: int, trouble: str, way: Way, provider_ref: str = "") -> bool:
    return decide_unknown_refund(shop.toolkit, staff_id=staff_id, choice=Choice(trouble, way, provider_ref))


def events(shop: Shop) -> list[tuple[str, str]]:
    asked = "SELECT action, actor FROM claim_events WHERE action LIKE 'refund_%' ORDER BY id"
    return [tuple(row) for row in shop.rows(asked)]


def still_open(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT kind FROM troubles WHERE closed_at IS NULL")]


@pytest.mark.proves("fault 24", "M6")
def test_nothing_is_decided_before_the_list_was_read_and_nothing_on_one_that_was_read_long_ago(shop: Shop):
    _, _, _, trouble = doubtful(shop)
    bia = agent(shop)

    with pytest.raises(ListIsOld):
        decide(shop, bia, trouble, Way.GIVE_UP)
    read_list(shop, bia, trouble)
    shop.later(minutes=16)
    with pytest.raises(ListIsOld):
        decide(shop, bia, trouble, Way.GIVE_UP)

    assert shop.refunds()[0].state == "unknown"
    assert still_open(shop) == ["unknown_too_long"]


@pytest.mark.proves("fault 24")
def test_what_is_not_in_the_list_is_given_up_owed_again_and_offered_another_way(shop: Shop):
    order, ref, _, trouble = doubtful(shop)
    bia = agent(shop)
    read_list(shop, bia, trouble)

    assert decide(shop, bia, trouble, Way.GIVE_UP) is True
    shop.work()

    assert (shop.refunds()[0].state, shop.refunds()[0].reason) == ("refused", "not_there")
    claim = shop.claim(ref)
    assert claim.state == "offered"
    live = sorted(offer.kind for offer in claim.lines[0].offers if offer.state == "live")
    assert live == ["refund", "store_credit"]
    assert shop.letters(order)[-1] == "refund_failed"
    assert "it never left us" in shop.last_words(order)
    assert ("refund_list_read", f"staff:{bia}") in events(shop)
    assert ("refund_given_up", f"staff:{bia}") in events(shop)
    assert still_open(shop) == []
    assert shop.rows("SELECT closed_by FROM troubles")[0][0] == f"staff:{bia}"
    shop.accept(order, ref, "refund")
    shop.work()
    assert [row.state for row in shop.refunds()] == ["refused", "succeeded"]


def test_one_that_carries_our_name_is_settled_by_reading_the_list_alone(shop: Shop):
    order, ref, refund, trouble = doubtful(shop)
    given = {"payment_intent": order.payments[0], "metadata": {"refund_ref": refund}}
    shop.sandbox.post("/stripe/refunds", given)

    read_list(shop, agent(shop), trouble)

    assert shop.refunds()[0].state == "succeeded"
    assert shop.claim(ref).state == "made_whole"
    assert still_open(shop) == []


@pytest.mark.proves("M3")
def test_one_of_another_sum_that_carries_our_name_settles_nothing(shop: Shop):
    order, ref, refund, trouble = doubtful(shop)
    given = {"payment_intent": order.payments[0], "amount": 1_000, "metadata": {"refund_ref": refund}}
    copied = shop.sandbox.post("/stripe/refunds", given)["id"]

    read_list(shop, agent(shop), trouble)

    assert shop.refunds()[0].state == "unknown"
    assert shop.claim(ref).state == "accepted"
    shop.sandbox.move_refund(copied, "failed")


@pytest.mark.proves("M4", "fault 15")
def test_one_that_lost_our_name_is_taken_as_ours_also_where_it_was_booked_as_somebody_elses(shop: Shop):
    order, ref, _, trouble = doubtful(shop)
    made = shop.sandbox.dashboard_refund(order.payments[0], 5_500)
    shop.hear_of(made)
    shop.work()
    assert shop.balance("refunded_elsewhere") == 5_500
    bia = agent(shop)
    read_list(shop, bia, trouble)

    assert decide(shop, bia, trouble, Way.ADOPT, made) is True
    shop.work()

    assert (shop.refunds()[0].state, shop.refunds()[0].provider_ref) == ("succeeded", made)
    assert shop.rows("SELECT count(*) FROM external_refunds")[0][0] == 0
    assert (shop.balance("refunded_elsewhere"), shop.balance("stripe_balance")) == (0, -5_500)
    assert shop.claim(ref).state == "made_whole"
    assert shop.letters(order)[-1] == "refund_sent"
    assert ("refund_adopted", f"staff:{bia}") in events(shop)


def test_another_sum_or_a_name_that_is_not_listed_is_never_taken_as_ours(shop: Shop):
    order, _, _, trouble = doubtful(shop)
    made = shop.sandbox.dashboard_refund(order.payments[0], 1_000)
    bia = agent(shop)
    read_list(shop, bia, trouble)

    for name in (made, "re_somebody_elses"):
        with pytest.raises(MovedOn):
            decide(shop, bia, trouble, Way.ADOPT, name)

    assert shop.refunds()[0].state == "unknown"
    shop.sandbox.move_refund(made, "failed")


@pytest.mark.proves("P1")
def test_above_the_limit_one_proposes_and_another_one_who_is_an_approver_confirms(shop: Shop):
    _, _, _, trouble = doubtful(shop)
    bia = agent(shop, limit=5_499)
    caio = agent(shop, limit=0, role=Role.APPROVER, mailbox="caio@shop.example")
    dora = agent(shop, limit=0, mailbox="dora@shop.example")
    read_list(shop, bia, trouble)

    assert decide(shop, bia, trouble, Way.GIVE_UP) is False
    assert shop.refunds()[0].state == "unknown"
    for colleague in (bia, dora):
        with pytest.raises(NotAllowed):
            decide(shop, colleague, trouble, Way.GIVE_UP)
    assert decide(shop, caio, trouble, Way.GIVE_UP) is True

    assert shop.refunds()[0].state == "refused"
    assert ("refund_way_proposed", f"staff:{bia}") in events(shop)
    assert ("refund_given_up", f"staff:{caio}") in events(shop)
    shop.work()


def test_a_proposal_is_void_where_the_list_says_something_else_by_now(shop: Shop):
    order, _, _, trouble = doubtful(shop)
    bia = agent(shop, limit=0)
    caio = agent(shop, limit=0, role=Role.APPROVER, mailbox="caio@shop.example")
    read_list(shop, bia, trouble)
    decide(shop, bia, trouble, Way.GIVE_UP)

    made = shop.sandbox.dashboard_refund(order.payments[0], 1_000)
    read_list(shop, bia, trouble)

    assert decide(shop, caio, trouble, Way.GIVE_UP) is False
    assert shop.refunds()[0].state == "unknown"
    shop.sandbox.move_refund(made, "failed")


@pytest.mark.proves("P1")
def test_nobody_decides_about_their_own_refund(shop: Shop):
    order, _, _, trouble = doubtful(shop)
    read_list(shop, agent(shop), trouble)
    customer_too = agent(shop, mailbox=order.mailbox)

    with pytest.raises(NotAllowed):
        decide(shop, customer_too, trouble, Way.GIVE_UP)

    assert shop.refunds()[0].state == "unknown"


def test_a_refund_that_was_given_up_and_is_there_after_all_is_seen(shop: Shop):
    order, _, refund, trouble = doubtful(shop)
    bia = agent(shop)
    read_list(shop, bia, trouble)
    decide(shop, bia, trouble, Way.GIVE_UP)
    shop.work()
    given = {"payment_intent": order.payments[0], "metadata": {"refund_ref": refund}}
    made = shop.sandbox.post("/stripe/refunds", given)["id"]

    shop.hear_of(made)
    shop.work()

    assert still_open(shop) == ["paid_after_release"]
    # Put right at the provider, so that its books and ours are equal at the end.
    shop.sandbox.move_refund(made, "failed")
