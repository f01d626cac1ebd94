"""Judge every claim line again by the facts and the policy version that were kept with it, and compare (F13)."""

import time

from portal.domain.facts import Facts
from portal.domain.policy import judge
from portal.domain.policy.verdict import Verdict
from portal.records.invariants.asking import Held
from portal.records.invariants.judged import Judged, judged_lines
from portal.records.sessions import Session
from portal.services.current_policy import policy_of

KEY = "F13"
SAYS = "a decision can be made again: the kept facts and policy version give the kept outcome"
_FIRST = 5


def judge_again(session: Session) -> Held:
    """Judge all lines again, as they stream by."""
    began, rows, broken = time.perf_counter(), 0, 0
    refs: list[str] = []
    for line in judged_lines(session):
        rows += 1
        if not _same(session, line):
            broken += 1
            refs += [line.ref] if len(refs) < _FIRST else []
    return Held(KEY, SAYS, rows, broken, tuple(refs), time.perf_counter() - began)


def _same(session: Session, line: Judged) -> bool:
    verdict = judge(Facts.from_document(line.facts), policy_of(session, line.policy_version_id))
    return verdict == Verdict.from_document(line.verdict)
