"""What keeps an outreach from telling the wrong people, more than were looked at, too late, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine

from portal.domain.authority import Role
from portal.domain.outreach import US, BadOutreach, OutreachMove
from portal.records import orders_at_risk, outreaches
from portal.services.close_incident import close_incident, merge_incident
from portal.services.draw_outreach import propose_outreach
from portal.services.give_outreach import go_on_with_all
from portal.services.outreach_token import token_for
from portal.services.stop_outreach_letters import stop_outreach_letters
from portal.services.tell_first import tell_first
from portal.services.work_on_incident import At
from tests.support.reaching import PLAN, change, drawn, ends, just_before, move, of_incident, preview, row, sweep
from tests.support.shop import Shop

START, STOP, APPROVE = OutreachMove.START, OutreachMove.STOP, OutreachMove.APPROVE


def deeds_of(shop: Shop, subject: str) -> list[tuple[str, str]]:
    return [(one.kind, one.actor) for one in shop.rows("SELECT * FROM deeds WHERE subject = :s ORDER BY id", s=subject)]


def test_an_incident_leaves_alone_whose_day_is_not_over_and_counts_what_its_page_counts(shop: Shop) -> None:
    open_one = {"status": "shipped", "delivered": None}
    late, silent = shop.lost_order(), shop.order(**open_one, promised=None, handed_over=30, ordered=32)
    for wanted in ({"promised": -2, "handed_over": 3}, {"promised": None, "handed_over": 3}, {"promised": 0}):
        shop.order(**open_one, **wanted)
    shop.order(**open_one, promised=-3, handed_over=None)
    shop.order(delivered=3)
    incident, ref = of_incident(shop, problem="late")
    with shop.toolkit.reading() as session:
        about, none = {"vendor": "acme", "problem": "late"}, orders_at_risk.fresh_for("late")
        shown = orders_at_risk.count_at_risk(session, about, now=row(shop, ref).drawn_at, fresh_for=none)
    again = drawn(shop, replace(PLAN, silent_days=None, incident_ref=incident))
    move(shop, ref, START)
    close_incident(shop.toolkit, ref=incident, reason="It is over.", actor=US)
    sweep(shop, ref)
    paused = row(shop, ref).state, ends(shop, ref)["told"], deeds_of(shop, ref)[-1]
    move(shop, ref, OutreachMove.GO_ON, Role.APPROVER)
    sweep(shop, ref)

    assert paused == ("paused", 0, ("outreach_paused", str(US)))
    assert preview(shop, ref).outlooks == {"offer": 2, "too_early": 4}
    assert row(shop, ref).found == shown[0] == 6
    told = shop.rows("SELECT order_id FROM outreach_targets WHERE state = 'told'")
    assert {one.order_id for one in told} in ({late.order_id}, {silent.order_id})
    with pytest.raises(BadOutreach, match="closed"):
        move(shop, again, START)


def test_the_first_wave_is_a_tenth_and_none_of_the_same_is_started_past_a_second_person(shop: Shop) -> None:
    for _ in range(10):
        shop.lost_order()
    ref, another = drawn(shop, replace(PLAN, wave_size=20)), drawn(shop)
    move(shop, ref, START)

    for stopped in (False, True):
        if stopped:
            move(shop, ref, STOP, Role.APPROVER)
        with pytest.raises(BadOutreach, match="unapproved"):
            move(shop, another, START)

    assert shop.rows("SELECT count(*) FROM outreach_targets WHERE wave = 1 AND skip = 'stopped'")[0][0] == 1
    shop.later(days=15)
    move(shop, drawn(shop), START)


def test_a_part_of_an_incident_is_the_same_cause_as_the_whole_and_is_closed_for_its_reason(shop: Shop) -> None:
    shop.lost_order()
    (part, started), (whole, held) = of_incident(shop), of_incident(shop, problem="late")
    move(shop, started, START)
    merge_incident(shop.toolkit, At(part, 1, US), into=whole)
    with pytest.raises(BadOutreach, match="unapproved"):
        move(shop, held, START)
    with shop.toolkit.reading() as session:
        before = outreaches.found(session, started)
    close_incident(shop.toolkit, ref=whole, reason="Their van is mended.", actor=US)
    with shop.toolkit.reading() as session:
        after = outreaches.found(session, started)

    assert before is not None
    assert after is not None
    assert (before.closed, row(shop, started).state) == (None, "paused")
    assert after.closed is not None
    assert (after.closed.ref, after.closed.close_reason) == (whole, "Their van is mended.")


def test_one_about_what_becomes_a_part_as_it_is_started_is_one_beside_the_others_of_the_whole(
    shop: Shop, shop_engine: Engine
) -> None:
    shop.lost_order()
    (part, ref), (whole, started) = of_incident(shop), of_incident(shop, problem="late")
    move(shop, started, START)
    merge = partial(merge_incident, shop.toolkit, At(part, 1, US), into=whole)

    with just_before(shop_engine, "'outreach about '", merge), pytest.raises(BadOutreach, match="unapproved"):
        move(shop, ref, START)

    assert row(shop, ref).state == "ready"


def test_a_first_wave_that_told_nobody_is_drawn_again_and_what_is_done_has_its_actor(shop: Shop) -> None:
    orders = [shop.lost_order() for _ in range(3)]
    ref = drawn(shop)
    came = "UPDATE shipments SET delivered_at = :now WHERE id IN (SELECT shipment_id FROM outreach_targets"
    change(shop, f"{came} WHERE wave = 1)", now=shop.now())
    starter = move(shop, ref, START)
    sweep(shop, ref)
    after_one = row(shop, ref).state, ends(shop, ref)["told"]
    sweep(shop, ref)
    told = row(shop, ref).state, ends(shop, ref)["told"]
    approver = move(shop, ref, APPROVE, Role.APPROVER)
    sweep(shop, ref)
    last = shop.lost_order()
    nobody = drawn(shop)
    change(shop, "UPDATE shipments SET delivered_at = :now WHERE order_id = :id", now=shop.now(), id=last.order_id)
    move(shop, nobody, START)
    sweep(shop, nobody)

    assert (after_one, told) == (("first_wave", 0), ("awaiting_second", 1))
    assert [name for order in orders for name in shop.letters(order)] == ["told_first"] * 2
    assert (row(shop, nobody).state, dict(ends(shop, nobody))) == ("done", {"only_they_know": 1})
    us, done = str(US), deeds_of(shop, ref)
    assert done[1:] == [
        ("outreach_counted", us),
        ("outreach_started", f"staff:{starter}"),
        ("outreach_wave_told", us),
        ("outreach_approved", f"staff:{approver}"),
        ("outreach_done", us),
    ]


def test_what_was_approved_stands_for_a_month_and_what_was_started_longer_ago_is_not_approved(shop: Shop) -> None:
    for _ in range(4):
        shop.lost_order()
    ref, (_, old) = drawn(shop), of_incident(shop)
    move(shop, ref, START)
    sweep(shop, ref)
    shop.later(days=6)
    move(shop, old, START)
    shop.later(days=14)
    move(shop, ref, APPROVE, Role.APPROVER)
    shop.later(days=20)
    sweep(shop, ref)
    change(shop, "UPDATE outreaches SET state = 'awaiting_second' WHERE ref = :ref", ref=old)

    assert dict(ends(shop, ref)) == {"told": 4}
    with pytest.raises(BadOutreach, match="month"):
        move(shop, old, APPROVE, Role.APPROVER)


def test_one_parcel_or_outreach_that_breaks_holds_no_other_up(shop: Shop) -> None:
    kept, given, other = (shop.lost_order() for _ in range(3))
    empty = """INSERT INTO shipments (order_id, shipment_number, vendor, vendor_region, handed_over_at, promised_at)
        SELECT order_id, shipment_number || 'b', vendor, vendor_region, handed_over_at, promised_at FROM shipments
        WHERE order_id = :id"""
    change(shop, empty, id=kept.order_id)
    by_rule, (_, ref) = drawn(shop), of_incident(shop)
    # A feed says by now that it is another customer's.
    moved = "UPDATE orders SET customer_id = :to WHERE id = :id"
    change(shop, moved, to=other.customer_id, id=given.order_id)
    for one in (by_rule, ref):
        move(shop, one, START)
    for order in (kept, given, other):
        tell_first(shop.toolkit, outreach_ref=ref, customer_id=order.customer_id)
    turns = iter([True])

    def now() -> datetime:
        if next(turns, False):
            raise RuntimeError
        return shop.now()

    with pytest.raises(ExceptionGroup, match="could not go on"):
        go_on_with_all(replace(shop.toolkit, now=now))

    assert row(shop, by_rule).found == 3
    assert preview(shop, ref).outlooks == {"offer": 3, "nothing_to_offer": 1}
    assert dict(ends(shop, ref)) == {"told": 2, "nothing_to_offer": 2}
    assert row(shop, ref).state == "awaiting_second"
    shop.work()


def test_the_standing_rule_speaks_while_only_those_kept_back_wait(shop: Shop) -> None:
    for _ in range(2):
        shop.lost_order()
    old = drawn(shop)
    beside = propose_outreach(shop.toolkit)
    shop.later(days=8)
    ref = propose_outreach(shop.toolkit)
    assert ref is not None
    shop.work()
    back = "UPDATE outreach_targets SET state = 'kept_back', drawn_back = true WHERE wave = 2 AND outreach_id = :id"
    change(shop, back, id=row(shop, ref).id)
    move(shop, ref, START)
    sweep(shop, ref)
    waits = propose_outreach(shop.toolkit)
    move(shop, ref, APPROVE, Role.APPROVER)
    nothing_new = propose_outreach(shop.toolkit)
    shop.lost_order()
    new = propose_outreach(shop.toolkit)
    shop.work()

    assert (beside, waits, nothing_new) == (None, None, None)
    assert new is not None
    assert (row(shop, new).found, row(shop, old).state) == (1, "ready")
    assert row(shop, ref).state == "telling"


def test_no_letter_leaves_at_night_nor_to_who_said_no_before_it_left(shop: Shop, shop_engine: Engine) -> None:
    first, second, third = (shop.lost_order() for _ in range(3))
    chose = shop.lost_order(customer=second)
    ref = drawn(shop)
    move(shop, ref, START)
    for order in (first, second):
        tell_first(shop.toolkit, outreach_ref=ref, customer_id=order.customer_id)
    shop.clock[0] = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    shop.work()
    at_night = shop.letters(first), shop.failed_jobs()
    asked = "SELECT ref FROM claims WHERE customer_id = :id ORDER BY id"
    claim, chosen = shop.rows(asked, id=second.customer_id)
    shop.accept(chose, chosen.ref, "store_credit")
    token = token_for(shop.toolkit.secret_key, claim.ref)
    for wanted in (False, False, True, False):
        stop_outreach_letters(shop.toolkit, claim_ref=claim.ref, token=token, wanted=wanted)
    waits = shop.rows("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'")[0][0]
    shop.clock[0] += timedelta(hours=10)
    change(shop, "UPDATE jobs.procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    allow = partial(stop_outreach_letters, shop.toolkit, claim_ref=claim.ref, token=token, wanted=True)
    with just_before(shop_engine, "UPDATE outreach_targets AS t", allow):
        shop.work()

    assert at_night == ([], [])
    assert waits == 3
    assert [shop.letters(order) for order in (first, third)] == [["told_first"], []]
    assert "told_first" not in shop.letters(second)
    # They read of one of the two where they chose, and of the other nowhere.
    assert dict(ends(shop, ref)) == {"told": 2, "opted_out": 1, "waiting": 1}
    said = [kind for kind, actor in deeds_of(shop, f"customer {second.customer_id}") if actor == "guest:mail_link"]
    # That they allowed such letters once more, after theirs was kept, makes nobody told by it.
    assert said == ["outreach_refused", "outreach_wanted", "outreach_refused", "outreach_wanted"]
