"""Four ways to find the rule that decides, held against each other over random claims."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from portal.domain.policy import Policy, judge
from portal.domain.policy.compiled import Compiled
from tests.support.policy_peers import context_of, if_chain, zen_table
from tests.support.random_claims import Claims

CURRENCIES = ("BRL", "EUR", "JPY")


def same_verdicts(policy: Policy, folder: Path, *, claims: int, chance: Random) -> Counter[str]:
    """Count the claims that each rule decided; raise AssertionError where two ways differ on one.

    The ways are ``judge``, the compiled policy, zen-engine's decision table, and a chain of ifs in Python.
    """
    came: Counter[str] = Counter()
    made, compiled = Claims(policy, chance), Compiled(policy)
    for number, currency in enumerate(CURRENCIES):
        table, chain = zen_table(policy, currency), if_chain(policy, currency, folder)
        for _ in range(number, claims, len(CURRENCIES)):
            facts = made.any_in(currency)
            verdict, context = judge(facts, policy), context_of(facts, policy)
            key = verdict.rule_key
            found = (table.evaluate(context)["result"].get("rule", ""), chain(context))
            if found != (key, key) or compiled.verdict(facts) != replace(
                verdict, asked=(), passed=0, found=(), trace=()
            ):
                raise AssertionError(f"{key!r} decides, and zen-engine and the ifs say {found}: {facts}")
            came[key] += 1
    return came
