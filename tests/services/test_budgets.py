"""Nothing is promised beyond a budget by itself: it goes to a person; what is taken back is there again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.holding import HeldKind
from portal.domain.problems import Problem
from portal.services.judge_standing import held_in
from portal.services.reverse_credit import Mistake, reverse_credit
from tests.support.at_once import at_once
from tests.support.holding_policies import a_budget, publish
from tests.support.shop import AnOrder, Shop

# 50.00 with 5.00 shipping, all of it back.
EACH = 5_500


def lost(shop: Shop, **wanted: object) -> tuple[AnOrder, str]:
    order = shop.lost_order(**wanted)
    return order, shop.report(order, Problem.MISSING_PACKAGE)


def given(shop: Shop, kind: str = "refund", **wanted: object) -> tuple[AnOrder, str]:
    order, ref = lost(shop, **wanted)
    shop.accept(order, ref, kind)
    return order, ref


def used(shop: Shop) -> dict[tuple[str, str], int]:
    """Tell what stands against each budget by its class and period."""
    asked = """SELECT u.policy_class, u.begins_on::text, sum(m.amount_minor) FROM budget_uses u
        JOIN budget_moves m ON m.budget_use_id = u.id GROUP BY 1, 2 HAVING sum(m.amount_minor) <> 0"""
    return {(name, begins): int(minor) for name, begins, minor in shop.rows(asked)}


def states(shop: Shop, *refs: str) -> list[tuple[str, str | None]]:
    return sorted((line.state, line.reason) for ref in refs for line in shop.claim(ref).lines)


def found(shop: Shop, ref: str) -> list[HeldKind]:
    return [one.kind for line in shop.claim(ref).lines for one in held_in(line.standing)]


ACCEPTED, WITH_A_PERSON = ("accepted", None), ("escalated", "person_decides")
NOVEMBER, DECEMBER = "2026-11-01", "2026-12-01"


def test_a_promise_counts_at_once_and_one_that_is_not_covered_goes_to_a_person(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), amount="110.00")
    given(shop)
    counted = used(shop)
    given(shop)

    _, third = lost(shop)

    assert counted == {("not_ours", NOVEMBER): EACH}
    assert used(shop) == {("not_ours", NOVEMBER): 2 * EACH}
    assert states(shop, third) == [WITH_A_PERSON]
    assert found(shop, third)[0] is HeldKind.BUDGET_SPENT
    assert shop.answers_by(third) == shop.toolkit.now() + timedelta(hours=24)


@pytest.mark.proves("F16")
def test_claims_that_are_chosen_at_once_never_pass_a_budget_together(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), a_budget("not_ours", period="week"), amount="165.00")
    claims = [lost(shop) for _ in range(8)]

    came = at_once(*(lambda order=order, ref=ref: shop.accept(order, ref, "refund") for order, ref in claims))

    assert came == [None] * 8
    assert states(shop, *(ref for _, ref in claims)) == [ACCEPTED] * 3 + [WITH_A_PERSON] * 5
    assert used(shop) == {("not_ours", NOVEMBER): 3 * EACH, ("not_ours", "2026-11-16"): 3 * EACH}


def test_of_two_lines_the_one_that_is_covered_is_promised_and_the_other_goes_to_a_person(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), amount="100.00")
    order = shop.lost_order(lines=(("Blue kettle", "50.00", 1), ("Red kettle", "50.00", 1)))
    ref = shop.report(order, Problem.MISSING_PACKAGE, 1, 2)

    shop.accept(order, ref, "refund")
    shop.work()

    assert states(shop, ref) == [WITH_A_PERSON, ("made_whole", None)]
    assert {"escalated", "refund_sent"} <= set(shop.letters(order))
    assert used(shop) == {("not_ours", NOVEMBER): EACH}


def test_a_bonus_counts_as_goodwill_and_one_that_is_not_covered_is_left_out_of_what_is_owed(shop: Shop) -> None:
    publish(shop, a_budget("goodwill"), amount="10.00", policy_class="entitled")
    given(shop, "store_credit")

    order, second = lost(shop)

    offers = {offer.kind: (offer.amount_minor, offer.bonus_minor) for offer in shop.claim(second).lines[0].offers}
    assert used(shop) == {("goodwill", NOVEMBER): 550}
    assert offers == {"refund": (EACH, 0), "store_credit": (EACH, 0)}
    assert found(shop, second) == [HeldKind.BONUS_LEFT_OUT]
    shop.accept(order, second, "store_credit")


def test_a_bonus_that_others_took_in_between_is_given_by_a_person_and_never_made_less(shop: Shop) -> None:
    publish(shop, a_budget("goodwill"), amount="10.00", policy_class="entitled")
    order, seen = lost(shop)
    given(shop, "store_credit")

    shop.accept(order, seen, "store_credit")

    assert states(shop, seen) == [WITH_A_PERSON]


def test_what_is_owed_is_counted_and_never_stopped_unless_the_shop_says_so(shop: Shop) -> None:
    publish(shop, a_budget("entitled"), amount="60.00", policy_class="entitled")
    given(shop)
    given(shop)
    counted = used(shop)
    publish(shop, a_budget("entitled", stops=True), amount="60.00", policy_class="entitled")

    _, stopped = lost(shop)

    assert counted == {("entitled", NOVEMBER): 2 * EACH}
    assert states(shop, stopped) == [WITH_A_PERSON]


def test_a_period_begins_in_the_shops_own_time_and_anew(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), amount="60.00")
    given(shop)
    # 2 h after midnight in UTC is still the last evening of November in São Paulo.
    shop.clock[0] = shop.clock[0].replace(month=12, day=1, hour=2)
    _, before = lost(shop)

    shop.later(hours=2)
    given(shop)

    assert states(shop, before) == [WITH_A_PERSON]
    assert used(shop) == {("not_ours", NOVEMBER): EACH, ("not_ours", DECEMBER): EACH}


def test_what_came_back_counts_until_another_way_takes_its_place_which_no_budget_stops(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), amount="60.00")
    order, ref = given(shop)
    shop.work()
    provider_ref = shop.refunds()[0].provider_ref

    shop.sandbox.move_refund(provider_ref, "failed", failure_reason="expired_or_canceled_card")
    shop.hear_of(provider_ref)
    shop.work()
    still_owed = used(shop)
    shop.accept(order, ref, "store_credit")
    shop.work()

    assert still_owed == used(shop) == {("not_ours", NOVEMBER): EACH}
    assert shop.rows("SELECT kind, amount_minor FROM budget_moves ORDER BY id") == [
        ("promise", EACH),
        ("release", -EACH),
        ("promise", EACH),
    ]
    assert states(shop, ref) == [("made_whole", None)]


def test_credit_that_was_an_error_is_taken_back_of_its_budgets(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), a_budget("goodwill"), amount="60.00")
    given(shop, "store_credit")
    shop.work()
    before = used(shop)
    remedy = str(shop.rows("SELECT ref FROM remedies")[0][0])

    reverse_credit(shop.toolkit, Mistake(remedy, "a slip", "It was a slip.", Actor.system("tests")))

    assert before == {("not_ours", NOVEMBER): EACH, ("goodwill", NOVEMBER): 550}
    assert used(shop) == {}
    assert states(shop, lost(shop)[1]) == [("offered", None)]


def test_what_a_person_offers_counts_and_is_not_stopped(shop: Shop) -> None:
    publish(shop, a_budget("not_ours"), amount="60.00")
    order, ref = lost(shop)
    given(shop)
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE offers SET made_by = 'staff:1' WHERE state = 'live'"))

    shop.accept(order, ref, "refund")

    assert states(shop, ref) == [ACCEPTED]
    assert used(shop) == {("not_ours", NOVEMBER): 2 * EACH}


def test_a_version_without_a_budget_counts_nothing_and_asks_nothing_more(shop: Shop) -> None:
    publish(shop)

    given(shop)

    assert shop.rows("SELECT count(*) FROM budget_uses") == [(0,)]
