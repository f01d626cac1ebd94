"""Limits and budgets in a policy's document: read strictly, checked against each other, and compared by name."""

from copy import deepcopy
from typing import Any

import pytest

from portal.domain.errors import BadPolicy
from portal.domain.limits import Subject
from portal.domain.offers import PolicyClass
from portal.domain.policy import Policy, default_policy, parse
from portal.domain.policy.difference import Change, differences
from portal.domain.policy.proof import ConcernKind, prove
from portal.domain.subjects import masked_mailbox, one_address, one_mailbox
from tests.rules.test_policy_reading import GOOD

LIMIT: dict[str, Any] = {"subject": "card", "within_days": 30, "remedies": 3, "value": "limit"}
BUDGET: dict[str, Any] = {"class": "goodwill", "period": "month", "amount": "top"}


def with_tables(*, limits: object = None, budgets: object = None) -> dict[str, Any]:
    more = {"limits": limits, "budgets": budgets}
    return {**deepcopy(GOOD), **{name: value for name, value in more.items() if value is not None}}


def a_policy(*limits: dict[str, Any], budgets: tuple[dict[str, Any], ...] = ()) -> Policy:
    return parse(with_tables(limits=list(limits), budgets=list(budgets)))


def test_limits_and_budgets_are_read_with_their_defaults() -> None:
    policy = a_policy(LIMIT, budgets=(BUDGET, {**BUDGET, "class": "entitled"}))

    (limit,), (kindness, owed) = policy.limits, policy.budgets
    assert (limit.subject, limit.within_days, limit.remedies, limit.answer_within_hours) == (Subject.CARD, 30, 3, 24)
    assert limit.value == {"BRL": 10_000, "EUR": 2_000}
    assert (kindness.policy_class, kindness.stops) == (PolicyClass.GOODWILL, True)
    assert (owed.policy_class, owed.stops) == (PolicyClass.ENTITLED, False)


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "face"}, "limit number 1: subject: must be one of"),
        ({"subject": None}, "limit number 1: subject: must be one of"),
        ({"within_days": 0}, "limit number 1: within_days: must lie from 1 to 365"),
        ({"within_days": 366}, "limit number 1: within_days: must lie from 1 to 365"),
        ({"within_days": "30"}, "limit number 1: within_days: must be a whole number"),
        ({"remedies": 0}, "limit number 1: remedies: must lie from 1 to 100"),
        ({"remedies": True}, "limit number 1: remedies: must be a whole number"),
        ({"value": "plenty"}, "limit number 1: value: there is no amount named 'plenty'"),
        ({"value": {"BRL": "1.00"}}, "limit number 1: value: must be words"),
        ({"remedies": None, "value": None}, "limit number 1: limits nothing"),
        ({"within_hours": 0}, "limit number 1: within_hours: must lie from 1"),
        ({"says": "no"}, "limit number 1: does not know 'says'"),
    ],
)
def test_a_limit_that_is_not_understood_is_refused_with_its_number_and_why(change: dict[str, Any], words: str) -> None:
    row = {name: value for name, value in {**LIMIT, **change}.items() if value is not None}

    with pytest.raises(BadPolicy, match=words):
        a_policy(row)


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class": "kindness"}, "budget number 1: class: must be one of"),
        ({"period": "day"}, "budget number 1: period: must be one of"),
        ({"amount": "50.00"}, "budget number 1: amount: there is no amount named"),
        ({"amount": None}, "budget number 1: amount: must be words"),
        ({"stops": "no"}, "budget number 1: stops: must be true or false"),
        ({"until": "2026-01-01"}, "budget number 1: does not know 'until'"),
    ],
)
def test_a_budget_that_is_not_understood_is_refused_with_its_number_and_why(change: dict[str, Any], words: str) -> None:
    row = {name: value for name, value in {**BUDGET, **change}.items() if value is not None}

    with pytest.raises(BadPolicy, match=words):
        a_policy(budgets=(row,))


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    ("document", "words"),
    [
        (with_tables(limits=LIMIT), r"limits: must be a list, each begun with \[\[limits\]\]"),
        (with_tables(limits=["card"]), "limit number 1: must be a table"),
        (with_tables(limits=[LIMIT, {**LIMIT, "remedies": 9}]), "limit number 2: another limit is about the card"),
        (
            with_tables(budgets=[BUDGET, {**BUDGET, "amount": "limit"}]),
            "budget number 2: another budget is for goodwill",
        ),
        (with_tables(budgets="all"), r"budgets: must be a list"),
    ],
)
def test_what_contradicts_itself_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(BadPolicy, match=words):
        parse(document)


