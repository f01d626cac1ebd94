"""Replay a draft over past claims: how many verdicts change, which way, what it costs, and whom it helps or hurts."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.analysis.replay.batches import batch_of
from portal.analysis.replay.comparing import Comparison
from portal.domain.policy import Policy
from portal.records import kept_facts
from portal.records.kept_facts import Which
from portal.records.sessions import Session
from portal.services.current_policy import policy_of
from portal.services.toolkit import Toolkit


def _in_silence(_done: int, _whole: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out. without_facts: claim lines set apart, because their facts were not recorded.

    refs: the claims of the largest changes, by the number of their line.
    """

    comparison: Comparison
    without_facts: int
    refs: dict[int, str]


def replay_policy(
    toolkit: Toolkit, *, draft: Policy, which: Which, progress: Callable[[int, int], None] = _in_silence
) -> Replay:
    """Judge past claims by a draft and by the version that decided them, as they were kept; nothing is written.

    progress: told how many claim lines of how many are done. Reads in blocks; memory does not grow with the claims,
    other than by two bytes for each customer.
    """
    with toolkit.reading() as session:
        return replay_in(session, draft=draft, which=which, progress=progress)


def replay_in(
    session: Session, *, draft: Policy, which: Which, progress: Callable[[int, int], None] = _in_silence
) -> Replay:
    """Do so in a session that is open."""
    comparison, without_facts, done = Comparison(), 0, 0
    versions: dict[int, Policy] = {}
    whole = kept_facts.count_lines(session, which)
    progress(0, whole)
    for block in kept_facts.kept_facts(session, which):
        recorded = [line for line in block if line.facts is not None]
        without_facts += len(block) - len(recorded)
        for version_id in {line.policy_version_id for line in recorded} - versions.keys():
            versions[version_id] = policy_of(session, version_id)
        if recorded:
            comparison.add(batch_of(recorded), versions, draft)
        done += len(block)
        progress(done, whole)
    refs = kept_facts.refs_of(session, [change.line_id for change in comparison.largest])
    return Replay(comparison, without_facts, refs)
