"""Did we make it right? Asked once it has arrived, answered by one tap, and never counted without a yes."""

from datetime import timedelta
from typing import Any

from portal.domain.follow_up import Answer
from portal.services.answer_follow_up import Said, answer_by_link
from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.follow_up_token import token_for
from tests.support.shop import AnOrder, Shop


def sweep(shop: Shop) -> None:
    """Ask whoever is to be asked now, and let the mails leave."""
    for customer_id in customers_to_ask(shop.toolkit):
        ask_customer_if_right(shop.toolkit, customer_id=customer_id)
    shop.work()


def carried_out(shop: Shop, kind: str = "refund", **wanted: Any) -> tuple[AnOrder, str]:
    """Make a claim of which everything was done a moment ago."""
    order, ref = shop.promised(kind, **wanted)
    shop.work()
    sweep(shop)
    return order, ref


def asked(shop: Shop, **wanted: Any) -> tuple[AnOrder, str]:
    """Make a claim whose customer was asked just now."""
    order, ref = carried_out(shop, **wanted)
    shop.later(days=14)
    sweep(shop)
    return order, ref


def say(shop: Shop, ref: str, answer: str, words: str = "", key: str = "a page") -> None:
    """Answer by the link of the mail."""
    token = token_for(shop.toolkit.secret_key, ref)
    answer_by_link(shop.toolkit, claim_ref=ref, token=token, said=Said(Answer(answer), words, key))


def events(shop: Shop, ref: str) -> list[tuple[str, str]]:
    """List what was answered and by whom."""
    told = ["restored", "not_restored", "closed_not_known", "follow_up_asked", "follow_up_reminded"]
    rows = shop.rows(
        "SELECT e.action, e.actor FROM claim_events e JOIN claims c ON c.id = e.claim_id WHERE c.ref = :ref"
        " AND e.action = ANY (:told) ORDER BY e.id",
        ref=ref,
        told=told,
    )
    return [(row.action, row.actor) for row in rows]


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
    assert events(shop, ref)[-1] == ("restored", "guest:follow_up")
    assert shop.letters(order).count("follow_up") == 1
    bodies = shop.rows("SELECT body FROM claim_messages")
    assert [row.body for row in bodies] == ["Thank you."]


def test_a_no_reopens_the_claim_under_its_name_with_a_named_person_and_a_moment(shop: Shop) -> None:
    order, ref = asked(shop)

    say(shop, ref, "no", "The money is not there.")
    shop.work()

    claim = shop.claim(ref)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "second_failure")
    assert claim.lines[0].evidence_wanted is None
    assert claim.reopened_at == shop.now()
    assert shop.answers_by(ref) == shop.now() + timedelta(hours=8)
    assert shop.letters(order)[-1] == "reopened"
