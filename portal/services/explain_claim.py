"""Explain a claim that was decided, however long ago: its version, its facts, and whether it is decided the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.errors import NotFound
from portal.domain.holding import Held
from portal.domain.judged_again import WhyAgain
from portal.domain.policy import Policy, Verdict
from portal.domain.policy.nearly import Nearness, nearness
from portal.records import claims, judgements, policies
from portal.records.tables.claims import ClaimLine
from portal.records.tables.judgements import ClaimLineJudgement
from portal.records.tables.policies import PolicyVersion
from portal.services.current_policy import policy_of
from portal.services.decide_again import Again, decide_again
from portal.services.judge_standing import held_in
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class VersionSaid:
    """The version that decided: its market and number, when it was published, by whom, and since when it counts."""

    market: str
    number: int
    published_at: datetime
    published_by: str
    in_force_from: datetime


@dataclass(frozen=True, slots=True)
class Replaced:
    """What took the place of a judgement, whose doing that was, and when."""

    why: WhyAgain
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgementExplained:
    """One judgement of a line. facts: what was known of each thing that the version asks, in conditions' notation.

    replaced: none for the judgement that holds.
    """

    verdict: Verdict
    rules: Nearness
    facts: tuple[tuple[str, str], ...]
    held: tuple[Held, ...]
    again: Again
    replaced: Replaced | None


@dataclass(frozen=True, slots=True)
class LineExplained:
    """A claim line with every judgement of it, in their order; the last one holds."""

    number: int
    problem: str
    state: str
    judgements: tuple[JudgementExplained, ...]


@dataclass(frozen=True, slots=True)
class ClaimExplained:
    """A claim with the version that decided its lines, and what each rule of that is for, by its key."""

    ref: str
    reported_at: datetime
    version: VersionSaid
    rules: dict[str, str]
    lines: tuple[LineExplained, ...]


def explain_claim(toolkit: Toolkit, ref: str) -> ClaimExplained:
    """Explain a claim from what was kept of it; nothing is gathered anew. Raises NotFound."""
    with toolkit.reading() as session:
        claim = claims.found(session, ref)
        if claim is None:
            raise NotFound(ref)
        policy, earlier = policy_of(session, claim.policy_version_id), judgements.of_claim(session, claim.id)
        return ClaimExplained(
            ref=claim.ref,
            reported_at=claim.created_at,
            version=version_said(policies.by_id(session, claim.policy_version_id)),
            rules={rule.key: rule.describe for rule in policy.rules},
            lines=tuple(_line(line, earlier.get(line.id, ()), policy) for line in claim.lines),
        )


def version_said(version: PolicyVersion) -> VersionSaid:
    """Say which version it is."""
    return VersionSaid(
        version.market, version.number, version.published_at, version.published_by, version.in_force_from
    )


def again_of(judged: ClaimLine | ClaimLineJudgement, policy: Policy) -> Again:
    """Decide a line of a claim again, as it holds or as it was judged before."""
    return decide_again(policy, facts=judged.facts, standing=judged.standing, kept=judged.verdict)


def facts_found(verdict: Verdict) -> Iterator[tuple[str, str, str]]:
    """Give what a verdict found of each fact that its policy asks, once: the condition, what it wanted, the found."""
    seen: set[int] = set()
    for asked in verdict.asked:
        if asked.source not in seen:
            seen.add(asked.source)
            yield asked.condition, asked.wanted, verdict.found[asked.source]


def replaced_by(judged: ClaimLineJudgement) -> Replaced:
    """Say what took the place of a judgement."""
    return Replaced(WhyAgain(judged.why), judged.actor, judged.replaced_at)


def _line(line: ClaimLine, earlier: Sequence[ClaimLineJudgement], policy: Policy) -> LineExplained:
    before = [_judgement(one, policy, replaced_by(one)) for one in earlier]
    judged = (*before, _judgement(line, policy, None))
    return LineExplained(line.order_line.line_number, line.problem, line.state, judged)


def _judgement(judged: ClaimLine | ClaimLineJudgement, policy: Policy, replaced: Replaced | None) -> JudgementExplained:
    verdict = Verdict.from_document(judged.verdict)
    return JudgementExplained(
        verdict=verdict,
        rules=nearness(verdict),
        facts=tuple((f"{name}{_window(wanted)}", found) for name, wanted, found in facts_found(verdict)),
        held=held_in(judged.standing),
        again=again_of(judged, policy),
        replaced=replaced,
    )


def _window(wanted: str) -> str:
    """Name the window that a count is of, where a condition is about one."""
    _range, within, days = wanted.partition(" in ")
    return f" in {days}" if within and days.endswith(" days") else ""
