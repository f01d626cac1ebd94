"""Another engine, given the same table, finds the same rule for the same claim; so do a plain chain of ifs and ours."""

from pathlib import Path
from random import Random

import pytest

from portal.domain.policy import default_policy, judge, parse
from portal.domain.policy.compiled import Compiled
from tests.support.claim_facts import some_facts
from tests.support.random_claims import Claims
from tests.support.same_verdicts import CURRENCIES, same_verdicts


@pytest.mark.parametrize("seed", [1, 2])
def test_four_ways_find_the_same_rule(tmp_path: Path, seed: int) -> None:
    came = same_verdicts(default_policy(), tmp_path, claims=1_200, chance=Random(seed))

    assert came.total() == 1_200
    # Most of the table is reached, so that what is compared is not one rule alone.
    assert len(came) > len(default_policy().rules) // 2


def test_the_compiled_policy_gives_the_same_offers_without_findings() -> None:
    policy, made = default_policy(), Claims(default_policy(), Random(3))
    compiled = Compiled(policy)

    for facts in (made.any_in(currency) for currency in CURRENCIES for _ in range(300)):
        whole, plain = judge(facts, policy), compiled.verdict(facts)

        assert plain.findings == ()
        assert {**plain.to_document(), "asked": 0, "passed": 0, "found": 0, "trace": 0} == {
            **whole.to_document(),
            "asked": 0,
            "passed": 0,
            "found": 0,
            "trace": 0,
        }


def test_a_currency_that_the_policy_does_not_know_goes_to_a_person_in_both() -> None:
    facts = some_facts(currency="KWD")

    assert Compiled(default_policy()).rule_of(facts) is None
    assert judge(facts, default_policy()).rule_key == ""


def test_a_rule_that_asks_nothing_more_ends_the_search() -> None:
    document = dict(default_policy().document)
    policy = parse({**document, "rules": [{**document["rules"][-1], "when": {"problem": ["damaged"]}}]})
    compiled = Compiled(policy)

    found = compiled.rule_of(some_facts())

    assert found is policy.rules[0]
    assert [len(rows) for rows in compiled.values()] == [1]
