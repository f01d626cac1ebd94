"""Did we make it right? Asked once it has arrived, answered by one tap, and never counted without a yes."""

from functools import partial
from pathlib import Path

import pytest

from portal.domain.errors import MovedOn, NotFound
from portal.domain.follow_up import Answer
from portal.domain.problems import Problem
from portal.gateways.photo_folder import PhotoFolder
from portal.services.answer_follow_up import AnswerTooLate, Said, answer_by_link, answer_on_page
from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.erase_customer import erase_customer
from portal.services.follow_up_token import token_for
from portal.services.withdraw_claim import withdraw_claim
from tests.support.at_once import at_once
from tests.support.follow_ups import asked, carried_out, deliver, events, say, sweep
from tests.support.shop import Shop


def test_money_back_is_asked_about_when_the_bank_has_had_its_days_and_not_before(shop: Shop) -> None:
    order, ref = carried_out(shop)
    shop.later(days=13, hours=23)
    sweep(shop)
    before = shop.letters(order).count("follow_up")

    shop.later(hours=1)
    sweep(shop)
    sweep(shop)

    assert (before, shop.letters(order).count("follow_up")) == (0, 1)
    assert f"/made-right/{ref}/" in shop.last_words(order)
    assert shop.claim(ref).state == "made_whole"


def test_a_yes_by_the_link_restores_the_claim_and_the_same_again_changes_nothing(shop: Shop) -> None:
    order, ref = asked(shop)

    say(shop, ref, "yes", "Thank you.")
    version = shop.claim(ref).version
    say(shop, ref, "yes", "Thank you.")
    shop.later(days=30)
    sweep(shop)

    assert (shop.claim(ref).state, shop.claim(ref).version) == ("restored", version)
    assert events(shop, ref)[-1] == ("restored", "guest:mail_link")
    assert shop.letters(order).count("follow_up") == 1
    bodies = shop.rows("SELECT body FROM claim_messages")
    assert [row.body for row in bodies] == ["Thank you."]


@pytest.mark.proves("F17", "F18")
def test_nobody_who_does_not_answer_is_asked_more_than_twice_or_counted_as_restored(shop: Shop) -> None:
    order, ref = asked(shop)
    for _ in range(20):
        shop.later(days=3)
        sweep(shop)

    assert shop.claim(ref).state == "closed_not_known"
    assert shop.letters(order).count("follow_up") == 2
    assert [action for action, _ in events(shop, ref)] == ["follow_up_asked", "follow_up_reminded", "closed_not_known"]

    say(shop, ref, "yes")
    assert shop.claim(ref).state == "restored"


@pytest.mark.proves("F17")
def test_several_claims_of_one_customer_come_in_one_mail_and_no_other_within_a_week(shop: Shop) -> None:
    order, first = carried_out(shop)
    shop.later(days=1)
    _, second = carried_out(shop, customer=order)
    shop.later(days=3)
    _, third = carried_out(shop, customer=order)
    shop.later(days=11)
    sweep(shop)

    mails = shop.rows("SELECT body FROM letters WHERE template = 'follow_up'")
    assert len(mails) == 1
    assert (first in mails[0].body, second in mails[0].body, third in mails[0].body) == (True, True, False)

    shop.later(days=6, hours=23)
    sweep(shop)
    assert shop.letters(order).count("follow_up") == 1
    shop.later(hours=1)
    sweep(shop)
    assert shop.letters(order).count("follow_up") == 2
    assert third in shop.last_words(order)


def test_what_arrived_long_ago_is_closed_and_asked_of_nobody(shop: Shop) -> None:
    order, ref = shop.promised("refund")
    shop.work()
    shop.later(days=80)
    sweep(shop)
    sweep(shop)

    assert (shop.claim(ref).state, "follow_up" in shop.letters(order)) == ("closed_not_known", False)


def test_a_parcel_of_which_no_scan_ever_tells_is_asked_about_all_the_same(shop: Shop) -> None:
    order, _ = shop.promised("replacement")
    shop.work()
    deliver(shop, "shipped")
    sweep(shop)
    shop.later(days=29)
    sweep(shop)
    before = shop.letters(order).count("follow_up")
    shop.later(days=1)
    sweep(shop)

    assert (before, shop.letters(order).count("follow_up")) == (0, 1)


def test_an_answer_of_years_later_for_a_withdrawn_claim_or_one_never_asked_about_changes_nothing(shop: Shop) -> None:
    withdrawn = shop.lost_order()
    never = shop.report(withdrawn, Problem.MISSING_PACKAGE)
    withdraw_claim(shop.toolkit, customer_id=withdrawn.customer_id, claim_ref=never)
    _, ref = asked(shop)
    shop.later(days=181)

    with pytest.raises(MovedOn):
        say(shop, never, "yes")
    with pytest.raises(AnswerTooLate):
        say(shop, ref, "no")

    assert (shop.claim(never).state, shop.claim(ref).state) == ("withdrawn", "made_whole")


def test_a_mind_changes_within_a_month_and_the_history_keeps_both(shop: Shop) -> None:
    order, ref = asked(shop)
    say(shop, ref, "yes")
    shop.later(days=29)
    answer_on_page(
        shop.toolkit, customer_id=order.customer_id, claim_ref=ref, said=Said(Answer.NO, "", "the claim page")
    )
    shop.later(days=31)

    with pytest.raises(MovedOn):
        say(shop, ref, "yes")

    answers = [(action, actor.partition(":")[0]) for action, actor in events(shop, ref)[1:]]
    assert answers == [("restored", "guest"), ("not_restored", "claimant")]


@pytest.mark.proves("input 27")
def test_another_persons_link_proves_nothing(shop: Shop) -> None:
    _, ref = asked(shop)
    _, other = asked(shop)

    with pytest.raises(NotFound):
        answer_by_link(
            shop.toolkit,
            claim_ref=ref,
            token=token_for(shop.toolkit.secret_key, other),
            said=Said(Answer.YES, "", "a page"),
        )


def test_many_workers_at_once_ask_once_and_two_tabs_end_in_one_answer_of_which_the_history_keeps_all(
    shop: Shop,
) -> None:
    order, ref = carried_out(shop)
    shop.later(days=14)
    (customer_id,) = customers_to_ask(shop.toolkit)

    at_once(*[partial(ask_customer_if_right, shop.toolkit, customer_id=customer_id)] * 4)
    shop.work()
    at_once(partial(say, shop, ref, "yes"), partial(say, shop, ref, "no"), partial(say, shop, ref, "yes"))

    assert shop.letters(order).count("follow_up") == 1
    kept = [action for action, _ in events(shop, ref)[1:]]
    assert shop.claim(ref).state == {"restored": "restored", "not_restored": "escalated"}[kept[-1]]
    assert set(kept) == {"restored", "not_restored"}


@pytest.mark.proves("P10")
def test_nobody_is_asked_after_erasure_and_the_link_is_of_nobody(shop: Shop, tmp_path: Path) -> None:
    order, ref = asked(shop)
    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)

    with pytest.raises(NotFound):
        say(shop, ref, "no")
    shop.later(days=30)
    assert customers_to_ask(shop.toolkit) == []
    assert shop.claim(ref).state == "made_whole"
