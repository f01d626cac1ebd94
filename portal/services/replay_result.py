"""What came of a replay, as it is kept and shown: the flips, the costs with their reasons, and what to look at."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from portal.analysis.replay.comparing import Cost, Flip
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import OutcomeKind
from portal.domain.policy.sayings import Part
from portal.services.replay_policy import Replay

_MOST_FLIPS = 60
_MOST_REASONS = 3


class FlipRow(NamedTuple):
    """One way in which verdicts changed, how many lines went it, and what that costs more or less."""

    flip: Flip
    lines: int
    minor: int


class Reason(NamedTuple):
    """A way of changing that makes a cost larger or smaller, and by how much."""

    flip: Flip
    minor: int


class CostRow(NamedTuple):
    """What a remedy of a class costs before and after, and the ways of changing that move it most."""

    cost: Cost
    before: int
    after: int
    reasons: tuple[Reason, ...]


class ChangeRow(NamedTuple):
    """One of the largest changes: the claim, the way, and by how much."""

    ref: str
    flip: Flip
    minor: int


class ReplayResult(NamedTuple):
    """What came of a replay. Amounts are in minor units of the currency of their row.

    more_flips, more_lines: the ways that are not listed because they are rare, and the lines that went them.
    rules: what each rule that is named is for, by its key.
    """

    lines: int
    changed: int
    without_facts: int
    better: int
    worse: int
    people_before: int
    people_after: int
    flips: tuple[FlipRow, ...]
    more_flips: int
    more_lines: int
    costs: tuple[CostRow, ...]
    largest: tuple[ChangeRow, ...]
    rules: Mapping[str, str]


def result_of(replay: Replay) -> ReplayResult:
    """Put together what came of a replay, the most frequent way and the largest change first."""
    found = replay.comparison
    ranked = sorted(found.flips, key=lambda flip: (-found.flips[flip], flip))
    listed, rest = ranked[:_MOST_FLIPS], ranked[_MOST_FLIPS:]
    costs = _costs(replay)
    named = {flip for row in costs for flip, _ in row.reasons} | {*listed, *(one.flip for one in found.largest)}
    keys = {key for flip in named for key in (flip.rule, flip.draft_rule)}
    return ReplayResult(
        lines=found.lines,
        changed=found.changed,
        without_facts=replay.without_facts,
        better=found.better,
        worse=found.worse,
        people_before=found.to_a_person["before"],
        people_after=found.to_a_person["after"],
        flips=tuple(FlipRow(flip, found.flips[flip], found.deltas[flip]) for flip in listed),
        more_flips=len(rest),
        more_lines=sum(found.flips[flip] for flip in rest),
        costs=costs,
        largest=tuple(ChangeRow(replay.refs[one.line_id], one.flip, one.delta_minor) for one in found.largest),
        rules={key: words for key, words in replay.rules.items() if key in keys},
    )


def _costs(replay: Replay) -> tuple[CostRow, ...]:
    found = replay.comparison
    reasons: dict[Cost, list[Reason]] = {cost: [] for cost in {*found.before, *found.after}}
    for (cost, flip), minor in found.causes.items():
        if minor:
            reasons[cost].append(Reason(flip, minor))
    return tuple(
        CostRow(cost, found.before[cost], found.after[cost], _most(reasons[cost]))
        for cost in sorted(reasons, key=lambda one: (one.currency, one.kind.value, one.policy_class.value))
    )


def _most(reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda one: (-abs(one.minor), one.flip))[:_MOST_REASONS])


def to_document(result: ReplayResult) -> dict[str, Any]:
    """Write as a document that JSON can hold; ``from_document`` gives an equal result."""
    return result._asdict()


def from_document(document: Mapping[str, Any]) -> ReplayResult:
    """Read what ``to_document`` wrote."""
    return ReplayResult(
        **{
            **document,
            "flips": tuple(FlipRow(_flip(flip), *rest) for flip, *rest in document["flips"]),
            "costs": tuple(
                CostRow(_cost(cost), before, after, tuple(Reason(_flip(flip), minor) for flip, minor in reasons))
                for cost, before, after, reasons in document["costs"]
            ),
            "largest": tuple(ChangeRow(ref, _flip(flip), minor) for ref, flip, minor in document["largest"]),
        }
    )


def _flip(written: list[Any]) -> Flip:
    # What was kept before the other parts of a verdict were compared ends with the currency.
    rule, outcome, draft_rule, draft_outcome, currency, *parts = written
    named = tuple(Part(part) for part in parts[0]) if parts else ()
    return Flip(rule, OutcomeKind(outcome), draft_rule, OutcomeKind(draft_outcome), currency, named)


def _cost(written: list[str]) -> Cost:
    kind, policy_class, currency = written
    return Cost(RemedyKind(kind), PolicyClass(policy_class), currency)
