"""Reaching customers first: counted without a trace, told in two waves by two people's word, and nobody twice."""

from functools import partial

import pytest

from portal.domain.authority import Role
from portal.domain.errors import MovedOn, NotAllowed
from portal.domain.outreach import OutreachMove
from portal.domain.problems import Problem
from portal.services.count_outreach import count_outreach
from portal.services.move_outreach import move_outreach
from portal.services.outreach_token import token_for
from portal.services.tell_first import tell_first
from tests.support.at_once import at_once
from tests.support.reaching import (
    Died,
    change,
    claims_of_ours,
    drawn,
    dying,
    effect,
    ends,
    move,
    of_incident,
    preview,
    row,
    sweep,
)
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member


def test_everybody_found_is_told_once_or_left_alone_for_a_reason(shop: Shop) -> None:
    plain = [shop.lost_order() for _ in range(2)]
    claims, arrives, paid_back, erased, opted_out = (shop.lost_order() for _ in range(5))
    ref = drawn(shop)
    before = shop.rows("SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM letters)")[0]
    counted, foreseen = row(shop, ref), preview(shop, ref)
    shop.later(minutes=1)
    shop.report(claims, Problem.MISSING_PACKAGE)
    change(shop, "UPDATE shipments SET delivered_at = :now WHERE order_id = :id", now=shop.now(), id=arrives.order_id)
    _pay_back_elsewhere(shop, paid_back)
    gone = "UPDATE customers SET mailbox = 'erased-' || id || '@erased.invalid' WHERE id = :id"
    change(shop, gone, id=erased.customer_id)
    said = "INSERT INTO outreach_opt_outs (customer_id, said_by, said_at) VALUES (:id, 'guest:mail_link', :now)"
    change(shop, said, id=opted_out.customer_id, now=shop.now())

    starter = move(shop, ref, OutreachMove.START)
    # Whoever is drawn and left alone is nobody's first wave: another one is drawn.
    for _ in range(6):
        if row(shop, ref).state == "first_wave":
            sweep(shop, ref)
    first = row(shop, ref)
    with pytest.raises(NotAllowed):
        move_outreach(shop.toolkit, staff_id=starter, ref=ref, seen=first.version, move=OutreachMove.APPROVE)
    wave = ends(shop, ref)
    move(shop, ref, OutreachMove.APPROVE, Role.APPROVER)
    sweep(shop, ref)
    for order in plain:
        tell_first(shop.toolkit, outreach_ref=ref, customer_id=order.customer_id)

    assert (counted.state, counted.found, foreseen.outlooks) == ("ready", 7, {"offer": 7})
    assert tuple(before) == (0, 0)
    assert (first.state, wave["told"], wave.total()) == ("awaiting_second", 1, 7)
    assert row(shop, ref).state == "done"
    reasons = {"claimed": 1, "arrived": 1, "given_back": 1, "erased": 1, "opted_out": 1}
    assert dict(ends(shop, ref)) == {"told": 2, **reasons}
    assert [shop.letters(order) for order in plain] == [["told_first"]] * 2
    assert shop.letters(opted_out) == []
    assert claims_of_ours(shop) == 2


def _pay_back_elsewhere(shop: Shop, order: AnOrder) -> None:
    change(
        shop,
        "INSERT INTO external_refunds (ref, payment_id, provider_ref, amount_minor, currency, state, adopted_at)"
        " SELECT 'XRF-OUTREACH', id, 'pyr_x', amount_minor, currency, 'pending', :now FROM payments"
        " WHERE order_id = :id",
        id=order.order_id,
        now=shop.now(),
    )


