"""What becomes of one parcel: when it leaves and arrives, what goes wrong with it, and which fault made it so."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.sandbox.year.carriage import Service, leaning
from portal.sandbox.year.given import Given, PastParcel, Row
from portal.sandbox.year.injected import LATE, Fault
from portal.sandbox.year.seasons import CROWDED_DAYS_LONGER, CROWDED_HARM, is_crowded
from portal.sandbox.year.truth import Fate

Place = Mapping[str, frozenset[str]]

# How often each of these happens to a parcel, of a hundred, where nothing speaks for more or less.
_USUAL = {
    Fate.NEIGHBOUR: 0.5,
    Fate.DAMAGED: 1.3,
    Fate.WRONG: 0.6,
    Fate.MISSING_LINE: 0.5,
    Fate.FAULTY: 1.0,
    Fate.NOT_AS_DESCRIBED: 0.7,
}
_BY_CARRIER = frozenset({Fate.LOST, Fate.NEIGHBOUR, Fate.DAMAGED})
_OF_A_HUNDRED, _AT_MOST = 100, 0.9
# A lateness that a fault caused; how often a parcel is late is not kept by lane, so what is usual stands here.
_USUALLY_LATE = 0.08
_ONE_DAY = timedelta(days=1)
_PACKED_IN = timedelta(days=2)
_AT_LEAST_PACKED_IN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Journey:
    """What becomes of a parcel. arrives_at: also where it arrives at somebody else; fault: the number, from 1."""

    handed_over_at: datetime
    promised_at: datetime | None
    arrives_at: datetime | None
    fate: Fate
    fault: int | None

    @property
    def late(self) -> bool:
        """Tell whether it arrives after the promised day."""
        return (
            self.promised_at is not None
            and self.arrives_at is not None
            and self.arrives_at >= self.promised_at + _ONE_DAY
        )


class Road:
    """The road between the shop and its customers, of one seed, with the faults that were put on it."""

    def __init__(self, seed: int, given: Given, faults: Sequence[Fault]) -> None:
        """Know how the feed's parcels travelled."""
        self._seed, self._given, self._faults = seed, given, faults
        self._leanings: dict[tuple[str, str], float] = {}

    def send(
        self,
        dice: random.Random,
        placed_at: datetime,
        past: PastParcel,
        service: Service,
        lines: Sequence[Row],
        place: Place,
    ) -> Journey:
        """Send one parcel. The same dice without a fault give the same journey but for what the fault causes."""
        handed_at = placed_at + max(past.handed or _PACKED_IN * (0.3 + dice.random()), _AT_LEAST_PACKED_IN)
        promised_at = placed_at + past.promised if past.promised is not None else None
        striking = [fault for fault in self._faults if fault.strikes(place, handed_at.date())]
        fate, fault = self._fate(dice, service, lines, striking, handed_at.date())
        arrives_at = handed_at + self._days(dice, past, service, handed_at.date())
        arrives_at, later = self._delayed(dice, arrives_at, promised_at, striking)
        if fate is Fate.LOST:
            return Journey(handed_at, promised_at, None, fate, fault)
        return Journey(handed_at, promised_at, arrives_at, fate, fault or later)

    def _days(self, dice: random.Random, past: PastParcel, service: Service, day: date) -> timedelta:
        jitter, picked = dice.lognormvariate(0.0, 0.15), dice.random()
        pool = self._given.transits.get(past.lane) or self._given.all_transits
        usual = past.transit or pool[int(picked * len(pool))]
        return usual * jitter * service.speed * (CROWDED_DAYS_LONGER if is_crowded(day) else 1.0)

    def _delayed(
        self, dice: random.Random, arrives_at: datetime, promised_at: datetime | None, striking: Sequence[Fault]
    ) -> tuple[datetime, int | None]:
        """Let faults make a parcel late that would not have been."""
        luck, days = dice.random(), dice.uniform(1.1, 9.0)
        if promised_at is None or arrives_at >= promised_at + _ONE_DAY:
            return arrives_at, None
        for fault in striking:
            share = (fault.times.get(LATE, 1.0) - 1.0) * _USUALLY_LATE
            if luck < share:
                return promised_at + timedelta(days=days), fault.number
            luck -= max(share, 0.0)
        return arrives_at, None

    def _fate(
        self, dice: random.Random, service: Service, lines: Sequence[Row], striking: Sequence[Fault], day: date
    ) -> tuple[Fate, int | None]:
        """Throw the dice for everything that can go wrong; what was thrown first counts."""
        found: tuple[Fate, int | None] = (Fate.FINE, None)
        for fate, rate in self._rates(service, lines, day).items():
            luck = dice.random()
            if found[0] is not Fate.FINE:
                continue
            found = (fate, None) if luck < rate else _struck(luck, rate, fate, striking) or found
        return found

    def _rates(self, service: Service, lines: Sequence[Row], day: date) -> dict[Fate, float]:
        row = lines[0]
        rates = {Fate.LOST: self._given.lost_in(row["ship_to_region"])}
        rates |= {fate: share / _OF_A_HUNDRED for fate, share in _USUAL.items()}
        crowd = CROWDED_HARM if is_crowded(day) else 1.0
        rates = {fate: rate * (service.care * crowd if fate in _BY_CARRIER else 1.0) for fate, rate in rates.items()}
        careless = self._leaning("vendor", row["vendor"])
        for fate in (Fate.DAMAGED, Fate.WRONG, Fate.MISSING_LINE):
            rates[fate] *= careless
        for fate in (Fate.FAULTY, Fate.NOT_AS_DESCRIBED):
            rates[fate] *= self._leaning("sku", row["sku"])
        return rates

    def _leaning(self, kind: str, name: str) -> float:
        if (kind, name) not in self._leanings:
            self._leanings[kind, name] = leaning(self._seed, kind, name, spread=0.5)
        return self._leanings[kind, name]


def _struck(luck: float, rate: float, fate: Fate, striking: Sequence[Fault]) -> tuple[Fate, int | None] | None:
    """Tell which fault caused a fate that would not have been; each adds to the rate what it multiplies it by."""
    reached = rate
    for fault in striking:
        reached = min(reached + rate * (fault.times.get(fate, 1.0) - 1.0), _AT_MOST)
        if luck < reached:
            return fate, fault.number
    return None
