"""Tally: how many past claim lines each rule of a policy would decide, and how many move from rule to rule."""

from collections import Counter

import numpy as np

from portal.analysis.replay.batches import Batch
from portal.analysis.replay.judging import judge_columns
from portal.domain.policy.table import Policy
from portal.domain.policy.verdict import NO_RULE_KEY


def tally(policy: Policy, batch: Batch) -> Counter[str]:
    """Count the lines of each rule by its key; the empty key counts those that no rule decides."""
    keys = [*(rule.key for rule in policy.rules), NO_RULE_KEY]
    numbers, counts = np.unique(judge_columns(policy, batch.facts).rules, return_counts=True)
    return Counter({keys[number]: int(count) for number, count in zip(numbers, counts, strict=True)})


def moved(before: Policy, after: Policy, batch: Batch) -> int:
    """Count the lines that a rule of another key decides after than before."""
    codes = {NO_RULE_KEY: 0}
    for rule in (*before.rules, *after.rules):
        codes.setdefault(rule.key, len(codes))
    one, other = (
        np.array([*(codes[rule.key] for rule in policy.rules), 0])[judge_columns(policy, batch.facts).rules]
        for policy in (before, after)
    )
    return int(np.count_nonzero(one != other))
