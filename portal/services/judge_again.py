"""Judge every claim line again, by what was kept of each judgement of it, and compare (F13)."""

import time
from collections.abc import Callable

from portal.domain.policy import Policy
from portal.records.invariants.asking import Held
from portal.records.invariants.judged import judged_lines
from portal.records.sessions import Session
from portal.services.current_policy import policy_of
from portal.services.decide_again import decide_again

KEY = "F13"
SAYS = "a decision can be made again: the kept facts and policy version give the kept outcome"
MOST = 30_000
_FIRST = 5


def _in_silence(_done: int) -> None:
    """Tell nobody."""


def judge_again(session: Session, *, most: int | None = MOST, progress: Callable[[int], None] = _in_silence) -> Held:
    """Judge again as judgements stream by: the newest, as many as fit into some ten seconds; all for None."""
    began, rows, broken = time.perf_counter(), 0, 0
    refs: list[str] = []
    policies: dict[int, Policy] = {}
    for line in judged_lines(session, most):
        rows += 1
        policy = policies.get(line.policy_version_id) or policy_of(session, line.policy_version_id)
        policies[line.policy_version_id] = policy
        if not decide_again(policy, facts=line.facts, standing=line.standing, kept=line.outcome).same:
            broken += 1
            refs += [line.ref] if len(refs) < _FIRST else []
        progress(rows)
    return Held(KEY, SAYS, rows, broken, tuple(refs), time.perf_counter() - began)