def concerned(policy: Policy) -> set[tuple[ConcernKind, str]]:
    wanted = {
        ConcernKind.LIMIT_NEVER_REACHED,
        ConcernKind.BUDGET_NEVER_REACHED,
        ConcernKind.BUDGET_NEVER_DRAWN,
        ConcernKind.BUDGET_COVERS_NOTHING,
    }
    return {(one.kind, one.place) for one in prove(policy).concerns if one.kind in wanted}


def test_a_limit_behind_a_stricter_one_of_its_subject_is_told() -> None:
    policy = a_policy(
        {"subject": "card", "within_days": 30, "remedies": 5},
        {"subject": "card", "within_days": 60, "remedies": 4},
        {"subject": "card", "within_days": 20, "remedies": 3},
        {"subject": "device", "within_days": 30, "remedies": 5},
        {"subject": "device", "within_days": 90, "value": "limit"},
    )

    assert concerned(policy) == {(ConcernKind.LIMIT_NEVER_REACHED, "limits.card.30")}
    assert not prove(policy).may_be_published


def test_a_limit_with_a_count_behind_and_a_value_that_is_not_stays() -> None:
    policy = a_policy(
        {"subject": "card", "within_days": 30, "remedies": 5, "value": "limit"},
        {"subject": "card", "within_days": 60, "remedies": 4, "value": "top"},
    )

    assert concerned(policy) == set()


def test_budgets_behind_others_without_offers_or_of_nothing_are_told() -> None:
    nothing = deepcopy(GOOD["amounts"]) | {"none": {"BRL": "0.00", "EUR": "0.00"}}
    budgets = [
        {"class": "entitled", "period": "month", "amount": "top", "stops": True},
        {"class": "entitled", "period": "year", "amount": "limit", "stops": True},
        {"class": "not_ours", "period": "week", "amount": "none"},
    ]

    policy = parse({**with_tables(budgets=budgets), "amounts": nothing})

    assert concerned(policy) == {
        (ConcernKind.BUDGET_NEVER_REACHED, "budgets.entitled.month"),
        (ConcernKind.BUDGET_NEVER_DRAWN, "budgets.not_ours.week"),
        (ConcernKind.BUDGET_COVERS_NOTHING, "budgets.not_ours.week"),
    }


def test_nothing_is_wrong_with_the_limits_and_budgets_of_a_new_shop() -> None:
    policy = default_policy()

    assert policy.limits
    assert {one.policy_class for one in policy.budgets} == {PolicyClass.GOODWILL, PolicyClass.NOT_OURS}
    assert concerned(policy) == set()


def test_two_policies_are_compared_limit_by_limit_whatever_their_order() -> None:
    one = a_policy(LIMIT, {**LIMIT, "subject": "device"}, budgets=(BUDGET,))
    other = a_policy({**LIMIT, "subject": "device"}, {**LIMIT, "remedies": 4})

    found = [(one.change, one.place, one.before, one.after) for one in differences(one, other)]

    assert found == [
        (Change.CHANGED, "limits.card.30.remedies", 3, 4),
        (Change.REMOVED, "budgets.goodwill.month", BUDGET, None),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ana+shop@example.com", "ana@example.com", True),
        ("a.n.a@gmail.com", "ana+x@googlemail.com", True),
        ("a.n.a@example.com", "ana@example.com", False),
        ("+ana@example.com", "+eva@example.com", False),
        ("ana@example.com", "ana@example.org", False),
    ],
)
def test_one_mailbox_is_one_however_it_is_tagged(one: str, other: str, *, same: bool) -> None:
    assert (one_mailbox(one) == one_mailbox(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Rua São João, 12", "13015-000", "BR"), ("RUA SAO JOAO 12", "13015000", "BR"), True),
        (("Straße 1", "10115", "DE"), ("STRASSE 1", "10115", "DE"), True),
        (("Rua 1", "13015", "BR"), ("Rua 11", "3015", "BR"), False),
        (("Rua 1", "13015", "BR"), ("Rua 1", "13015", "PT"), False),
    ],
)
def test_one_address_is_one_however_it_is_written(
    one: tuple[str, str, str], other: tuple[str, str, str], *, same: bool
) -> None:
    assert (one_address(*one) == one_address(*other)) is same


def test_a_town_without_a_street_is_no_address_and_a_mask_shows_no_name() -> None:
    assert one_address(" -,", "13015", "BR") is None
    assert masked_mailbox("ana.souza@example.com") == "a…@example.com"
