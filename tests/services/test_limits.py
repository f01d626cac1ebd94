"""Limits hold back what policy would give by itself, and the customer reads nothing but that a person answers."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.holding import Held, HeldKind
from portal.domain.limits import Standing, Subject
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.services.judge_again import judge_again
from portal.services.judge_standing import held_in
from portal.services.look_again import look_again
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.withdraw_claim import withdraw_claim
from tests.support.at_once import at_once
from tests.support.holding_policies import a_limit, publish
from tests.support.shop import AnOrder, Shop
from tests.support.unseen import said_of_limits

ONE = (("Blue kettle", "50.00", 1),)


def lost(shop: Shop, **wanted: Any) -> AnOrder:
    return shop.lost_order(lines=ONE, **wanted)


def claimed(shop: Shop, order: AnOrder, device: str | None = None) -> str:
    lines = (ReportedLine(1, 1, Problem.MISSING_PACKAGE),)
    reported = Report(order.number, new_ref("key", 12), lines, "", "en", device=device)
    return report_problem(shop.toolkit, customer_id=order.customer_id, reported=reported)


def given(shop: Shop, device: str | None = None, **wanted: Any) -> AnOrder:
    """Let somebody take their money back."""
    order = lost(shop, **wanted)
    shop.accept(order, claimed(shop, order, device), "refund")
    return order


def of_mailbox(shop: Shop, mailbox: str) -> AnOrder:
    """Make a lost order of somebody at a mailbox."""
    order = lost(shop)
    with shop.toolkit.transaction() as session:
        asked = text("UPDATE customers SET mailbox = :mailbox WHERE id = :id")
        session.execute(asked, {"mailbox": mailbox, "id": order.customer_id})
    return order


def state(shop: Shop, ref: str) -> tuple[str, str | None]:
    line = shop.claim(ref).lines[0]
    return line.state, line.reason


def held(shop: Shop, ref: str) -> list[Held]:
    return [one for line in shop.claim(ref).lines for one in held_in(line.standing)]


OFFERED, WITH_A_PERSON = ("offered", None), ("escalated", "person_decides")


def test_the_next_claim_of_a_customer_over_the_limit_goes_to_a_person_with_the_apology_and_a_deadline(
    shop: Shop,
) -> None:
    publish(shop, a_limit("customer", remedies=1))
    first = given(shop)

    ref = claimed(shop, lost(shop, customer=first))

    claim = shop.claim(ref)
    assert state(shop, ref) == WITH_A_PERSON
    assert claim.answer_by == shop.toolkit.now() + timedelta(hours=8)
    assert claim.apology["paragraphs"]
    assert held(shop, ref) == [Held(HeldKind.TOO_MANY, subject=Subject.CUSTOMER, found=1, most=1, days=30)]


def test_a_tag_and_the_dots_of_one_service_are_the_same_mailbox_and_other_people_are_not(shop: Shop) -> None:
    publish(shop, a_limit("mailbox", remedies=1))
    first = of_mailbox(shop, "ana.souza@gmail.com")
    shop.accept(first, claimed(shop, first), "refund")

    same = claimed(shop, of_mailbox(shop, "anasouza+shop@googlemail.com"))
    other = claimed(shop, of_mailbox(shop, "ana.souza@example.com"))

    assert state(shop, same) == WITH_A_PERSON
    assert state(shop, other) == OFFERED


def test_one_browser_counts_for_everybody_who_reports_from_it_and_none_is_known_of_staff(shop: Shop) -> None:
    publish(shop, a_limit("device", remedies=1))
    given(shop, device="a-browser")

    same = claimed(shop, lost(shop), device="a-browser")
    other = claimed(shop, lost(shop), device="another")
    unknown = claimed(shop, lost(shop))

    assert [state(shop, ref) for ref in (same, other, unknown)] == [WITH_A_PERSON, OFFERED, OFFERED]
    known = Standing.from_document(shop.claim(unknown).lines[0].standing).known
    assert Subject.MAILBOX in known
    assert Subject.DEVICE not in known


def test_one_address_is_the_same_however_it_is_written_and_a_town_alone_is_none(shop: Shop) -> None:
    publish(shop, a_limit("address", remedies=1))
    given(shop, street="Rua São João, 12")

    same = claimed(shop, lost(shop, street="RUA SAO JOAO 12"))
    other = claimed(shop, lost(shop, street="Rua São João, 13"))
    given(shop, street="")
    nowhere = claimed(shop, lost(shop, street=""))

    assert [state(shop, ref) for ref in (same, other, nowhere)] == [WITH_A_PERSON, OFFERED, OFFERED]


def test_a_card_counts_by_the_providers_name_for_it_and_not_by_its_last_digits(shop: Shop) -> None:
    publish(shop, a_limit("card", remedies=1))
    given(shop)
    unknown = claimed(shop, lost(shop))
    first, second = lost(shop), lost(shop)
    with shop.toolkit.transaction() as session:
        asked = text("UPDATE payments SET card_fingerprint = 'Xt5EWLLDS7FJjR1c' WHERE order_id = ANY(:ids)")
        session.execute(asked, {"ids": [first.order_id, second.order_id]})
    shop.accept(first, claimed(shop, first), "refund")

    same = claimed(shop, second)

    assert [state(shop, ref) for ref in (unknown, same)] == [OFFERED, WITH_A_PERSON]


def test_value_counts_with_what_the_claim_is_worth(shop: Shop) -> None:
    publish(shop, a_limit("customer", value=True), amount="105.00")
    first = given(shop)

    over = claimed(shop, lost(shop, customer=first))

    assert held(shop, over) == [
        Held(HeldKind.TOO_MUCH, subject=Subject.CUSTOMER, found=11_000, most=10_500, days=30, currency="BRL")
    ]


def test_a_window_ends_and_what_was_withdrawn_or_never_taken_does_not_count(shop: Shop) -> None:
    publish(shop, a_limit("customer", remedies=1))
    first = lost(shop)
    withdraw_claim(shop.toolkit, customer_id=first.customer_id, claim_ref=claimed(shop, first))
    never_taken = claimed(shop, lost(shop, customer=first))
    given(shop, customer=first)
    within = claimed(shop, lost(shop, customer=first))

    shop.later(days=31)
    after = claimed(shop, lost(shop, customer=first))

    assert [state(shop, ref) for ref in (never_taken, within, after)] == [OFFERED, WITH_A_PERSON, OFFERED]


def test_the_other_lines_of_one_claim_do_not_count_against_it(shop: Shop) -> None:
    publish(shop, a_limit("customer", remedies=1))
    order = shop.lost_order(lines=(("Blue kettle", "50.00", 1), ("Red kettle", "50.00", 1)))

    ref = shop.report(order, Problem.MISSING_PACKAGE, 1, 2)
    shop.accept(order, ref, "refund")

    assert [line.state for line in shop.claim(ref).lines] == ["accepted", "accepted"]


@pytest.mark.proves("F12")
def test_of_claims_that_are_chosen_at_once_as_many_are_promised_as_the_limit_names(shop: Shop) -> None:
    publish(shop, a_limit("mailbox", remedies=2))
    first = lost(shop)
    orders = [first, *(lost(shop, customer=first) for _ in range(5))]
    refs = [claimed(shop, order) for order in orders]

    came = at_once(
        *(
            lambda order=order, ref=ref: shop.accept(order, ref, "refund")
            for order, ref in zip(orders, refs, strict=True)
        )
    )

    states = sorted(state(shop, ref) for ref in refs)
    assert came == [None] * 6
    assert states == [("accepted", None)] * 2 + [WITH_A_PERSON] * 4
    assert all(held(shop, ref) for ref in refs if state(shop, ref) == WITH_A_PERSON)
    assert shop.rows("SELECT count(*) FROM remedies") == [(2,)]


def test_what_goes_to_a_person_when_it_is_chosen_is_told_by_mail_and_its_verdict_stays(shop: Shop) -> None:
    publish(shop, a_limit("customer", remedies=1))
    first = lost(shop)
    ref = claimed(shop, first)
    given(shop, customer=first)

    shop.accept(first, ref, "refund")
    shop.work()

    claim = shop.claim(ref)
    assert state(shop, ref) == WITH_A_PERSON
    assert (claim.lines[0].verdict["outcome"], claim.answer_by) == ("offer", shop.toolkit.now() + timedelta(hours=24))
    assert "escalated" in shop.letters(first)
    with shop.toolkit.reading() as session:
        assert judge_again(session).broken == 0


def test_an_offer_that_ran_out_is_judged_again_with_what_was_given_meanwhile(shop: Shop) -> None:
    publish(shop, a_limit("customer", days=60, remedies=1))
    first = lost(shop)
    ref = claimed(shop, first)
    given(shop, customer=first)

    shop.later(days=31)
    look_again(shop.toolkit, claim_ref=ref)

    assert state(shop, ref) == WITH_A_PERSON
    with shop.toolkit.reading() as session:
        assert judge_again(session).broken == 0


@pytest.mark.proves("F13")
def test_a_standing_that_does_not_give_the_kept_outcome_is_told(shop: Shop) -> None:
    publish(shop, a_limit("customer", remedies=1))
    first = given(shop)
    ref = claimed(shop, lost(shop, customer=first))
    with shop.toolkit.reading() as session:
        before = judge_again(session)
        session.execute(
            text("""UPDATE claim_lines SET standing = '{"known": ["customer"]}' WHERE state = 'escalated'""")
        )

        after = judge_again(session)

    assert (before.broken, after.broken, after.refs) == (0, 1, (ref,))


def test_no_word_to_the_customer_tells_of_a_limit(shop: Shop) -> None:
    publish(shop, a_limit("customer", remedies=1))
    first = given(shop)
    shop.work()
    order = lost(shop, customer=first)

    claimed(shop, order)
    shop.work()

    words = shop.last_words(order)
    assert "a person" in words.lower()
    assert said_of_limits(words) == []


def test_only_keyed_hashes_of_whom_a_claim_is_of_are_kept(shop: Shop) -> None:
    order = lost(shop)
    claimed(shop, order, device="a-browser")

    rows = shop.rows("SELECT kind, key FROM claim_subjects ORDER BY kind")

    assert [kind for kind, _ in rows] == ["address", "device", "mailbox"]
    assert all(len(key) == 16 for _, key in rows)