def test_the_letter_apologises_first_and_its_offers_are_chosen_like_any_other(shop: Shop) -> None:
    order = shop.lost_order()
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    (claim,) = shop.rows("SELECT ref FROM claims")
    words = shop.last_words(order)

    shop.accept(order, claim.ref, "store_credit")
    shop.work()
    found = effect(shop, ref)

    assert words.startswith("Hello Ana Souza,\n\nWe are sorry. Your parcel should be with you by now.")
    assert words.index("You did not have to tell us") < words.index("* Send it again") < words.index("/claims/CLM-")
    assert f"/no-such-mails/{claim.ref}/{token_for(shop.toolkit.secret_key, claim.ref)}" in words
    assert (found.told, found.chosen) == (1, 1)
    assert [one.minor for one in found.cost] == [shop.balance("remedy_cost")]
    assert "R$" in preview(shop, ref).letters["pt_BR"][1]


def test_two_who_approve_at_once_and_two_outreaches_at_once_are_one_word_and_one_letter(shop: Shop) -> None:
    first = shop.lost_order()
    second = shop.lost_order(customer=first)
    refs = [drawn(shop), of_incident(shop)[1]]
    for ref in refs:
        move(shop, ref, OutreachMove.START)
    tell = [partial(tell_first, shop.toolkit, outreach_ref=ref, customer_id=first.customer_id) for ref in refs]
    at_once(*tell, *tell)
    for ref in refs:
        sweep(shop, ref)
    [one] = (ref for ref in refs if ends(shop, ref)["told"])
    [other] = (ref for ref in refs if ref != one)
    approvers = [a_staff_member(shop.toolkit, role=Role.APPROVER) for _ in range(2)]
    seen, approve = row(shop, one).version, OutreachMove.APPROVE
    came = at_once(
        *(partial(move_outreach, shop.toolkit, staff_id=who, ref=one, seen=seen, move=approve) for who in approvers)
    )

    assert sorted(type(one).__name__ for one in came) == ["MovedOn", "NoneType"]
    told = ends(shop, refs[0]) + ends(shop, refs[1])
    assert (told["told"], told["told_lately"] + told["claimed"]) == (2, 2)
    assert row(shop, other).state == "done"
    assert shop.letters(second) == ["told_first"]
    assert claims_of_ours(shop) == 2


def test_a_worker_that_dies_goes_on_where_it_was_and_a_stop_half_way_leaves_the_rest_alone(shop: Shop) -> None:
    first = shop.lost_order()
    second = shop.lost_order(customer=first)
    others = [shop.lost_order() for _ in range(2)]
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    move(shop, ref, OutreachMove.PAUSE, Role.APPROVER)
    tell_first(shop.toolkit, outreach_ref=ref, customer_id=first.customer_id)
    while_paused = ends(shop, ref)
    move(shop, ref, OutreachMove.GO_ON, Role.APPROVER)

    with pytest.raises(Died):
        tell_first(dying(shop, after=4), outreach_ref=ref, customer_id=first.customer_id)
    half = ends(shop, ref)["told"], claims_of_ours(shop)
    tell_first(shop.toolkit, outreach_ref=ref, customer_id=first.customer_id)
    told = ends(shop, ref)["told"], claims_of_ours(shop)
    move(shop, ref, OutreachMove.STOP, Role.APPROVER)
    for order in others:
        tell_first(shop.toolkit, outreach_ref=ref, customer_id=order.customer_id)
    shop.work()

    assert while_paused == {"waiting": 4}
    assert (half, told) == ((0, 0), (2, 2))
    assert (row(shop, ref).state, dict(ends(shop, ref))) == ("stopped", {"told": 2, "stopped": 2})
    assert shop.letters(first) == ["told_first"]
    words = shop.last_words(first)
    one, other = (words.index(f"Order {order.number}\n") for order in (first, second))
    claims = [words.index(f"/claims/{claim.ref}\n") for claim in shop.rows("SELECT ref FROM claims ORDER BY id")]
    assert words.index("2 of your parcels") < one < claims[0] < other < claims[1]
    count_outreach(shop.toolkit, outreach_ref=ref)
    stale = a_staff_member(shop.toolkit, role=Role.APPROVER)
    with pytest.raises(MovedOn):
        move_outreach(shop.toolkit, staff_id=stale, ref=ref, seen=1, move=OutreachMove.GO_ON)
