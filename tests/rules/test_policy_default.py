"""The policy that ships: what it says in named cases, at its boundaries, and that it never has nothing to say."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.facts import Facts
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import OutcomeKind, Verdict, Wording, default_policy, judge
from portal.domain.problems import ParcelState, Problem
from portal.domain.reasons import EvidenceReason
from tests.support.claim_facts import NOW, brl, not_delivered, some_facts

POLICY = default_policy()
REPLACEMENT, REFUND, STORE_CREDIT = RemedyKind.REPLACEMENT, RemedyKind.REFUND, RemedyKind.STORE_CREDIT
WHOLE = [(REPLACEMENT, 8000, 0), (REFUND, 10000, 0), (STORE_CREDIT, 10000, 1000)]
MONEY = WHOLE[1:]
LONG_AGO = [(STORE_CREDIT, 4000, 0)]
KINDNESS = [(STORE_CREDIT, 800, 0)]


def offered(verdict: Verdict) -> list[tuple[RemedyKind, int, int]]:
    return [(offer.kind, offer.amount.minor, offer.bonus.minor) for offer in verdict.offers]


def delivered(problem: Problem, days: int, **changes: Any) -> Facts:
    return some_facts(problem=problem, days_since_delivered=days, days_since_ordered=days + 10, **changes)


@pytest.mark.parametrize(
    ("problem", "days", "rule", "offers"),
    [
        (Problem.MISSING_PACKAGE, 1, "delivered_but_not_there", WHOLE),
        (Problem.MISSING_PACKAGE, 180, "delivered_but_not_there", WHOLE),
        (Problem.MISSING_PACKAGE, 181, "delivered_but_not_there_long_ago", [WHOLE[0], (STORE_CREDIT, 8000, 0)]),
        (Problem.MISSING_PACKAGE, 365, "delivered_but_not_there_long_ago", [WHOLE[0], (STORE_CREDIT, 8000, 0)]),
        (Problem.MISSING_PACKAGE, 366, "not_there_after_a_year", LONG_AGO),
        (Problem.MISSING_PACKAGE, 700, "not_there_after_a_year", LONG_AGO),
        (Problem.MISSING_LINE, 0, "line_was_not_in_the_parcel", WHOLE),
        (Problem.MISSING_LINE, 90, "line_was_not_in_the_parcel", WHOLE),
        (Problem.MISSING_LINE, 91, "not_right_within_a_year", LONG_AGO),
        (Problem.DAMAGED, 90, "damaged", WHOLE),
        (Problem.DAMAGED, 91, "not_right_within_a_year", LONG_AGO),
        (Problem.DAMAGED, 365, "not_right_within_a_year", LONG_AGO),
        (Problem.WRONG, 90, "wrong", WHOLE),
        (Problem.WRONG, 91, "not_right_within_a_year", LONG_AGO),
        (Problem.NOT_AS_DESCRIBED, 90, "not_as_described", MONEY),
        (Problem.NOT_AS_DESCRIBED, 91, "not_right_within_a_year", LONG_AGO),
        (Problem.FAULTY, 365, "faulty", WHOLE),
        (Problem.FAULTY, 366, "faulty_in_the_second_year", [WHOLE[0], (STORE_CREDIT, 4000, 0)]),
        (Problem.FAULTY, 730, "faulty_in_the_second_year", [WHOLE[0], (STORE_CREDIT, 4000, 0)]),
        (Problem.OTHER, 61, "something_else_small_and_old", KINDNESS),
    ],
)
def test_a_delivered_line_is_offered(
    problem: Problem, days: int, rule: str, offers: list[tuple[RemedyKind, int, int]]
) -> None:
    verdict = judge(delivered(problem, days), POLICY)

    assert (verdict.rule_key, verdict.outcome, offered(verdict)) == (rule, OutcomeKind.OFFER, offers)


@pytest.mark.parametrize(
    ("facts", "rule", "reason", "alternative"),
    [
        (delivered(Problem.DAMAGED, 366), "damaged_long_ago", "reported_long_after", "photo_and_look_again"),
        (delivered(Problem.WRONG, 366), "damaged_long_ago", "reported_long_after", "photo_and_look_again"),
        (delivered(Problem.MISSING_LINE, 366), "not_right_long_ago", "reported_long_after", "talk_to_a_person"),
        (delivered(Problem.NOT_AS_DESCRIBED, 366), "not_right_long_ago", "reported_long_after", "talk_to_a_person"),
        (delivered(Problem.FAULTY, 731), "worn_out", "reported_long_after", "repair_advice"),
        (delivered(Problem.LATE, 5, days_late=0), "came_in_time", "came_in_time", "talk_to_a_person"),
        (delivered(Problem.CHARGED_WRONGLY, 36), "charge_agrees", "charge_agrees", "talk_to_a_person"),
        (delivered(Problem.CHARGED_WRONGLY, 5, paid=False), "nothing_was_charged", "not_charged", "talk_to_a_person"),
        (
            not_delivered(ParcelState.CANCELLED, problem=Problem.CHARGED_WRONGLY, given_back=brl(10_000)),
            "charge_already_back",
            "already_refunded",
            "talk_to_a_person",
        ),
    ],
)
def test_a_no_has_its_reason_and_an_alternative(facts: Facts, rule: str, reason: str, alternative: str) -> None:
    verdict = judge(facts, POLICY)

    assert (verdict.rule_key, verdict.outcome) == (rule, OutcomeKind.DECLINE)
    assert (verdict.reason, verdict.alternative) == (reason, alternative)


@pytest.mark.parametrize(
    ("facts", "rule", "reason"),
    [
        (delivered(Problem.DAMAGED, 5, goods=150_000, shipping=0), "high_value", "high_value"),
        (delivered(Problem.DAMAGED, 5, claimed_value=brl(300_000)), "high_claim", "high_value"),
        (delivered(Problem.DAMAGED, 5, earlier_claims_days=(1, 30, 90)), "several_reports", "repeated_reports"),
        (delivered(Problem.DAMAGED, 5, second_failure=True), "second_failure", "second_failure"),
        (delivered(Problem.OTHER, 60), "something_else_recent", "words_need_a_person"),
        (delivered(Problem.OTHER, 61, goods=13_000), "something_else_of_value", "words_need_a_person"),
        (
            not_delivered(ParcelState.NOT_SHIPPED, problem=Problem.OTHER),
            "something_else_about_an_open_order",
            "words_need_a_person",
        ),
        (delivered(Problem.CHARGED_WRONGLY, 35), "charge_on_a_recent_order", "charge_needs_a_look"),
        (delivered(Problem.CHARGED_WRONGLY, 99, overpaid=brl(150_000)), "a_great_difference", "charge_needs_a_look"),
    ],
)
def test_a_person_decides_and_says_by_when(facts: Facts, rule: str, reason: str) -> None:
    verdict = judge(facts, POLICY)

    assert (verdict.rule_key, verdict.outcome, verdict.reason) == (rule, OutcomeKind.ESCALATE, reason)
    assert verdict.answer_within_hours in (8, 24)


def test_one_cent_below_the_high_value_policy_decides_alone() -> None:
    below = judge(delivered(Problem.MISSING_PACKAGE, 5, goods=149_999, shipping=0), POLICY)
    at = judge(delivered(Problem.MISSING_PACKAGE, 5, goods=150_000, shipping=0), POLICY)

    assert (below.outcome, at.outcome) == (OutcomeKind.OFFER, OutcomeKind.ESCALATE)


@pytest.mark.parametrize(
    ("facts", "rule", "days"),
    [
        (
            not_delivered(ParcelState.ON_THE_WAY, problem=Problem.MISSING_PACKAGE, days_since_promised=-2),
            "still_on_the_way",
            8,
        ),
        (
            not_delivered(ParcelState.ON_THE_WAY, problem=Problem.MISSING_PACKAGE, days_since_promised=0),
            "still_on_the_way",
            6,
        ),
        (not_delivered(ParcelState.LATE, problem=Problem.MISSING_PACKAGE, days_since_promised=1), "days_of_grace", 5),
        (not_delivered(ParcelState.LATE, problem=Problem.LATE, days_since_promised=5), "days_of_grace", 1),
        (not_delivered(ParcelState.NOT_SHIPPED, problem=Problem.LATE, days_since_promised=-3), "not_yet_packed", 5),
        (not_delivered(ParcelState.NOT_SHIPPED, problem=Problem.LATE, days_since_promised=1), "not_yet_packed", 1),
        (
            not_delivered(
                ParcelState.NOT_SHIPPED, problem=Problem.LATE, days_since_promised=None, days_since_ordered=13
            ),
            "not_yet_packed_without_promise",
            1,
        ),
        (
            not_delivered(
                ParcelState.ON_THE_WAY,
                problem=Problem.MISSING_PACKAGE,
                days_since_promised=None,
                days_since_handed_over=20,
            ),
            "still_on_the_way_without_promise",
            1,
        ),
        (delivered(Problem.MISSING_PACKAGE, 0), "just_marked_delivered", 1),
    ],
)
def test_a_wait_names_its_date(facts: Facts, rule: str, days: int) -> None:
    verdict = judge(facts, POLICY)

    assert (verdict.rule_key, verdict.outcome) == (rule, OutcomeKind.WAIT)
    assert verdict.wait_until == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("state", "problem", "changes", "rule"),
    [
        (ParcelState.LATE, Problem.MISSING_PACKAGE, {"days_since_promised": 6}, "lost_after_grace"),
        (ParcelState.LATE, Problem.LATE, {"days_since_promised": 678}, "lost_after_grace"),
        (ParcelState.LATE, Problem.LATE, {"days_since_promised": 2, "days_since_handed_over": 42}, "lost_after_grace"),
        (
            ParcelState.ON_THE_WAY,
            Problem.MISSING_PACKAGE,
            {"days_since_promised": -5, "days_since_handed_over": 42},
            "stuck_on_the_way",
        ),
        (
            ParcelState.ON_THE_WAY,
            Problem.MISSING_PACKAGE,
            {"days_since_promised": None, "days_since_handed_over": 21},
            "stuck_on_the_way",
        ),
        (ParcelState.NOT_SHIPPED, Problem.LATE, {"days_since_promised": 2}, "never_left_us"),
        (
            ParcelState.NOT_SHIPPED,
            Problem.LATE,
            {"days_since_promised": None, "days_since_ordered": 14},
            "never_left_us",
        ),
    ],
)
def test_what_never_came_is_owed_whole(
    state: ParcelState, problem: Problem, changes: dict[str, Any], rule: str
) -> None:
    verdict = judge(not_delivered(state, problem=problem, **changes), POLICY)

    assert (verdict.rule_key, offered(verdict)) == (rule, WHOLE)
    assert {offer.policy_class for offer in verdict.offers} == {PolicyClass.ENTITLED}


@pytest.mark.parametrize("left", [{"signed_by": True}, {"left_at": "neighbour"}])
def test_a_parcel_that_somebody_took_is_mended_although_it_is_not_ours(left: dict[str, Any]) -> None:
    verdict = judge(delivered(Problem.MISSING_PACKAGE, 5, **left), POLICY)

    assert offered(verdict) == WHOLE
    assert {offer.policy_class for offer in verdict.offers} == {PolicyClass.NOT_OURS}


@pytest.mark.parametrize(
    ("days_late", "days", "shipping", "rule", "offers"),
    [
        (1, 5, 2000, "came_late_recently", [(REFUND, 2000, 0), (STORE_CREDIT, 2800, 0)]),
        (1, 5, 0, "came_late_with_free_shipping", [(REFUND, 800, 0), (STORE_CREDIT, 800, 400)]),
        (30, 366, 2000, "came_late_long_ago", KINDNESS),
        (None, 5, 2000, "came_without_a_known_promise", KINDNESS),
    ],
)
def test_a_parcel_that_came_late_earns_goodwill(
    days_late: int | None, days: int, shipping: int, rule: str, offers: list[tuple[RemedyKind, int, int]]
) -> None:
    verdict = judge(delivered(Problem.LATE, days, days_late=days_late, shipping=shipping), POLICY)

    assert (verdict.rule_key, offered(verdict)) == (rule, offers)
    assert {offer.policy_class for offer in verdict.offers} == {PolicyClass.GOODWILL}


def test_a_charge_for_a_cancelled_order_goes_back_whole() -> None:
    verdict = judge(not_delivered(ParcelState.CANCELLED, problem=Problem.CHARGED_WRONGLY, overpaid=brl(150)), POLICY)

    assert verdict.rule_key == "charged_for_a_cancelled_order"
    assert offered(verdict) == [(REFUND, 10_150, 0), (STORE_CREDIT, 10_150, 1015)]


def test_a_cent_too_much_goes_back() -> None:
    verdict = judge(delivered(Problem.CHARGED_WRONGLY, 400, overpaid=brl(1)), POLICY)

    assert (verdict.rule_key, offered(verdict)) == ("paid_more_than_the_total", [(REFUND, 1, 0), (STORE_CREDIT, 1, 0)])


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [
        (Problem.DAMAGED, EvidenceReason.SEE_THE_DAMAGE),
        (Problem.WRONG, EvidenceReason.SEE_WHAT_CAME),
        (Problem.NOT_AS_DESCRIBED, EvidenceReason.SEE_THE_DIFFERENCE),
        (Problem.MISSING_LINE, None),
        (Problem.FAULTY, None),
        (Problem.MISSING_PACKAGE, None),
    ],
)
def test_a_photo_is_wanted_only_above_a_value_and_where_it_shows_something(
    problem: Problem, wanted: EvidenceReason | None
) -> None:
    below = judge(delivered(problem, 5, goods=29_999, shipping=0), POLICY)
    at = judge(delivered(problem, 5, goods=30_000, shipping=0), POLICY)

    assert (below.evidence_wanted, at.evidence_wanted) == (None, wanted)
    assert at.outcome is OutcomeKind.OFFER


def test_a_bank_slip_is_never_promised_back_to_a_card() -> None:
    verdict = judge(
        delivered(Problem.DAMAGED, 5, card_refundable=brl(0), payment_methods=frozenset({"boleto"})), POLICY
    )

    assert [offer.kind for offer in verdict.offers] == [REPLACEMENT, STORE_CREDIT]


def test_a_second_failure_wants_no_photo() -> None:
    verdict = judge(delivered(Problem.DAMAGED, 5, goods=50_000, second_failure=True), POLICY)

    assert (verdict.outcome, verdict.evidence_wanted) == (OutcomeKind.ESCALATE, None)
    assert verdict.wording is Wording.SERIOUS
