"""What a verdict costs, beside another engine on the same table, and how long the proof of a large table takes."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TypeVar

from portal.domain.facts import Facts
from portal.domain.policy import Policy, default_policy, judge, parse
from portal.domain.policy.compiled import Compiled
from portal.domain.policy.judge import conclude
from portal.domain.policy.proof import prove
from portal.domain.problems import SENSIBLE
from tests.bench.figures import Report
from tests.support.claim_facts import brl, some_facts
from tests.support.policy_peers import Context, context_of, if_chain, zen_table

T = TypeVar("T")
_RULES, _PROVEN = 50, 200
_CLAIMS, _ROUNDS = 400, 15
_PLAIN_ROUNDS, _PROOFS = 25, 2
_MOST_OF_ZEN = 0.2
_MOST_OF_IFS = 2.0
_MOST_SECONDS = 2.0


def measure(report: Report) -> None:
    """Judge the same claims by both engines in turn, and prove a table four times as long."""
    document = dict(default_policy().document)
    policy = parse({**document, "rules": document["rules"][:_RULES]})
    claims = _claims(random.Random(1))
    contexts = [context_of(one, policy) for one in claims]
    table = zen_table(policy, "BRL")
    ours, zens = [], []
    for _ in range(_ROUNDS):
        ours.append(_each(lambda one: judge(one, policy), claims))
        zens.append(_each(lambda one: table.evaluate(one, {"trace": True}), contexts))
    for one, context in zip(claims, contexts, strict=True):
        if table.evaluate(context)["result"].get("rule", "") != judge(one, policy).rule_key:
            raise RuntimeError(f"the engines differ on {one}")
    _plain(report, policy, claims, contexts)
    # The best of many on each side: whatever else the machine does can only add to what it takes.
    report.tell("policy.verdicts_a_second", 1 / min(ours), f"{_RULES} rules, whole trace")
    report.tell("policy.zen_a_second", 1 / min(zens), "its trace of the winner")
    report.hold("policy.verdict_to_zen", min(ours) / min(zens), "of its time", most=_MOST_OF_ZEN)
    seconds = min(_each(prove, [_long_table()]) for _ in range(_PROOFS))
    report.hold("policy.check_seconds", seconds, f"s for {_PROVEN} rules", most=_MOST_SECONDS)


def _plain(report: Report, policy: Policy, claims: Sequence[Facts], contexts: Sequence[Context]) -> None:
    """Judge without a trace beside a chain of ifs: the rule alone on both sides, and then what the rule gives too."""
    rules = {rule.key: rule for rule in policy.rules} | {"": None}
    compiled = Compiled(policy)
    with tempfile.TemporaryDirectory(prefix="amends-ifs-") as folder:
        chain = if_chain(policy, "BRL", Path(folder))
    both = list(zip(claims, contexts, strict=True))
    found: dict[str, list[float]] = {"ours": [], "ifs": [], "ours whole": [], "ifs whole": []}
    for _ in range(_PLAIN_ROUNDS):
        found["ours"].append(_each(compiled.rule_of, claims))
        found["ifs"].append(_each(chain, contexts))
        found["ours whole"].append(_each(lambda one: compiled.verdict(one[0]), both))
        found["ifs whole"].append(_each(lambda one: conclude(rules[chain(one[1])], one[0], policy), both))
    best = {way: min(seconds) for way, seconds in found.items()}
    report.tell("policy.plain_verdicts_a_second", 1 / best["ours whole"], "with amounts, no trace")
    report.hold("policy.verdict_plain_to_if_chain", best["ours"] / best["ifs"], "of its time", most=_MOST_OF_IFS)
    report.hold(
        "policy.verdict_amounts_to_if_chain", best["ours whole"] / best["ifs whole"], "of its time", most=_MOST_OF_IFS
    )


def _each(act: Callable[[T], object], things: Sequence[T]) -> float:
    """Give the seconds that one takes."""
    began = time.perf_counter()
    for one in things:
        act(one)
    return (time.perf_counter() - began) / len(things)


def _claims(chance: random.Random) -> list[Facts]:
    """Make claims of every problem that makes sense for a parcel."""
    made = []
    for _ in range(_CLAIMS):
        state = chance.choice(list(SENSIBLE))
        since = chance.randrange(60)
        made.append(
            some_facts(
                problem=chance.choice(SENSIBLE[state]),
                parcel_state=state,
                goods=chance.choice((900, 8_000, 40_000, 400_000)),
                days_since_delivered=since,
                days_since_promised=since + chance.randrange(-5, 20),
                days_since_handed_over=since + 5,
                days_late=chance.randrange(-5, 20),
                earlier_claims_days=tuple(range(0, chance.randrange(4) * 20, 20)),
                claimed_value=brl(chance.choice((1_000, 50_000, 500_000))),
            )
        )
    return made


def _long_table() -> Policy:
    """Lengthen the default policy by rules of its own for single vendors."""
    document = dict(default_policy().document)
    chance = random.Random(3)
    rules = []
    for copy in range(4):
        for row in document["rules"]:
            mine = deepcopy(row)
            mine["key"] = f"{row['key']}_{copy}"
            if copy < 3:
                mine["when"]["vendor"] = [f"vendor_{chance.randrange(9)}_{copy}"]
            rules.append(mine)
    return parse({**document, "rules": rules[:_PROVEN]})
