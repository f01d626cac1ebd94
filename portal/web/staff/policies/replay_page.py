"""What the page of a replay shows: how far it is, and what came of it in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.money import Money
from portal.domain.policy import Policy
from portal.domain.policy.verdict import NO_RULE_KEY
from portal.domain.replays import UNDER_WAY, ReplayState
from portal.letters.language import percent
from portal.records.tables.replays import PolicyReplay
from portal.services.replay_result import CostRow, FlipRow, ReplayResult, from_document
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import CLASSES, REMEDIES, named
from portal.web.staff.policies.words import VERDICT_PARTS

_WHOLE = 100
_MINUTES_AN_HOUR = 60
STATES = {
    "waiting": lazy("Waits for the worker"),
    "running": lazy("Under way"),
    "done": lazy("Done"),
    "stopped": lazy("Stopped"),
    "failed": lazy("Failed"),
}
TONES = {"waiting": "wait", "running": "wait", "done": "good", "stopped": "", "failed": "care"}
OUTCOMES = {
    "offer": lazy("Offer remedies"),
    "escalate": lazy("A person decides"),
    "wait": lazy("Wait until a date"),
    "decline": lazy("Say no"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more or less something costs. tone: ``more``, ``less`` or nothing."""

    amount: Money
    tone: str


@dataclass(frozen=True, slots=True)
class CostView:
    """A row of the costs; reasons: (difference, which rules)."""

    remedy: str
    policy_class: str
    before: Money
    after: Money
    difference: Difference
    reasons: tuple[tuple[Difference, str], ...]


