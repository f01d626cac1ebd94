"""Outcomes: who decides, until which day we wait, what is kept; read strictly, kept with the verdict, and proven."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.analysis.replay import judge_columns
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.authority import Role
from portal.domain.errors import BadPolicy
from portal.domain.facts import LATER
from portal.domain.policy import OutcomeKind, Policy, Verdict, judge, parse
from portal.domain.policy.proof import ConcernKind, Severity, prove
from tests.support.claim_facts import NOW, some_facts
from tests.support.kept_texts import columns_of

_AMOUNTS = {"nothing": {"BRL": "0.00"}, "five": {"BRL": "5.00"}, "ten": {"BRL": "10.00"}, "cent": {"BRL": "0.01"}}
_STRIKE = {"reason": "still_on_the_way", "until": "2026-03-20"}


def policy_of(then: dict[str, Any], when: dict[str, Any] | None = None, *more: dict[str, Any]) -> Policy:
    rules = [
        {"key": f"rule_{number}", "describe": "A rule.", "when": asked, "then": said}
        for number, (asked, said) in enumerate(
            [(when or {"problem": ["damaged"]}, then), *((one["when"], one["then"]) for one in more)]
        )
    ]
    return parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": _AMOUNTS,
            "rules": rules,
        }
    )


def offer(plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"offer": {"store_credit": plan}, "class": "goodwill", **more}


def kinds(policy: Policy) -> set[tuple[ConcernKind, str]]:
    quiet = (ConcernKind.NOT_COVERED, ConcernKind.OVERLAPS)
    return {(one.kind, one.place) for one in prove(policy).concerns if one.kind not in quiet}


@pytest.mark.parametrize(
    ("then", "when", "words"),
    [
        (offer({"fixed": "five", "goods": 10}), None, "takes fixed or a share of goods, not both"),
        (offer({"fixed": "huge"}), None, "there is no amount named 'huge'"),
        (offer({"fixed": "5.00"}), None, "store_credit.fixed: there is no amount named '5.00'"),
        (offer({"goods": 10, "round": "up"}), None, "store_credit.round: needs round_to"),
        (offer({"goods": 10, "round_to": "five", "round": "away"}), None, "round: must be one of up, down, nearest"),
        (offer({"goods": 10, "round_to": "nothing"}), None, "round_to: nothing has no multiples"),
        (offer({"goods": 10, "claim_cap": 5}), None, "store_credit.claim_cap: must be words, not 5"),
        (offer({"goods": 10, "customer_cap": "five"}), None, "store_credit.customer_cap: must be a table"),
        (
            offer({"goods": 10, "customer_cap": {"amount": "five"}}),
            None,
            "within_days: must be a whole number, not None",
        ),
        (
            offer({"goods": 10, "customer_cap": {"amount": "five", "within_days": 366}}),
            None,
            "customer_cap.within_days: must lie from 1 to 365",
        ),
        (
            offer({"goods": 10, "customer_cap": {"amount": "five", "within_days": 9, "of_goodwill": "yes"}}),
            None,
            "customer_cap.of_goodwill: must be true or false",
        ),
        (
            {"offer": {"replacement": {"fixed": "five"}}, "class": "entitled"},
            None,
            "replacement: does not know 'fixed'",
        ),
        (offer({"goods": 10}, keep="yes"), None, "then.keep: must be true or false, not 'yes'"),
        ({"person": {"reason": "high_value", "to": "finance"}}, None, "then.person.to: must be one of agent, approver"),
        ({"person": {"reason": "high_value", "to": "boss"}}, None, "then.person.to: must be one of"),
        ({"wait": _STRIKE}, None, "ends on 2026-03-20, so when.today needs a max before it"),
        ({"wait": _STRIKE}, {"today": {"max": "2026-03-20"}}, "so when.today needs a max before it"),
        ({"wait": {**_STRIKE, "days": 3}}, {"today": {"max": "2026-03-19"}}, "then.wait: does not know 'days'"),
        (
            {"wait": {**_STRIKE, "until": "soon"}},
            {"today": {"max": "2026-03-19"}},
            "until: a date is year, month and day",
        ),
        (
            {"wait": {"reason": "being_packed", "from": "now", "days": 2}},
            {"days_since_last_scan": {"max": 3}},
            "waits from now, so a day range with a max must end it",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(then: dict[str, Any], when: dict[str, Any], words: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        policy_of(then, when)

    assert "rule rule_0" in str(refused.value)
    assert words in str(refused.value)


def test_a_wait_until_a_day_ends_as_that_day_begins() -> None:
    policy = policy_of({"wait": _STRIKE}, {"today": {"max": "2026-03-19"}})

    verdict = judge(some_facts(), policy)

    assert verdict.outcome is OutcomeKind.WAIT
    assert verdict.wait_until == datetime(2026, 3, 20, tzinfo=UTC) > NOW
    assert judge(some_facts(now=verdict.wait_until), policy).rule_key == ""


@pytest.mark.parametrize("hour", [0, 23])
def test_no_wait_until_a_day_is_ever_in_the_past(hour: int) -> None:
    policy = policy_of({"wait": _STRIKE}, {"today": {"max": "2026-03-19"}})
    asked = datetime(2026, 3, 19, hour, 59, 59, tzinfo=UTC)

    verdict = judge(some_facts(now=asked), policy)

    assert verdict.wait_until is not None
    assert verdict.wait_until > asked
    assert verdict.wait_until.date() == date(2026, 3, 20)


@pytest.mark.parametrize(
    "then",
    [
        offer({"goods": 10}, keep=True),
        {"person": {"reason": "high_value", "to": "approver"}},
        {"person": {"reason": "high_value"}},
        offer({"goods": 10}),
    ],
)
def test_who_decides_and_what_is_kept_come_back_with_the_verdict(then: dict[str, Any]) -> None:
    verdict = judge(some_facts(), policy_of(then))

    again = Verdict.from_document(json.loads(json.dumps(verdict.to_document())))

    assert again == verdict
    assert verdict.keeps is ("keep" in then)
    assert (verdict.answered_by is Role.APPROVER) is ("to" in then.get("person", {}))


def test_a_verdict_that_was_kept_before_these_were_is_written_as_it_was() -> None:
    document = judge(some_facts(), policy_of(offer({"goods": 10}))).to_document()

    assert not {"keeps", "answered_by"} & document.keys()


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"fixed": "nothing"}, (ConcernKind.GIVES_NOTHING, "store_credit.fixed")),
        ({"goods": 10, "cap": "nothing"}, (ConcernKind.GIVES_NOTHING, "store_credit.cap")),
        ({"goods": 10, "claim_cap": "nothing"}, (ConcernKind.GIVES_NOTHING, "store_credit.claim_cap")),
        (
            {"goods": 10, "customer_cap": {"amount": "nothing", "within_days": 9}},
            (ConcernKind.GIVES_NOTHING, "store_credit.customer_cap"),
        ),
        ({"fixed": "five", "round_to": "ten", "round": "down"}, (ConcernKind.GIVES_NOTHING, "store_credit.round_to")),
        ({"goods": 10, "cap": "ten", "claim_cap": "five"}, (ConcernKind.CAP_NEVER_REACHED, "store_credit.cap")),
        ({"fixed": "five", "cap": "five"}, (ConcernKind.CAP_NEVER_REACHED, "store_credit.cap")),
        ({"goods": 10, "bonus": 9, "bonus_cap": "nothing"}, (ConcernKind.GIVES_NOTHING, "store_credit.bonus_cap")),
        ({"goods": 10, "cap": "cent", "bonus": 9}, (ConcernKind.GIVES_NOTHING, "store_credit.bonus")),
    ],
)
def test_amounts_that_contradict_each_other_are_told(plan: dict[str, Any], expected: tuple[ConcernKind, str]) -> None:
    assert expected in kinds(policy_of(offer(plan)))


_CUSTOMER = {"amount": "five", "within_days": 9}
_LINE, _CLAIM = {"line_value": {"max": "ten"}}, {"claimed_value": {"max": "ten"}}


@pytest.mark.parametrize(
    ("plan", "when", "idle"),
    [
        ({"goods": 10, "cap": "ten", "bonus": 50, "bonus_cap": "five"}, {}, {"bonus_cap"}),
        ({"goods": 10, "cap": "ten", "bonus": 51, "bonus_cap": "five"}, {}, set()),
        ({"goods": 100, "bonus": 50, "bonus_cap": "five"}, _LINE, {"bonus_cap"}),
        ({"goods": 100, "bonus": 50, "bonus_cap": "five"}, _CLAIM, {"bonus_cap"}),
        ({"goods": 100, "bonus": 90, "bonus_cap": "five"}, {}, set()),
        ({"goods": 100, "bonus": 90, "bonus_cap": "five", "customer_cap": _CUSTOMER}, {}, {"bonus_cap"}),
        ({"goods": 10, "claim_cap": "ten", "customer_cap": _CUSTOMER}, {}, {"claim_cap"}),
        ({"goods": 10, "claim_cap": "five", "customer_cap": {**_CUSTOMER, "amount": "ten"}}, {}, set()),
        ({"goods": 100, "claim_cap": "ten"}, _CLAIM, {"claim_cap"}),
        # Of 0.01 BRL half is 0.01 BRL, and no part of the cap, which is rounded down.
        ({"goods": 50, "claim_cap": "five"}, _CLAIM, set()),
        ({"goods": 25, "claim_cap": "five"}, _CLAIM, {"claim_cap"}),
        ({"goods": 26, "claim_cap": "five"}, _CLAIM, set()),
        ({"goods": 25, "claim_cap": "five"}, _LINE, set()),
        ({"goods": 50, "overpaid": 1, "claim_cap": "five"}, _CLAIM, set()),
        ({"goods": 50, "cap": "five"}, _LINE, {"cap"}),
        # Half of a line is rounded up to all of it, so that the cap does hold something back.
        ({"goods": 50, "round_to": "ten", "cap": "five"}, _LINE, set()),
        ({"fixed": "five", "round_to": "ten", "cap": "ten"}, {}, {"cap"}),
        ({"fixed": "five", "shipping": 10, "cap": "ten"}, {}, set()),
    ],
)
def test_a_cap_that_nothing_reaches_is_told(plan: dict[str, Any], when: dict[str, Any], idle: set[str]) -> None:
    found = kinds(policy_of(offer(plan), when or None))

    told = {place.removeprefix("store_credit.") for kind, place in found if kind is ConcernKind.CAP_NEVER_REACHED}
    assert told == idle


def test_a_fixed_amount_above_all_that_a_line_is_worth_is_told() -> None:
    policy = policy_of(offer({"fixed": "ten"}), {"line_value": {"max": "five"}})

    assert (ConcernKind.FIXED_IS_ALL, "store_credit.fixed") in kinds(policy)


def test_a_window_wider_than_what_is_looked_at_stops_publishing() -> None:
    policy = policy_of(offer({"goods": 10}), {"earlier_claims": {"within_days": 400, "min": 1}})

    errors = prove(policy).of(Severity.ERROR)

    assert [(one.kind, one.place) for one in errors] == [(ConcernKind.WINDOW_TOO_WIDE, "earlier_claims")]


@pytest.mark.parametrize(
    ("winner", "loser", "expected"),
    [
        ({"fixed": "five"}, {"fixed": "ten"}, True),
        ({"fixed": "ten"}, {"fixed": "five"}, False),
        ({"fixed": "five"}, {"goods": 10}, False),
        ({"shipping": 10}, {"fixed": "five", "shipping": 10}, True),
        ({"goods": 10, "claim_cap": "five"}, {"goods": 10}, True),
        ({"goods": 10, "customer_cap": {"amount": "five", "within_days": 9}}, {"goods": 10}, True),
        (
            {"goods": 10, "customer_cap": {"amount": "five", "within_days": 9}},
            {"goods": 10, "customer_cap": {"amount": "ten", "within_days": 8}},
            False,
        ),
        ({"goods": 10}, {"goods": 20, "round_to": "ten", "round": "down"}, False),
    ],
)
def test_a_kinder_rule_behind_another_is_told_where_it_can_be_said(
    winner: dict[str, Any], loser: dict[str, Any], *, expected: bool
) -> None:
    more = {"when": {"problem": ["damaged", "wrong"]}, "then": offer(loser)}

    found = kinds(policy_of(offer(winner), None, more))

    assert ((ConcernKind.LATER_IS_KINDER, "") in found) is expected


def test_a_day_range_that_never_meets_another_leaves_a_gap_that_is_shown() -> None:
    more = {"when": {"today": {"min": "2026-07-02"}}, "then": offer({"goods": 10})}
    policy = policy_of(offer({"goods": 10}), {"today": {"max": "2026-06-30"}}, more)

    gaps = [one.example for one in prove(policy).concerns if one.kind is ConcernKind.NOT_COVERED]

    assert {one.now.date() for one in gaps if one} == {date(2026, 7, 1)}


@pytest.mark.parametrize(
    ("when", "unsure"),
    [
        ({"service": ["express"]}, True),
        ({"service": {"none_of": ["express"]}}, True),
        ({"service": ["express"], "problem": ["late"]}, False),
    ],
)
def test_a_row_that_an_unrecorded_fact_could_have_moved_is_told_apart(when: dict[str, Any], *, unsure: bool) -> None:
    policy = policy_of(offer({"goods": 10}), when, {"when": {"problem": ["damaged"]}, "then": offer({"goods": 5})})
    whole = some_facts().to_document()
    lacking = {name: value for name, value in whole.items() if name not in LATER}

    judged = judge_columns(policy, columns_of([whole, lacking], reading_of([policy])))

    assert judged.unsure.tolist() == [False, unsure]


def test_an_amount_of_unrecorded_history_is_told_apart() -> None:
    policy = policy_of(offer({"goods": 10, "customer_cap": {"amount": "five", "within_days": 9}}))
    whole = some_facts().to_document()
    lacking = {name: value for name, value in whole.items() if name not in LATER}

    judged = judge_columns(policy, columns_of([whole, lacking], reading_of([policy])))

    assert judged.unsure.tolist() == [False, True]
