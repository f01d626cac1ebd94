"""The search for a claim that lies in one box and in no other, exact: what it does not find is nowhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.policy.proof.clauses import Box
from portal.domain.policy.proof.dimensions import Part
from portal.domain.policy.proof.space import Masks, Space

_NO_END = float("-inf")
# To hold a claim against so many boxes takes as long again as a step with few.
_BOXES_A_STEP = 50
# Days that are at least as many as those since anything else.
_ON_THE_WAY = ("days_since_handed_over", "days_since_last_scan")
_BEFORE_ALL = ("days_since_ordered", "days_since_first_order")
Found = dict[int, Part]
"""A part for each number of a dimension: every claim in all of them at once is one that was searched for."""


class TooLong(Exception):
    """The search took more steps than it was given."""


@dataclass(slots=True)
class Purse:
    """Steps that all searches of one proof share."""

    left: int


class Search:
    """One search after another in a space, with steps counted over all of them.

    The method is that of a decision procedure over products of finite domains: subtract one box after another,
    splitting what is left, and drop what the relations between facts rule out (unit propagation, as in Davis,
    Logemann and Loveland 1962; least solutions for the orders).
    """

    def __init__(self, space: Space, steps: int, purse: Purse) -> None:
        """Keep the space and how many steps are left, for this one and for all."""
        self._space, self.left, self._purse = space, steps, purse
        self.used: set[int] = set()

    def outside(self, start: Masks, boxes: Sequence[Box]) -> Found | None:
        """Find a claim within ``start`` that lies in none of the boxes; ``used`` tells which boxes took what was there.

        Raises TooLong where the steps run out.
        """
        self.used = set()
        return self._outside(list(start), list(enumerate(boxes)))

    def within(self, box: Box) -> Masks:
        """Narrow everything there could be to a box."""
        masks = self._space.whole
        for at, mask in box:
            masks[at] &= mask
        return masks

    def _outside(self, masks: Masks, boxes: list[tuple[int, Box]]) -> Found | None:
        self._step(1 + len(boxes) // _BOXES_A_STEP)
        if not self._propagate(masks):
            return None
        live = [(number, box) for number, box in boxes if all(masks[at] & mask for at, mask in box)]
        if not live:
            return self._settled(masks)
        number, box = min(live, key=lambda one: sum(1 for at, mask in one[1] if masks[at] & ~mask))
        self.used.add(number)
        for at, mask in box:
            beyond = masks[at] & ~mask
            if beyond:
                part = list(masks)
                part[at] = beyond
                found = self._outside(part, live)
                if found is not None:
                    return found
                masks[at] &= mask
        return None

    def _step(self, weight: int = 1) -> None:
        self.left -= 1
        self._purse.left -= weight
        if self.left < 0 or self._purse.left < 0:
            raise TooLong

    def _propagate(self, masks: Masks) -> bool:
        """Take away what clauses rule out with all other terms given; tell whether anything is left."""
        changed = True
        while changed:
            changed = False
            for clause in self._space.clauses:
                open_terms = [(at, mask) for at, mask in clause if masks[at] & ~mask]
                if len(open_terms) > 1 or not all(masks[at] & mask for at, mask in clause):
                    continue
                if not open_terms:
                    return False
                at, mask = open_terms[0]
                masks[at] &= ~mask
                changed = True
        return all(masks)

    def _settled(self, masks: Masks) -> Found | None:
        """Find one claim that every relation allows."""
        self._step()
        if not self._propagate(masks):
            return None
        for clause in self._space.clauses:
            if all(masks[at] & mask for at, mask in clause):
                at, mask = next((at, mask) for at, mask in clause if masks[at] & ~mask)
                return self._either(masks, at, masks[at] & ~mask)
        return self._in_time(masks)

    def _either(self, masks: Masks, at: int, first: int) -> Found | None:
        for half in (first, masks[at] & ~first):
            part = list(masks)
            part[at] = half
            found = self._settled(part)
            if found is not None:
                return found
        return None

    def _in_time(self, masks: Masks) -> Found | None:
        """Choose the parts of the promised and the delivered day and of days late so that they fit together."""
        promised, delivered, late = self._space.lateness
        for when in self._parts(masks, promised):
            for came in self._parts(masks, delivered):
                for days in self._parts(masks, late):
                    self._step()
                    if _fit(when, came, days):
                        return self._in_order(masks, {promised: when, delivered: came, late: days})
        return None

    def _in_order(self, masks: Masks, chosen: Found) -> Found | None:
        """Choose the least part that the orders allow for each number, and the first of everything else.

        The least solution of orders over totally ordered domains exists exactly where any does. Where it can be,
        nothing came before it was ordered, so that what is found looks like a claim that somebody could have.
        """
        early = self._after_all(chosen)
        return self._ordered(masks, dict(chosen), early) or self._ordered(masks, chosen, {})

    def _after_all(self, chosen: Found) -> dict[int, float]:
        """Give since how many days at least there must be an order for what was chosen to have come after it."""
        since = max([0, *(part.low for part in chosen.values() if part.is_number and part.low is not None)])
        return {self._space.numbers[name]: since for name in _BEFORE_ALL}

    def _ordered(self, masks: Masks, chosen: Found, early: Mapping[int, float]) -> Found | None:
        least: defaultdict[int, float] = defaultdict(lambda: _NO_END, early)
        for less, more in self._space.orders:
            for at in (less, more):
                from_there = max(least[at], least[less])
                part = self._first_from(masks, at, from_there)
                if part is None:
                    return None
                chosen[at] = part
                least[at] = max(from_there, _least(part))
        for at in range(len(masks)):
            if at not in chosen:
                chosen[at] = self._likely(masks, at, max(early.values(), default=0))
        return chosen

    def _likely(self, masks: Masks, at: int, since: float) -> Part:
        """Choose the first part, or of a day on the way one that was no later than what came after."""
        if self._space.dimensions[at].name in _ON_THE_WAY:
            since_then = self._first_from(masks, at, since)
            if since_then is not None:
                return since_then
        return self._parts(masks, at)[0]

    def _first_from(self, masks: Masks, at: int, least: float) -> Part | None:
        return next((part for part in self._parts(masks, at) if part.high is None or part.high >= least), None)

    def _parts(self, masks: Masks, at: int) -> list[Part]:
        return self._space.dimensions[at].of_mask(masks[at])


def _fit(promised: Part, delivered: Part, late: Part) -> bool:
    """Tell whether days late can be the days since the promise less those since the delivery, or one less."""
    if not (promised.is_number and delivered.is_number and late.is_number):
        return True
    return _least(promised) - _most(delivered) - _most(late) <= 1 and _most(promised) - _least(delivered) >= _least(
        late
    )


def _least(part: Part) -> float:
    return _NO_END if part.low is None else part.low


def _most(part: Part) -> float:
    return float("inf") if part.high is None else part.high
