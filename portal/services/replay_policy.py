"""Replay a draft over past claims: how many verdicts change, which way, what it costs, and whom it helps or hurts."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.analysis.replay.batches import batch_of
from portal.analysis.replay.comparing import Comparison
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.policy import Policy
from portal.records import kept_facts, kept_parts
from portal.records.kept_facts import Which
from portal.records.sessions import Session
from portal.services.current_policy import policy_of
from portal.services.toolkit import Toolkit


def _in_silence(_done: int, _whole: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out. without_facts: claim lines set apart, because their facts were not recorded.

    refs: the claims of the largest changes, by the number of their line. rules: what every rule is for, by its key; the
    draft's own words where a version had others.
    """

    comparison: Comparison
    without_facts: int
    refs: dict[int, str]
    rules: dict[str, str]


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
    counted = kept_parts.count_by_version(session, which)
    whole = sum(counted.values())
    progress(0, whole)
    versions = {version_id: policy_of(session, version_id) for version_id in counted}
    reading = reading_of([draft, *versions.values()])
    for block in kept_parts.kept_parts(session, which, reading.paths, reading.whether):
        without_facts += block.without_facts
        if block.line_ids:
            comparison.add(batch_of(block, reading), versions, draft)
        done += len(block.line_ids) + block.without_facts
        progress(done, whole)
    refs = kept_facts.refs_of(session, [change.line_id for change in comparison.largest])
    rules = {rule.key: rule.describe for policy in (*versions.values(), draft) for rule in policy.rules}
    return Replay(comparison, without_facts + comparison.set_apart, refs, rules)
