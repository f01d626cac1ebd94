"""Judge every claim line again by the facts, standing and policy version that were kept with it, and compare (F13)."""

import time
from typing import Any

from portal.domain.facts import Facts
from portal.domain.policy import Policy, Verdict
from portal.records.invariants.asking import Held
from portal.records.invariants.judged import EXPLAINED, judged_lines
from portal.records.sessions import Session
from portal.services.current_policy import policy_of
from portal.services.judge_standing import judge_kept, without_later

KEY = "F13"
SAYS = "a decision can be made again: the kept facts and policy version give the kept outcome"
MOST = 30_000
_FIRST = 5


def judge_again(session: Session) -> Held:
    """Judge lines again as they stream by: the newest, as many as fit into some ten seconds."""
    began, rows, broken = time.perf_counter(), 0, 0
    refs: list[str] = []
    policies: dict[int, Policy] = {}
    for line in judged_lines(session, MOST):
        rows += 1
        policy = policies.get(line.policy_version_id) or policy_of(session, line.policy_version_id)
        policies[line.policy_version_id] = policy
        verdict, standing = judge_kept(Facts.from_document(line.facts), policy, line.standing)
        if _outcome(verdict) != line.outcome or standing != without_later(line.standing):
            broken += 1
            refs += [line.ref] if len(refs) < _FIRST else []
    return Held(KEY, SAYS, rows, broken, tuple(refs), time.perf_counter() - began)


def _outcome(verdict: Verdict) -> dict[str, Any]:
    """Write a verdict as it is kept, without what only explains it."""
    document = {name: value for name, value in verdict.to_document().items() if name not in EXPLAINED}
    return {**document, "found": list(verdict.found)}
