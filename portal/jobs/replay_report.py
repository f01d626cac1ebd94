"""The report of a replay, as lines of text for whoever asked at the command line."""

from collections.abc import Iterator

from portal.analysis.replay.comparing import Comparison, totals
from portal.domain.money import Money, decimal_text
from portal.services.replay_policy import Replay
from portal.services.replay_result import ReplayResult, result_of

_MOST_FLIPS = 40
_MINUTES_AN_HOUR = 60
_SIDES = ("before", "after")


def report_lines(replay: Replay, minutes_a_claim: int) -> Iterator[str]:
    """Give the report line by line: what changes, what it costs, whom it helps, and the largest changes to look at."""
    found = replay.comparison
    yield (
        f"{found.lines} claim lines judged again, {found.changed} have another verdict; "
        f"{replay.without_facts} set apart without facts."
    )
    yield f"Customers better off: {found.better}. Worse off: {found.worse}."
    yield from _people(found, minutes_a_claim)
    yield from _costs(result_of(replay))
    yield from _flips(found)
    yield from _largest(replay)


def _people(found: Comparison, minutes_a_claim: int) -> Iterator[str]:
    before, after = found.to_a_person["before"], found.to_a_person["after"]
    hours = (after - before) * minutes_a_claim / _MINUTES_AN_HOUR
    work = f"{hours:+.1f} hours of work at {minutes_a_claim} minutes a claim"
    yield f"To a person: {before} before, {after} with the draft; {work}."


def _costs(found: ReplayResult) -> Iterator[str]:
    """Give what each remedy of each class costs before and after, under each the ways of changing that move it most."""
    yield ""
    yield f"{'remedy':<14} {'class':<10} {'before':>16} {'draft':>16} {'difference':>16}"
    for cost, before, after, reasons in found.costs:
        yield _cost_line(f"{cost.kind:<14} {cost.policy_class:<10}", cost.currency, before, after)
        for flip, minor in reasons:
            way = f"{_rule(flip.rule)} -> {_rule(flip.draft_rule)}"
            yield f"{'':<25} {'because of':>33} {_amount(minor, cost.currency):>16}  {way}"
    sums = [totals({row.cost: minor for row in found.costs if (minor := getattr(row, side))}) for side in _SIDES]
    for currency in sorted({*sums[0], *sums[1]}):
        yield _cost_line(f"{'in all':<25}", currency, sums[0].get(currency, 0), sums[1].get(currency, 0))


def _cost_line(name: str, currency: str, before: int, after: int) -> str:
    columns = (f"{_amount(minor, currency):>16}" for minor in (before, after, after - before))
    return f"{name} {' '.join(columns)}"


def _flips(found: Comparison) -> Iterator[str]:
    yield ""
    yield f"{'lines':>8} {'difference':>16}  what changes"
    ranked = sorted(found.flips, key=lambda flip: (-found.flips[flip], flip))
    for flip in ranked[:_MOST_FLIPS]:
        was, now = (
            f"{_rule(flip.rule)}: {flip.outcome}",
            f"{_rule(flip.draft_rule)}: {flip.draft_outcome}",
        )
        parts = f" (now other: {', '.join(flip.parts)})" if flip.parts else ""
        yield f"{found.flips[flip]:>8} {_amount(found.deltas[flip], flip.currency):>16}  {was} -> {now}{parts}"
    rest = ranked[_MOST_FLIPS:]
    if rest:
        yield f"{sum(found.flips[flip] for flip in rest):>8} {'':>16}  in {len(rest)} more ways"


def _largest(replay: Replay) -> Iterator[str]:
    yield ""
    yield "The largest changes, to be looked at by hand"
    for change in replay.comparison.largest:
        flip = change.flip
        amount = _amount(change.delta_minor, flip.currency)
        yield f"{replay.refs[change.line_id]:<12} {amount:>16}  {_rule(flip.rule)} -> {_rule(flip.draft_rule)}"


def _amount(minor: int, currency: str) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{decimal_text(Money(abs(minor), currency))} {currency}"


def _rule(key: str) -> str:
    return key or "(no rule)"
