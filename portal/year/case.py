"""One claim of a year as the people around it see it."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from portal.domain.offers import RemedyKind
from portal.domain.ports import PhotoStore
from portal.sandbox.year.truth import Truth
from portal.services.follow_claim import Ports
from portal.services.toolkit import Toolkit
from portal.year import reading
from portal.year.agenda import Agenda, Clock
from portal.year.reading import SeenClaim

_TASTES = (RemedyKind.REPLACEMENT, RemedyKind.REFUND, RemedyKind.STORE_CREDIT)
_TASTE_WEIGHTS = (42, 38, 20)


@dataclass(slots=True)
class Case:
    """A claim, the truth behind it, and the dice of its customer. version: the newest that somebody has looked at."""

    truth: Truth
    customer_id: int
    dice: random.Random
    ref: str = ""
    version: int = -1
    asked_again: bool = False
    tries: int = 0

    @property
    def key(self) -> str:
        """Name the page that the customer reports on."""
        return f"year-{self.truth.shipment}"

    def tastes(self) -> list[RemedyKind]:
        """Give the remedies in the order in which this customer would take them."""
        first = self.dice.choices(_TASTES, _TASTE_WEIGHTS)[0]
        return [first, *(kind for kind in _TASTES if kind is not first)]


@dataclass(slots=True)
class Means:
    """What everybody in a part of the year works with. jobs: what transactions left to be done since the last look."""

    toolkit: Toolkit
    ports: Ports
    photos: PhotoStore
    clock: Clock
    agenda: Agenda
    seed: int
    jobs: list[dict[str, Any]]
    # Lets somebody act on a claim, and everybody look at what came of it; the part of the year brings it.
    acted: Callable[[Case, Callable[[], object]], object] = lambda _case, act: act()
    # What happened, by its name, for the summary.
    counts: Counter[str] = field(default_factory=Counter)

    def dice_of(self, *name: str) -> random.Random:
        """Give dice of their own to whatever has this name."""
        return random.Random("/".join((str(self.seed), *name)))

    def look(self, case: Case) -> SeenClaim:
        """Look at a claim as it is now."""
        with self.toolkit.reading() as session:
            found = reading.seen(session, case.ref)
        if found is None:
            raise LookupError(case.ref)
        return found

    def plan(self, at: datetime, case: Case, act: Callable[[Case, SeenClaim], None]) -> None:
        """Have somebody do something about a claim at a time, unless it has moved on by then."""
        version = case.version

        def do() -> None:
            if case.version == version and (claim := self.look(case)).version == version:
                self.acted(case, partial(act, case, claim))

        self.agenda.plan(at, do)
