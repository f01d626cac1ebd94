"""Faults that are put into a year on purpose: where they strike, from which day on, and how much more often than usual.

``lane=Tucano Log/expresso/RJ from=2026-06-01 loss=2x`` loses twice as many parcels of one lane as it usually would.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.sandbox.year.truth import Fate

LATE = "late"
_PLACES = ("carrier", "service", "region", "vendor", "origin", "warehouse", "sku", "category")
_EFFECTS: Mapping[str, str] = {
    "loss": Fate.LOST,
    "late": LATE,
    "damage": Fate.DAMAGED,
    "neighbour": Fate.NEIGHBOUR,
    "wrong": Fate.WRONG,
    "missing": Fate.MISSING_LINE,
    "faulty": Fate.FAULTY,
    "description": Fate.NOT_AS_DESCRIBED,
}
_WORDS = ("lane", *_PLACES, "from", "until", *_EFFECTS)
_WORD = re.compile(rf"(?:^|\s+)({'|'.join(_WORDS)})=")
_TIMES = re.compile(r"(\d+(?:\.\d+)?)x")
_ANY = "*"
_LANE_PARTS = ("carrier", "service", "region")


class BadFault(ValueError):
    """A fault that cannot be read; a sentence says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One injected fault. where: what a parcel must be, by the name of the place; times: how often beside usual."""

    number: int
    where: Mapping[str, str]
    from_on: date
    until_on: date | None
    times: Mapping[str, float]

    def strikes(self, place: Mapping[str, frozenset[str]], day: date) -> bool:
        """Tell whether it strikes a parcel that was handed over on a day."""
        if day < self.from_on or (self.until_on is not None and day >= self.until_on):
            return False
        return all(wanted in place[name] for name, wanted in self.where.items())


def read_faults(texts: Iterable[str]) -> list[Fault]:
    """Read faults as they are typed; raise BadFault with a sentence."""
    return [_read(number, text) for number, text in enumerate(texts, start=1)]


def _read(number: int, text: str) -> Fault:
    pieces = _WORD.split(text.strip())
    if pieces[0] or len(pieces) == 1:
        raise BadFault(f"{text!r}: a fault is written as lane=CARRIER/SERVICE/REGION from=2026-06-01 loss=2x.")
    said = {name: value.strip() for name, value in zip(pieces[1::2], pieces[2::2], strict=True)}
    where = {name: said[name] for name in _PLACES if name in said} | _lane(text, said.get("lane"))
    times = {_EFFECTS[name]: _times(text, said[name]) for name in _EFFECTS if name in said}
    if not where or not times:
        raise BadFault(f"{text!r}: a fault says where it strikes ({', '.join(_WORDS[:9])}) and what it does.")
    until = _day(text, said["until"]) if "until" in said else None
    return Fault(number, where, _day(text, said.get("from", "")), until, times)


def _lane(text: str, lane: str | None) -> dict[str, str]:
    if lane is None:
        return {}
    parts = [part.strip() for part in lane.split("/")]
    if len(parts) != len(_LANE_PARTS) or not all(parts):
        raise BadFault(f"{text!r}: a lane is CARRIER/SERVICE/REGION; * stands for any.")
    return {name: part for name, part in zip(_LANE_PARTS, parts, strict=True) if part != _ANY}


def _times(text: str, said: str) -> float:
    found = _TIMES.fullmatch(said)
    if found is None:
        raise BadFault(f"{text!r}: how often is written as 2x or 1.5x.")
    return float(found[1])


def _day(text: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise BadFault(f"{text!r}: a day is written as from=2026-06-01.") from error
