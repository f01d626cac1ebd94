"""Saying in columns: what each row's verdict tells beside its amounts, as a number for each different saying."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.judging import NO_RULE, NOT_OFFERED, Judged
from portal.domain.offers import RemedyKind
from portal.domain.policy.sayings import Part, Saying, parts_between, said_by
from portal.domain.policy.table import Outcome, Policy
from portal.domain.policy.verdict import OutcomeKind

_KINDS = tuple(RemedyKind)
_PHOTO = 1 << len(_KINDS)
_CASES = _PHOTO << 1


@dataclass(slots=True)
class Sayings:
    """Every saying that came so far, with its number; equal ones share it, whichever policy and rule they are of."""

    _numbers: dict[Saying, int] = field(default_factory=dict)
    _between: dict[tuple[int, int], tuple[Part, ...]] = field(default_factory=dict)

    def of(self, policy: Policy, judged: Judged, facts: FactColumns) -> Numbers:
        """Give each row the number of what a policy says of it.

        A rule says one thing for each set of remedies that give something and for whether a photo is there, so that
        each is put together once and not for every row.
        """
        cases = np.where(judged.rules == NO_RULE, len(policy.rules), judged.rules).astype(np.int64) * _CASES
        for at, kind in enumerate(_KINDS):
            cases += (judged.amounts[kind] != NOT_OFFERED).astype(np.int64) << at
        if "evidence" in facts.flags:
            cases += facts.flags["evidence"] * np.int64(_PHOTO)
        counts = np.bincount(cases, minlength=1)
        numbers = np.zeros(len(counts), np.int64)
        for case in np.flatnonzero(counts).tolist():
            numbers[case] = self._numbers.setdefault(_saying(policy, case), len(self._numbers))
        return numbers[cases]

    def between(self, one: Numbers, other: Numbers) -> tuple[Numbers, Sequence[tuple[Part, ...]]]:
        """Name what differs between the sayings of each row: a number for each row, and what the numbers stand for."""
        known, most = tuple(self._numbers), len(self._numbers) + 1
        pairs, which = np.unique(one * most + other, return_inverse=True)
        return which, [self._parts(known, *divmod(pair, most)) for pair in pairs.tolist()]

    def _parts(self, known: Sequence[Saying], one: int, other: int) -> tuple[Part, ...]:
        if (one, other) not in self._between:
            self._between[one, other] = parts_between(known[one], known[other])
        return self._between[one, other]


def _saying(policy: Policy, case: int) -> Saying:
    number, case = divmod(case, _CASES)
    offered = [kind for at, kind in enumerate(_KINDS) if case >> at & 1]
    return said_by(_outcome(policy, number, offered), offered, photo_there=bool(case & _PHOTO))


def _outcome(policy: Policy, number: int, offered: Sequence[RemedyKind]) -> Outcome:
    """Give the outcome of a rule; where none matched, or its offers give nothing, a person, for whatever reason."""
    if number < len(policy.rules):
        outcome = policy.rules[number].outcome
        if offered or outcome.kind is not OutcomeKind.OFFER:
            return outcome
    return Outcome(OutcomeKind.ESCALATE, answer_within_hours=policy.defaults.answer_within_hours)
