"""The money of a withdrawal: all that was paid, once, within somebody's authority, and never asked for again."""

from typing import Any

import pytest

from portal.domain.authority import Role
from portal.domain.errors import IllegalMove, UnitsTaken
from portal.domain.problems import Problem
from portal.records.tables.claims import Claim
from portal.services import refund_withdrawal as refunding
from portal.services.confirm_decision import Confirmation
from portal.services.decide_withdrawal import note_goods_back
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from portal.services.refund_withdrawal import Came, Money, go_on_with_refund, refund_withdrawal, refunds_to_go_on_with
from tests.support.at_once import at_once
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member
from tests.support.withdrawals import european, history, looked_at, page_of, row_of


@pytest.fixture
def agent(shop: Shop) -> int:
    return a_staff_member(shop.toolkit, limits={"BRL": 100_000})


def _refund(shop: Shop, staff_id: int, ref: str, *, all_of_it: bool = True) -> tuple[str, Came]:
    return refund_withdrawal(shop.toolkit, staff_id=staff_id, money=Money(page_of(shop, ref), all_of_it))


def _sums(shop: Shop) -> list[int]:
    return [row.amount_minor for row in shop.refunds()]


def _claim(shop: Shop, ref: str) -> Claim:
    return shop.claim(str(row_of(shop, ref).claim))


def test_all_that_was_paid_goes_back_with_its_delivery(shop: Shop, agent: int):
    order = european(shop, delivered=3, lines=(("Kettle", "50.00", 1), ("Cup", "20.00", 2)))
    ref = looked_at(shop, order)
    note_goods_back(shop.toolkit, staff_id=agent, page=page_of(shop, ref))

    claim_ref, came = _refund(shop, agent, ref)
    shop.work()

    assert came is Came.ON_ITS_WAY
    assert _sums(shop) == [5_500, 5_000]
    assert {row.state for row in shop.refunds()} == {"succeeded"}
    assert row_of(shop, ref).state == "refunded"
    assert row_of(shop, ref).due_at is None
    assert history(shop, ref)[2:] == [
        ("goods_came", f"staff:{agent}"),
        ("refund", f"staff:{agent}"),
        ("promise", "system:withdrawal"),
    ]
    assert shop.rows("SELECT DISTINCT accepted_by FROM remedies") == [("system:withdrawal",)]
    assert shop.claim(claim_ref).state == "made_whole"
    assert "apology_with_offers" not in shop.letters(order)
    # The letter that it is on its way was overtaken by those that it is there.
    assert shop.letters(order)[2:] == ["refund_sent", "refund_sent"]


def test_only_the_lines_that_were_declared_go_back(shop: Shop, agent: int):
    order = european(shop, delivered=3, lines=(("Kettle", "50.00", 1), ("Cup", "20.00", 2)))
    ref = looked_at(shop, order, goods="1 × Cup", lines=((2, 1),), customer_id=order.customer_id)

    _refund(shop, agent, ref)
    shop.work()

    assert _sums(shop) == [2_500]


def test_a_refund_that_is_pressed_again_and_again_leaves_once(shop: Shop, agent: int):
    order = european(shop, delivered=3)
    ref = looked_at(shop, order)
    other = a_staff_member(shop.toolkit, limits={"BRL": 100_000})
    money = Money(page_of(shop, ref), all_of_it=True)

    came = at_once(
        *[
            lambda who=who: refund_withdrawal(shop.toolkit, staff_id=who, money=money)
            for who in (agent, other, agent, other)
        ]
    )
    shop.work()

    assert any(isinstance(one, tuple) for one in came)
    assert _sums(shop) == [5_500]
    assert shop.rows("SELECT count(*) FROM claims")[0][0] == 1
    assert row_of(shop, ref).state == "refunded"


