"""Whom an outreach reaches and when: never at night, some later on purpose, and nobody who said no."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.domain.authority import Role
from portal.domain.outreach import US, BadOutreach, OutreachMove
from portal.domain.problems import Problem
from portal.services.declare_incident import declare_incident
from portal.services.draw_outreach import propose_outreach
from portal.services.look_again import due_claims, look_again
from portal.services.outreach_token import token_for
from portal.services.stop_outreach_letters import stop_outreach_letters
from tests.support.reaching import PLAN, change, claims_of_ours, drawn, effect, ends, move, preview, row, sweep
from tests.support.shop import Shop


def test_at_night_they_wait_for_their_morning(shop: Shop) -> None:
    order = shop.lost_order()
    ref = drawn(shop)
    shop.clock[0] = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    waits = shop.rows("SELECT state, due_at FROM outreach_targets")[0]

    shop.clock[0] = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    sweep(shop, ref)

    assert tuple(waits) == ("waiting", datetime(2026, 11, 21, 11, 0, tzinfo=UTC))
    assert shop.letters(order) == ["told_first"]


def test_those_kept_back_are_told_later_and_counted_where_the_lot_put_them(shop: Shop) -> None:
    orders = [shop.lost_order() for _ in range(16)]
    ref = drawn(shop, replace(PLAN, kept_back_share=50, wave_size=20))
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    move(shop, ref, OutreachMove.APPROVE, Role.APPROVER)
    kept = {one[0] for one in shop.rows("SELECT customer_id FROM outreach_targets WHERE drawn_back")}
    complains = next(order for order in orders if order.customer_id in kept)
    shop.later(days=1)
    shop.report(complains, Problem.MISSING_PACKAGE)
    shop.later(days=14)
    sweep(shop, ref)
    found = effect(shop, ref)

    assert 0 < len(kept) < 16
    assert (found.kept_back.parcels, found.kept_back.complained) == (len(kept), 1)
    assert (found.reached.parcels, found.reached.complained) == (16 - len(kept), 0)
    assert dict(ends(shop, ref)) == {"told": 15, "claimed": 1}
    assert row(shop, ref).state == "done"


def test_the_standing_rule_proposes_and_tells_nobody_and_zero_at_risk_cannot_be_started(shop: Shop) -> None:
    not_yet: dict[str, Any] = {"status": "processing", "delivered": None, "handed_over": None}
    shop.order(**not_yet, promised=-3, ordered=12)
    shop.order(**not_yet, promised=None, ordered=40)
    shop.order(**not_yet | {"handed_over": 5}, promised=None, ordered=12)
    nothing = propose_outreach(shop.toolkit)
    shop.lost_order()
    shop.order(**not_yet, promised=2, ordered=12)
    shop.order(**not_yet | {"handed_over": 30}, promised=None, ordered=40)
    unusual = propose_outreach(replace(shop.toolkit, silent_days=60))
    proposed = propose_outreach(shop.toolkit)
    shop.work()
    shop.later(days=1)
    again = propose_outreach(shop.toolkit)
    shop.work()
    incident = declare_incident(shop.toolkit, words="Nobody's", about={"vendor": "nobody"}, actor=US)
    empty = drawn(shop, replace(PLAN, silent_days=None, incident_ref=incident))

    assert (nothing, unusual) == (None, None)
    assert proposed is not None
    assert again is not None
    assert (row(shop, proposed).state, row(shop, again).state) == ("stopped", "ready")
    assert preview(shop, again).outlooks == {"offer": 3}
    assert claims_of_ours(shop) == 0
    for ref, days in ((empty, 0), (again, 8)):
        shop.later(days=days)
        with pytest.raises(BadOutreach):
            move(shop, ref, OutreachMove.START)


def test_an_incident_reaches_what_has_not_come_and_leaves_to_customers_what_only_they_see(shop: Shop) -> None:
    waiting = shop.lost_order(promised=1, handed_over=8)
    here = shop.order(delivered=3, promised=2, handed_over=8)
    incident = declare_incident(shop.toolkit, words="Their van", about={"vendor": "acme"}, actor=US)
    ref = drawn(shop, replace(PLAN, silent_days=None, incident_ref=incident))
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    move(shop, ref, OutreachMove.APPROVE, Role.APPROVER)
    sweep(shop, ref)

    assert preview(shop, ref).outlooks == {"offer": 1, "only_they_know": 1}
    assert dict(ends(shop, ref)) == {"told": 1, "only_they_know": 1}
    assert (shop.letters(waiting), shop.letters(here)) == (["told_first"], [])


def test_a_link_stops_such_letters_and_no_others(shop: Shop) -> None:
    order = shop.lost_order()
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    (claim,) = shop.rows("SELECT ref FROM claims")
    token = token_for(shop.toolkit.secret_key, claim.ref)
    for _ in range(2):
        stop_outreach_letters(shop.toolkit, claim_ref=claim.ref, token=token, wanted=False)
    shop.later(days=20)
    late = shop.lost_order(customer=order)
    again = drawn(shop)
    shop.accept(order, claim.ref, "store_credit")
    shop.work()

    assert preview(shop, again).outlooks == {"opted_out": 1}
    assert shop.letters(late) == ["told_first", "credit_issued"]


def test_whoever_says_nothing_is_written_to_once_and_what_came_since_waits_for_nobody(shop: Shop) -> None:
    silent, came = shop.lost_order(), shop.lost_order()
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    move(shop, ref, OutreachMove.APPROVE, Role.APPROVER)
    sweep(shop, ref)
    change(shop, "UPDATE shipments SET delivered_at = :now WHERE order_id = :id", now=shop.now(), id=came.order_id)

    shop.later(days=31)
    for claim in due_claims(shop.toolkit):
        look_again(shop.toolkit, claim_ref=claim)
    shop.work()

    states = {one.order_id: one.state for one in shop.rows("SELECT order_id, state FROM claims")}
    assert states[silent.order_id] == "offered"
    assert states[came.order_id] == "offered"
    assert [shop.letters(order) for order in (silent, came)] == [["told_first"]] * 2
    assert shop.rows("SELECT count(*) FROM claims WHERE answer_by IS NOT NULL")[0][0] == 0
