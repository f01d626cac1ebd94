"""A replay counts every verdict that says another thing, its amounts aside too, and names the parts that differ."""

from dataclasses import replace
from importlib.resources import files
from random import Random

import numpy as np
import pytest

from portal.analysis.replay.batches import Batch
from portal.analysis.replay.comparing import Comparison
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.facts import Facts
from portal.domain.policy import OutcomeKind, Policy, default_policy, judge, parse_text
from portal.domain.policy.sayings import Part
from tests.support.kept_texts import columns_of
from tests.support.random_claims import Claims

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
_CLAIMS = 600
POLICY = default_policy()


def otherwise(*changes: tuple[str, str]) -> Policy:
    """Change the default policy's text, each place of a text that is to be replaced."""
    text = _SOURCE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return parse_text(text)


@pytest.fixture(scope="module")
def claims() -> list[Facts]:
    made = Claims(POLICY, Random(4))
    return [made.any_in("BRL") for _ in range(_CLAIMS)]


def compared(claims: list[Facts], draft: Policy) -> Comparison:
    rows = len(claims)
    numbers, nobody = np.arange(rows, dtype=np.int64), np.full(rows, -1, np.int8)
    columns = columns_of([one.to_document() for one in claims], reading_of([POLICY, draft]))
    found = Comparison()
    found.add(Batch(numbers, numbers, np.ones(rows, np.int64), nobody, columns), {1: POLICY}, draft)
    return found


def said_of(facts: Facts, policy: Policy) -> object:
    """Judge one claim, and leave out how it was found; why offers give nothing counts for no change either."""
    verdict = replace(judge(facts, policy), asked=(), passed=0, found=(), trace=(), sold_out=False)
    nothing_left = verdict.outcome is OutcomeKind.ESCALATE and bool(policy.plans_of(verdict.rule_key))
    return replace(verdict, reason=None) if nothing_left else verdict


_CHANGES = [
    (Part.WAIT, ('from = "promised", days = 6', 'from = "promised", days = 7')),
    (Part.EVIDENCE, ('then.evidence = "see_the_damage"', 'then.evidence = "see_the_fault"')),
    (Part.EVIDENCE, ('then.evidence = "see_what_came"\n', "")),
    (Part.KEEP, ("then.keep = true\n", "")),
    (Part.CLASS, ('then.class = "goodwill"', 'then.class = "not_ours"')),
    (Part.REASON, ('reason = "reported_long_after"', 'reason = "came_in_time"')),
    (Part.ALTERNATIVE, ('alternative = "photo_and_look_again"', 'alternative = "repair_advice"')),
    (Part.HOURS, ('"second_failure", within_hours = 8', '"second_failure", within_hours = 9')),
    (Part.TO, ('then.person = { reason = "high_value" }', 'then.person = { reason = "high_value", to = "approver" }')),
    (Part.ARRIVES, ("arrives_in_days = 14", "arrives_in_days = 15")),
    (Part.WORDING, ("then.keep = true\n", 'then.keep = true\nthen.wording = "serious"\n')),
]


@pytest.mark.parametrize(("part", "change"), _CHANGES, ids=lambda value: value if isinstance(value, Part) else "")
def test_what_differs_beside_the_amounts_is_counted_and_named(
    claims: list[Facts], part: Part, change: tuple[str, str]
) -> None:
    found = compared(claims, otherwise(change))

    assert {flip.parts for flip in found.flips} == {(part,)}
    assert all(flip.rule == flip.draft_rule and flip.outcome is flip.draft_outcome for flip in found.flips)
    assert (sum(found.deltas.values()), found.better, found.worse) == (0, 0, 0)


def test_as_many_are_counted_as_judging_each_alone_says(claims: list[Facts]) -> None:
    draft = otherwise(*(change for _, change in _CHANGES[:10]))

    expected = sum(said_of(one, POLICY) != said_of(one, draft) for one in claims)
    assert compared(claims, draft).changed == expected > 0
    assert compared(claims, POLICY).changed == 0
