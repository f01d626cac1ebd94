"""The check of a policy before it is published: exact over every claim there could be, without one."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

from portal.domain.errors import BadPolicy
from portal.domain.policy.proof.clauses import Box
from portal.domain.policy.proof.concerns import Concern, ConcernKind, Proof, Severity
from portal.domain.policy.proof.currencies import alike
from portal.domain.policy.proof.examples import example_of
from portal.domain.policy.proof.held_back import concerns_of_limits
from portal.domain.policy.proof.kindness import Where, kinder_where
from portal.domain.policy.proof.search import Purse, Search, TooLong
from portal.domain.policy.proof.space import Masks, Space, space_of
from portal.domain.policy.proof.sums import concerns_of_outcomes
from portal.domain.policy.table import Policy
from portal.domain.problems import SENSIBLE

_STEPS = 400_000
# A table of 200 rules takes some 40,000 of these; what takes more than this would keep whoever saves it waiting.
_TOGETHER = 200_000
_ORDER = tuple(Severity)


def prove(policy: Policy, *, steps: int = _STEPS, together: int = _TOGETHER) -> Proof:
    """Find what a policy's rules do to every claim there could be.

    ``steps`` bounds each question, ``together`` all of them; what takes more is told as undecided. Shares of amounts
    count as facts of their own. Errors come first, then warnings, then notes, each in the order of the rules.
    """
    concerns = [*concerns_of_limits(policy), *concerns_of_outcomes(policy)]
    try:
        spaces = [space_of(policy, currency) for currency in alike(policy)]
    except BadPolicy as error:
        concerns.append(Concern(ConcernKind.UNDECIDED, Severity.ERROR, (), place=str(error)))
        return Proof(tuple(concerns))
    each = together // max(len(spaces), 1)
    checks = [list(_Check(policy, space, steps, each).concerns()) for space in spaces]
    concerns += _everywhere(checks) + _anywhere(checks)
    ranks = {rule.key: number for number, rule in enumerate(policy.rules)}
    concerns.sort(key=lambda one: (_ORDER.index(one.severity), [ranks[key] for key in one.rules]))
    return Proof(tuple(concerns))


_ONLY_WHERE_ALL = frozenset({ConcernKind.CONTRADICTS_ITSELF, ConcernKind.NEVER_REACHED, ConcernKind.ALWAYS_TRUE})


def _everywhere(checks: Sequence[Sequence[Concern]]) -> list[Concern]:
    """Keep what must be so in every currency to be wrong."""
    first, *others = checks
    said = [{(one.kind, one.rules, one.place) for one in check} for check in others]
    return [
        one
        for one in first
        if one.kind in _ONLY_WHERE_ALL and all((one.kind, one.rules, one.place) in known for known in said)
    ]


def _anywhere(checks: Sequence[Sequence[Concern]]) -> list[Concern]:
    """Keep what is wrong where it is so in any currency, once."""
    kept: dict[tuple[ConcernKind, tuple[str, ...], str], Concern] = {}
    for one in (one for check in checks for one in check if one.kind not in _ONLY_WHERE_ALL):
        kept.setdefault((one.kind, one.rules, one.place), one)
    return list(kept.values())


class _Check:
    """The questions to one space."""

    def __init__(self, policy: Policy, space: Space, steps: int, together: int) -> None:
        self._policy, self._space, self._steps, self._purse = policy, space, steps, Purse(together)
        self._boxes: list[Box] = [space.box(rule) for rule in policy.rules]
        self._keys = [rule.key for rule in policy.rules]

    def concerns(self) -> Iterator[Concern]:
        """Ask everything."""
        impossible: set[int] = set()
        for number in range(len(self._boxes)):
            told = list(self._of_rule(number))
            if any(one.kind is ConcernKind.CONTRADICTS_ITSELF for one in told):
                impossible.add(number)
            yield from told
        yield from self._gaps()
        yield from self._overlaps(impossible)

    def _search(self) -> Search:
        return Search(self._space, self._steps, self._purse)

    def _of_rule(self, number: int) -> Iterator[Concern]:
        key = self._keys[number]
        search = self._search()
        start = search.within(self._boxes[number])
        try:
            if search.outside(start, []) is None:
                yield Concern(ConcernKind.CONTRADICTS_ITSELF, Severity.ERROR, (key,))
                return
            if search.outside(start, self._boxes[:number]) is None:
                by = tuple(self._keys[at] for at in sorted(search.used))
                yield Concern(ConcernKind.NEVER_REACHED, Severity.ERROR, (key,), by=by)
            yield from self._always_true(number)
        except TooLong:
            yield Concern(ConcernKind.UNDECIDED, Severity.ERROR, (key,))

    def _always_true(self, number: int) -> Iterator[Concern]:
        """Tell conditions that hold wherever the others of their rule do."""
        rule = self._policy.rules[number]
        for condition in rule.conditions:
            at = self._space.numbers[condition.source]
            search = self._search()
            start = search.within(tuple(term for term in self._boxes[number] if term[0] != at))
            start[at] &= ~self._space.dimensions[at].mask(condition.region)
            if not start[at] or search.outside(start, []) is None:
                yield Concern(ConcernKind.ALWAYS_TRUE, Severity.WARNING, (rule.key,), place=condition.name)

    def _overlaps(self, impossible: set[int]) -> Iterator[Concern]:
        """Tell every pair of rules that some claim passes both of, and whether the one that loses is kinder.

        Where no steps are left, the pair that was to come is told, with how many come after it.
        """
        possible = [number for number in range(len(self._boxes)) if number not in impossible]
        before: int | None = None
        start: Masks = []
        for done, (first, second) in enumerate(combinations(possible, 2)):
            if self._purse.left < 0:
                more = comb(len(possible), 2) - done - 1
                keys = (self._keys[first], self._keys[second])
                yield Concern(ConcernKind.UNDECIDED, Severity.ERROR, keys, more=more)
                return
            if first != before:
                before, start = first, self._search().within(self._boxes[first])
            if all(start[at] & mask for at, mask in self._boxes[second]):
                yield from self._overlap(first, second)

    def _overlap(self, first: int, second: int) -> Iterator[Concern]:
        winner, loser = self._policy.rules[first], self._policy.rules[second]
        keys = (winner.key, loser.key)
        search = self._search()
        start = search.within((*self._boxes[first], *self._boxes[second]))
        try:
            for where in kinder_where(loser.outcome, winner.outcome):
                found = search.outside(self._narrowed(start, where), self._boxes[:first])
                if found is not None:
                    example = example_of(self._space, found)
                    yield Concern(ConcernKind.LATER_IS_KINDER, Severity.WARNING, keys, example=example)
                    return
            if search.outside(start, []) is not None:
                yield Concern(ConcernKind.OVERLAPS, Severity.NOTE, keys)
        except TooLong:
            yield Concern(ConcernKind.UNDECIDED, Severity.ERROR, keys)

    def _narrowed(self, start: Masks, where: Where) -> Masks:
        masks = list(start)
        for name, holds in where.items():
            at = self._space.numbers[name]
            masks[at] &= self._space.dimensions[at].where(holds)
        return masks

    def _gaps(self) -> Iterator[Concern]:
        """Tell, for every problem that makes sense for a parcel, a claim that no rule covers."""
        problem, state = self._space.numbers["problem"], self._space.numbers["parcel_state"]
        for parcel_state, problems in SENSIBLE.items():
            for one in problems:
                search = self._search()
                start = self._space.whole
                start[problem] = self._space.dimensions[problem].of_value(one)
                start[state] = self._space.dimensions[state].of_value(parcel_state)
                place = f"{one}, {parcel_state}"
                try:
                    found = search.outside(start, self._boxes)
                except TooLong:
                    yield Concern(ConcernKind.UNDECIDED, Severity.ERROR, (), place=place)
                    continue
                if found is not None:
                    example = example_of(self._space, found)
                    yield Concern(ConcernKind.NOT_COVERED, Severity.WARNING, (), place=place, example=example)