@dataclass(frozen=True, slots=True)
class WayView:
    """A rule before and a rule after, the lines that went so, and what that costs more or less.

    parts: what the verdicts say otherwise, in words; empty where the outcomes or only the amounts differ.
    """

    before: str
    after: str
    parts: tuple[str, ...]
    lines: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class WaysView:
    """All changes from one outcome to another."""

    before: str
    after: str
    lines: int
    ways: tuple[WayView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One of the largest changes."""

    ref: str
    way: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class ResultView:
    """What came of a replay. hours: of work of people, more or less."""

    lines: int
    changed: int
    share: str
    better: int
    worse: int
    people_before: int
    people_after: int
    hours: str
    without_facts: int
    costs: tuple[CostView, ...]
    totals: tuple[CostView, ...]
    ways: tuple[WaysView, ...]
    more_ways: int
    more_lines: int
    largest: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class ReplayView:
    """Rendered by ``staff/policies/replay.html``. version: how far it is, for a page that asks.

    earlier: the draft has another text by now. other_limits: its limits or budgets are not those that are published.
    percent: how much is done, None before the lines are counted. result: what came of it, where it is done.
    """

    replay: PolicyReplay
    title: str
    state: str
    tone: str
    moving: bool
    version: str
    percent: int | None
    asked_by: str
    market: str
    earlier: bool
    other_limits: bool
    again: str
    draft_url: str
    result: ResultView | None


def other_limits(policy: Policy, published: Policy | None) -> bool:
    """Tell whether a text limits or budgets otherwise than a published one; what of it is held back is not counted.

    In which order they stand, and how soon a person answers, holds nothing back.
    """
    return published is not None and _holds_back(policy) != _holds_back(published)


def _holds_back(policy: Policy) -> set[tuple[object, ...]]:
    limits = {(one.subject, one.within_days, one.remedies, _by_currency(one.value)) for one in policy.limits}
    budgets = {(one.policy_class, one.period, _by_currency(one.amount), one.stops) for one in policy.budgets}
    return limits | budgets


def _by_currency(amount: Mapping[str, int] | None) -> frozenset[tuple[str, int]] | None:
    return None if amount is None else frozenset(amount.items())


def version_of_page(replay: PolicyReplay) -> str:
    """Name how far a replay is, so that a page that shows less knows that there is news."""
    return f"{replay.state}-{percent_of(replay)}"


def percent_of(replay: PolicyReplay) -> int | None:
    """Tell how many lines of a hundred are done; None before they are counted."""
    if replay.lines_whole is None:
        return None
    return _WHOLE if replay.lines_whole == 0 else replay.lines_done * _WHOLE // replay.lines_whole


def is_moving(replay: PolicyReplay) -> bool:
    """Tell whether a replay waits or runs."""
    return ReplayState(replay.state) in UNDER_WAY


def result_view(replay: PolicyReplay) -> ResultView | None:
    """Say what came of a replay; None where nothing has."""
    if replay.result is None:
        return None
    found = from_document(replay.result)
    hours = (found.people_after - found.people_before) * replay.minutes / _MINUTES_AN_HOUR
    return ResultView(
        lines=found.lines,
        changed=found.changed,
        share=percent(found.changed / max(found.lines, 1), current_locale()),
        better=found.better,
        worse=found.worse,
        people_before=found.people_before,
        people_after=found.people_after,
        hours=f"{hours:+.1f}",
        without_facts=found.without_facts,
        costs=tuple(_cost(row, found.rules) for row in found.costs),
        totals=_totals(found.costs),
        ways=_ways(found),
        more_ways=found.more_flips,
        more_lines=found.more_lines,
        largest=tuple(
            ChangeView(
                one.ref,
                _way(one.flip.rule, one.flip.draft_rule, found.rules),
                _difference(one.minor, one.flip.currency),
            )
            for one in found.largest
        ),
    )


def _difference(minor: int, currency: str) -> Difference:
    return Difference(Money(minor, currency), "more" if minor > 0 else "less" if minor < 0 else "")


def _cost(row: CostRow, rules: Mapping[str, str]) -> CostView:
    cost = row.cost
    return CostView(
        named(REMEDIES, cost.kind),
        named(CLASSES, cost.policy_class),
        Money(row.before, cost.currency),
        Money(row.after, cost.currency),
        _difference(row.after - row.before, cost.currency),
        tuple(
            (_difference(minor, cost.currency), _way(flip.rule, flip.draft_rule, rules)) for flip, minor in row.reasons
        ),
    )


def _totals(rows: tuple[CostRow, ...]) -> tuple[CostView, ...]:
    """Add the costs of each currency up."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        before, after = sums.get(row.cost.currency, (0, 0))
        sums[row.cost.currency] = before + row.before, after + row.after
    return tuple(
        CostView("", "", Money(before, code), Money(after, code), _difference(after - before, code), ())
        for code, (before, after) in sorted(sums.items())
    )


def _ways(found: ReplayResult) -> tuple[WaysView, ...]:
    """Group the flips by the outcomes before and after, the most lines first."""
    groups: dict[tuple[str, str], list[FlipRow]] = {}
    for row in found.flips:
        groups.setdefault((row.flip.outcome, row.flip.draft_outcome), []).append(row)
    views = [
        WaysView(
            named(OUTCOMES, before),
            named(OUTCOMES, after),
            sum(row.lines for row in rows),
            tuple(_way_view(row, found.rules) for row in rows),
        )
        for (before, after), rows in groups.items()
    ]
    return tuple(sorted(views, key=lambda view: -view.lines))


def _way_view(row: FlipRow, rules: Mapping[str, str]) -> WayView:
    flip = row.flip
    before, after = (rule_name(key, rules) for key in (flip.rule, flip.draft_rule))
    parts = tuple(named(VERDICT_PARTS, part) for part in flip.parts)
    return WayView(before, after, parts, row.lines, _difference(row.minor, flip.currency))


def _way(before: str, after: str, rules: Mapping[str, str]) -> str:
    if before == after:
        return rule_name(before, rules)
    return _("%(before)s → %(after)s", before=rule_name(before, rules), after=rule_name(after, rules))


def rule_name(key: str, rules: Mapping[str, str]) -> str:
    """Say what a rule is for."""
    if key == NO_RULE_KEY:
        return _("No rule matches")
    return _(rules[key]) if key in rules else key
