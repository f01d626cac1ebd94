"""What becomes of a claim of ours: left in peace while nobody says anything, and a person's word once somebody does."""

from pathlib import Path

from portal.domain.actors import Actor
from portal.domain.outreach import OutreachMove
from portal.domain.problems import Problem
from portal.gateways.photo_folder import PhotoFolder
from portal.services.count_journey import count_journey
from portal.services.erase_customer import erase_customer
from portal.services.look_again import look_again
from portal.services.tell_first import tell_first
from tests.support.reaching import drawn, ends, move, sweep
from tests.support.shop import Shop

TWO = (("Blue kettle", "50.00", 1), ("Red pan", "30.00", 1))


def test_whoever_chose_for_one_line_is_told_what_becomes_of_the_other(shop: Shop) -> None:
    order = shop.lost_order(lines=TWO)
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    (claim,) = shop.rows("SELECT ref, id FROM claims")
    chosen = next(one for one in shop.claim(claim.ref).lines[0].offers if one.kind == "store_credit")
    shop.accept_refs(order, claim.ref, (chosen.ref,), shop.claim(claim.ref).version)
    shop.work()

    shop.clock[0] = shop.looks_again_at(claim.ref)
    look_again(shop.toolkit, claim_ref=claim.ref)
    shop.work()

    assert shop.letters(order)[-1] == "apology_with_offers"


def test_one_letter_is_the_apology_for_each_parcel_that_it_names(shop: Shop) -> None:
    first = shop.lost_order()
    second = shop.lost_order(customer=first)
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    _, claim = shop.rows("SELECT ref FROM claims ORDER BY id")
    shop.later(days=1)
    shop.accept(second, claim.ref, "store_credit")
    shop.work()
    count_journey(shop.toolkit)

    latest = "SELECT DISTINCT problems, apology_p90 FROM journey_counts WHERE stage = '*' AND span = 'year'"
    assert (2, 0.0) in [tuple(one) for one in shop.rows(f"{latest} AND currency = '*'")]
    assert shop.letters(first) == ["told_first", "credit_issued"]
    assert "We are sorry" not in shop.last_words(first)


def test_what_policy_wants_a_person_to_look_at_by_then_is_not_closed(shop: Shop) -> None:
    order = shop.lost_order()
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    sweep(shop, ref)
    (claim,) = shop.rows("SELECT ref FROM claims")
    for _ in range(4):
        shop.report(shop.lost_order(customer=order), Problem.MISSING_PACKAGE)

    shop.clock[0] = shop.looks_again_at(claim.ref)
    look_again(shop.toolkit, claim_ref=claim.ref)
    shop.work()

    [line] = shop.claim(claim.ref).lines
    assert (line.state, line.reason) == ("escalated", "repeated_reports")
    assert shop.answers_by(claim.ref) > shop.now()
    assert shop.rows("SELECT count(*) FROM letters WHERE context ->> 'claim' = :ref", ref=claim.ref)[0][0] == 1


def test_what_nobody_answered_is_taken_back_and_does_not_keep_a_customer_from_being_erased(
    shop: Shop, tmp_path: Path
) -> None:
    order = shop.lost_order()
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    tell_first(shop.toolkit, outreach_ref=ref, customer_id=order.customer_id)

    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox, actor=Actor.system("tests"))
    shop.work()

    (claim,) = shop.rows("SELECT id, state FROM claims")
    asked = "SELECT action, actor FROM claim_events WHERE claim_id = :id AND to_state = 'withdrawn'"
    assert claim.state == "withdrawn"
    assert [tuple(one) for one in shop.rows(asked, id=claim.id)] == [("withdrawn", "system:tests")]
    assert [one.state for one in shop.rows("SELECT state FROM letters")] == ["overtaken"]
    assert dict(ends(shop, ref)) == {"erased": 1}