@pytest.mark.parametrize("stop", ["_decide", "go_on_with_refund", "_note"])
def test_whatever_stops_in_between_is_gone_on_with_and_pays_once(
    shop: Shop, agent: int, monkeypatch: pytest.MonkeyPatch, stop: str
):
    ref = looked_at(shop, european(shop, delivered=3))
    whole = getattr(refunding, stop)

    def stops(*_told: Any, **_more: Any) -> None:
        raise ConnectionError("the process ends here")

    monkeypatch.setattr(refunding, stop, stops)
    with pytest.raises(ConnectionError):
        _refund(shop, agent, ref)
    monkeypatch.setattr(refunding, stop, whole)
    left = refunds_to_go_on_with(shop.toolkit)
    if stop == "_decide":
        _refund(shop, agent, ref)
    for one in left:
        go_on_with_refund(shop.toolkit, withdrawal_ref=one)
    shop.work()

    assert left == [ref]
    assert _sums(shop) == [5_500]
    assert row_of(shop, ref).state == "refunded"
    assert refunds_to_go_on_with(shop.toolkit) == []


def test_above_a_limit_an_approver_confirms_and_the_sweep_takes_it(shop: Shop):
    agent = a_staff_member(shop.toolkit, limits={"BRL": 100})
    approver = a_staff_member(shop.toolkit, role=Role.APPROVER, limits={"BRL": 100})
    ref = looked_at(shop, european(shop, delivered=3))

    claim_ref, came = _refund(shop, agent, ref)
    again = _refund(shop, agent, ref)[1]
    before = _sums(shop)
    act = Confirmation(Page(claim_ref, shop.claim(claim_ref).version, "a page"))
    digest = preview_letter(shop.toolkit, staff_id=approver, act=act).digest
    send_answer(shop.toolkit, staff_id=approver, act=act, digest=digest)
    for one in refunds_to_go_on_with(shop.toolkit):
        go_on_with_refund(shop.toolkit, withdrawal_ref=one)
    shop.work()

    assert (came, again, before) == (Came.SECOND_PERSON, Came.SECOND_PERSON, [])
    assert _sums(shop) == [5_500]
    assert row_of(shop, ref).state == "refunded"


def test_what_cards_cannot_take_is_decided_by_a_person_on_the_claim(shop: Shop, agent: int):
    order = european(shop, delivered=3, payments=(("boleto", "55.00"),))
    ref = looked_at(shop, order)

    claim_ref, came = _refund(shop, agent, ref)
    go_on_with_refund(shop.toolkit, withdrawal_ref=ref)
    shop.work()

    assert came is Came.TO_DECIDE
    assert shop.claim(claim_ref).state == "escalated"
    assert shop.claim(claim_ref).answer_by is not None
    assert row_of(shop, ref).state == "refunding"
    assert row_of(shop, ref).due_at is not None


def test_a_person_may_decide_on_another_sum_on_the_claim(shop: Shop, agent: int):
    ref = looked_at(shop, european(shop, delivered=3))

    _, came = _refund(shop, agent, ref, all_of_it=False)

    assert came is Came.TO_DECIDE
    assert _claim(shop, ref).state == "escalated"
    assert _claim(shop, ref).lines[0].offers == []


def test_what_was_given_back_before_is_not_given_again(shop: Shop, agent: int):
    order = european(shop, delivered=3)
    shop.accept(order, shop.report(order, Problem.DAMAGED), "refund")
    shop.work()
    ref = looked_at(shop, order)

    with pytest.raises(UnitsTaken):
        _refund(shop, agent, ref)

    assert _sums(shop) == [5_500]
    assert row_of(shop, ref).state == "awaiting_goods"


def test_units_of_which_a_report_speaks_stay_with_it_and_the_rest_goes_back(shop: Shop, agent: int):
    order = european(shop, delivered=3, lines=(("Cup", "20.00", 3),))
    shop.report(order, Problem.DAMAGED, quantity=1)
    ref = looked_at(shop, order)

    _refund(shop, agent, ref)
    shop.work()

    assert _sums(shop) == [5_000]


def test_a_withdrawal_that_nobody_accepted_gives_no_money_back(shop: Shop, agent: int):
    ref = looked_at(shop, european(shop, delivered=90, ordered=99))

    with pytest.raises(IllegalMove):
        _refund(shop, agent, ref)

    assert _sums(shop) == []
    assert shop.rows("SELECT count(*) FROM claims")[0][0] == 0
