"""Who may decide what, up to which amount, and what an approval may give at most."""

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.authority import Decider, Role, Stake, check_part, check_second, within_limit
from portal.domain.decisions import (
    GOODWILL_SHARES,
    AboveCeiling,
    Ceiling,
    GoodwillReason,
    LineApproval,
    check_approval,
    digest_of,
    stake_of,
    suggested_offers,
    terms_of,
)
from portal.domain.errors import BadAmount, NotAllowed
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.policy import default_policy, judge
from portal.domain.policy.verdict import OutcomeKind
from portal.domain.problems import Problem
from tests.support.claim_facts import brl, some_facts

PAID = Ceiling(paid=brl(10_000), goods=brl(8_000), given=brl(0))


def a_decider(role: Role = Role.AGENT, **changes: Any) -> Decider:
    return replace(Decider(1, role, "ada@shop.example", {"BRL": 20_000}), **changes)


def a_stake(**changes: Any) -> Stake:
    return replace(Stake(brl(100), None, None, "ana@example.org"), **changes)


def an_approval(
    kind: RemedyKind, minor: int, *, bonus: int = 0, goodwill: GoodwillReason | None = None
) -> LineApproval:
    return LineApproval(1, (terms_of(kind, brl(minor), brl(bonus)),), goodwill)


@pytest.mark.proves("P1")
@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMIN])
def test_a_role_that_does_not_decide_is_refused(role):
    with pytest.raises(NotAllowed):
        check_part(a_decider(role), a_stake())


@pytest.mark.proves("P1", "bug 48")
@pytest.mark.parametrize(
    "stake",
    [
        a_stake(raised_by_staff_id=1),
        a_stake(earlier_decider_id=1),
        a_stake(claimant_mailbox="ada@shop.example"),
    ],
    ids=["raised it", "took part before", "own claim"],
)
@pytest.mark.parametrize("role", [Role.AGENT, Role.APPROVER])
def test_nobody_decides_what_they_raised_decided_or_benefit_from(role, stake):
    with pytest.raises(NotAllowed):
        check_part(a_decider(role), stake)
    with pytest.raises(NotAllowed):
        check_second(a_decider(role), stake)


def test_only_an_approver_is_the_second_pair_of_eyes():
    check_second(a_decider(Role.APPROVER), a_stake(earlier_decider_id=2))

    with pytest.raises(NotAllowed):
        check_second(a_decider(Role.AGENT), a_stake(earlier_decider_id=2))


@pytest.mark.proves("P3")
@pytest.mark.parametrize(("minor", "may"), [(19_999, True), (20_000, True), (20_001, False)])
def test_a_limit_holds_to_the_cent(minor, may):
    assert within_limit(a_decider(), brl(minor)) is may


def test_a_currency_without_a_limit_has_none():
    assert not within_limit(a_decider(), Money(1, "EUR"))


@pytest.mark.proves("M8")
@pytest.mark.parametrize("kind", [RemedyKind.REFUND, RemedyKind.STORE_CREDIT])
def test_all_that_was_paid_may_go_back_and_not_a_cent_more(kind):
    check_approval(an_approval(kind, 10_000), PAID)

    with pytest.raises(AboveCeiling) as refused:
        check_approval(an_approval(kind, 10_001), PAID)
    assert refused.value.maximum == brl(10_000)


@pytest.mark.proves("M8", "bug 16")
def test_what_went_back_already_is_not_given_twice():
    half_back = Ceiling(paid=brl(10_000), goods=brl(8_000), given=brl(6_000))

    check_approval(an_approval(RemedyKind.REFUND, 4_000), half_back)
    with pytest.raises(AboveCeiling):
        check_approval(an_approval(RemedyKind.REFUND, 4_001), half_back)


@pytest.mark.parametrize("reason", list(GoodwillReason))
def test_goodwill_may_add_its_share_of_what_was_paid(reason):
    most = 10_000 * GOODWILL_SHARES[reason] // 100
    check_approval(an_approval(RemedyKind.STORE_CREDIT, 10_000, bonus=most, goodwill=reason), PAID)

    with pytest.raises(AboveCeiling):
        check_approval(an_approval(RemedyKind.STORE_CREDIT, 10_000, bonus=most + 1, goodwill=reason), PAID)


@pytest.mark.parametrize("bonus", [1, -1])
def test_goodwill_without_a_reason_is_refused(bonus):
    with pytest.raises(AboveCeiling):
        check_approval(an_approval(RemedyKind.STORE_CREDIT, 10_000, bonus=bonus), PAID)


def test_money_back_carries_no_goodwill():
    with pytest.raises(AboveCeiling):
        check_approval(an_approval(RemedyKind.REFUND, 100, bonus=1, goodwill=GoodwillReason.KINDNESS), PAID)


@pytest.mark.parametrize("offers", [(), (RemedyKind.REFUND, RemedyKind.REFUND)])
def test_an_approval_gives_something_and_each_kind_once(offers):
    terms = tuple(terms_of(kind, brl(100), brl(0)) for kind in offers)

    with pytest.raises(BadAmount):
        check_approval(LineApproval(1, terms), PAID)


@pytest.mark.parametrize("minor", [0, -1])
def test_an_offer_of_nothing_is_refused(minor):
    with pytest.raises(BadAmount):
        check_approval(an_approval(RemedyKind.REFUND, minor), PAID)


def test_the_stake_is_the_dearest_offer_of_every_line():
    dear = (terms_of(RemedyKind.REFUND, brl(500), brl(0)), terms_of(RemedyKind.STORE_CREDIT, brl(500), brl(50)))
    lines = [LineApproval(1, dear), an_approval(RemedyKind.REFUND, 300)]

    assert stake_of(lines, "BRL") == brl(850)


def test_an_approval_reads_back_as_it_was_written():
    approval = an_approval(RemedyKind.STORE_CREDIT, 900, bonus=90, goodwill=GoodwillReason.LONG_WAIT)

    assert LineApproval.from_document(approval.to_document()) == approval


@pytest.mark.proves("P2")
def test_a_digest_binds_the_claim_its_version_and_every_word():
    said = {"lines": [an_approval(RemedyKind.REFUND, 900).to_document()], "words": "Yes."}
    digest = digest_of("CLM-1", 3, said)

    assert digest == digest_of("CLM-1", 3, {**said})
    assert digest not in {
        digest_of("CLM-2", 3, said),
        digest_of("CLM-1", 4, said),
        digest_of("CLM-1", 3, {**said, "words": "Yes!"}),
        digest_of("CLM-1", 3, {**said, "lines": [an_approval(RemedyKind.REFUND, 901).to_document()]}),
    }


def test_what_is_suggested_is_what_policy_would_offer_without_its_limits():
    facts = some_facts(goods=200_000, shipping=0)
    policy = default_policy()

    suggested = suggested_offers(facts, policy)

    assert judge(facts, policy).outcome is OutcomeKind.ESCALATE
    assert {terms.kind for terms in suggested} == set(RemedyKind)
    assert all(terms.amount == brl(200_000) for terms in suggested)


@pytest.mark.parametrize("problem", list(Problem))
def test_something_is_suggested_for_every_problem_and_never_more_than_was_paid(problem):
    facts = some_facts(problem=problem, goods=200_000, shipping=1_000)

    suggested = suggested_offers(facts, default_policy())

    assert suggested
    assert all(terms.amount.minor <= 201_000 for terms in suggested)
