"""Second failures: a no reopens a claim with a named person, who may give what was paid once more, and not more."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import NotLeft
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.gateways.photo_folder import PhotoFolder
from portal.services.add_photos import Photo, add_photos
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.decide_escalation import Refusal
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from portal.services.publish_policy import publish_policy
from tests.support.follow_ups import approve, asked, asked_about_goods, deliver, hire, say, sweep
from tests.support.holding_policies import written
from tests.support.shop import AnOrder, Shop

# What a photo shows is a second failure, and before it is there everything is on offer.
_SEEN = """[[rules]]
key = "seen"
describe = "The photo shows that it failed again."
when.evidence = true
then.person = { reason = "second_failure", within_hours = 8 }

[[rules]]"""
_WANTED = 'then.class = "entitled"\nthen.evidence = "see_the_damage"'


@pytest.mark.proves("F18")
def test_a_no_reopens_the_claim_under_its_name_with_a_named_person_and_a_moment(shop: Shop) -> None:
    bia = hire(shop)
    order, ref = asked(shop)

    say(shop, ref, "no", "The money is not there.")
    shop.work()

    claim = shop.claim(ref)
    assert claim.assignee_id == bia
    assert "Bia has taken it over" in shop.last_words(order)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "second_failure")
    assert claim.lines[0].evidence_wanted is None
    assert claim.reopened_at == shop.now()
    assert shop.answers_by(ref) == shop.now() + timedelta(hours=8)
    assert shop.letters(order)[-1] == "reopened"


@pytest.mark.proves("M8", "M9")
def test_goods_that_were_not_right_are_followed_by_money_that_was_paid_and_not_more(shop: Shop) -> None:
    order, ref = asked_about_goods(shop)

    say(shop, ref, "no")
    approve(shop, ref, RemedyKind.REFUND)
    shop.accept(order, ref, "refund")
    shop.work()
    sweep(shop)
    shop.later(days=14)
    sweep(shop)
    say(shop, ref, "yes", key="another page")

    assert shop.claim(ref).state == "restored"
    assert shop.letters(order).count("follow_up") == 2
    assert [row.kind for row in shop.rows("SELECT kind FROM remedies ORDER BY id")] == ["replacement", "refund"]
    (paid,) = shop.rows("SELECT sum(amount_minor) AS minor FROM payments")[0]
    assert shop.refunds()[0].amount_minor == paid


def test_goods_that_were_not_right_can_be_sent_once_more(shop: Shop) -> None:
    order, ref = asked_about_goods(shop)

    say(shop, ref, "no")
    approve(shop, ref, RemedyKind.REPLACEMENT)
    shop.accept(order, ref, "replacement")
    shop.work()
    deliver(shop)

    assert shop.claim(ref).state == "made_whole"
    assert shop.rows("SELECT count(*) FROM replacements WHERE not_right_at IS NULL")[0][0] == 1


@pytest.mark.proves("M9", "M17")
def test_goods_that_are_not_left_any_more_beside_the_money_go_to_a_person_and_the_button_does_too(shop: Shop) -> None:
    source = written((), "100.00", "entitled").replace("goods = 100, shipping = 100", "goods = 40")
    publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite="A small one, for a test.")
    hire(shop)
    order, ref = asked(shop)
    say(shop, ref, "no")
    approve(shop, ref, RemedyKind.REPLACEMENT)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE payments SET amount_minor = amount_minor - 501")

    with pytest.raises(NotLeft):
        shop.accept(order, ref, "replacement")
    shop.work()

    claim = shop.claim(ref)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "offer_changed")
    assert [offer.kind for offer in claim.lines[0].offers if offer.state == "live"] == []
    assert shop.answers_by(ref) > shop.now()
    assert "What we had offered you has changed since" in shop.last_words(order)
    assert shop.rows("SELECT * FROM replacements") == []


def test_where_all_went_back_goodwill_alone_can_follow(shop: Shop) -> None:
    hire(shop)
    order, ref = asked(shop)

    say(shop, ref, "no")
    approve(shop, ref, RemedyKind.STORE_CREDIT, bonus=500)
    shop.accept(order, ref, "store_credit")
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("store_credit_liability") == -500


def test_the_next_report_on_the_same_line_meets_no_limit_and_goes_by_name_to_the_same_person(shop: Shop) -> None:
    order, ref = asked(shop, lines=(("thing", "50.00", 2),))
    bia = hire(shop)
    say(shop, ref, "no")
    _less_to_do = hire(shop)

    again = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()

    claim = shop.claim(again)
    facts = claim.lines[0].facts
    assert (facts["second_failure"], len(facts["failed_follow_ups_days"])) == (True, 1)
    assert claim.lines[0].reason == "second_failure"
    assert (claim.assignee_id, claim.reopened_at) == (bia, shop.now())
    assert "It is with Bia, who will answer by" in shop.last_words(order)
    given = "SELECT actor, detail FROM claim_events WHERE claim_id = :id AND action = 'assigned'"
    assert shop.rows(given, id=claim.id) == [("system:follow_up", {"assignee": "Bia"})]


def refused(shop: Shop) -> tuple[AnOrder, str]:
    """Reopen a claim by a no, and decline it."""
    bia = hire(shop)
    order, ref = asked(shop)
    say(shop, ref, "no")
    page = Page(ref, shop.claim(ref).version, "a page")
    act = Refusal(page, (1,), DeclineReason.ALREADY_REFUNDED, Alternative.TALK_TO_A_PERSON, "It is there.")
    digest = preview_letter(shop.toolkit, staff_id=bia, act=act).digest
    send_answer(shop.toolkit, staff_id=bia, act=act, digest=digest)
    return order, ref


def test_an_honest_no_to_a_reopened_line_leaves_what_was_given(shop: Shop) -> None:
    _, ref = refused(shop)

    assert shop.claim(ref).state == "declined"
    assert shop.rows("SELECT bool_and(live) FROM claim_units")[0][0]


def test_a_yes_leaves_what_the_customer_asked_to_see_again_with_its_person(shop: Shop) -> None:
    order, ref = refused(shop)
    asking = Asking(ref, "again", "Please look once more.")
    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=asking)

    say(shop, ref, "yes", key="another page")

    claim = shop.claim(ref)
    assert (claim.state, claim.answer_by is not None) == ("escalated", True)
    assert shop.rows("SELECT count(*) FROM claim_events WHERE action = 'says_right_after_all'")[0][0] == 1


def test_what_a_photo_shows_to_have_failed_again_goes_to_a_named_person(shop: Shop, tmp_path: Path) -> None:
    offers = written((), "1.00", "entitled")
    source = offers.replace("[[rules]]", _SEEN).replace('then.class = "entitled"', _WANTED)
    publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite="A small one, for a test.")
    bia, order = hire(shop), shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    before = shop.claim(ref)
    picture = Photo(b"clean", "image/jpeg", 3, 4, hashlib.sha256(b"clean").digest())

    add_photos(shop.toolkit, PhotoFolder(tmp_path), customer_id=order.customer_id, claim_ref=ref, photos=[picture])

    claim = shop.claim(ref)
    assert (before.state, before.assignee_id) == ("offered", None)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "second_failure")
    assert (claim.assignee_id, claim.reopened_at) == (bia, shop.now())
