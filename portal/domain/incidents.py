"""Incidents: which claim lines one is about, what is done about it, and when it may be closed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.domain.errors import AmendsError
from portal.domain.patterns import Measure
from portal.domain.problems import Problem

ABOUT = (
    "problem",
    "carrier",
    "service",
    "vendor",
    "vendor_region",
    "category",
    "sku",
    "ship_to_country",
    "ship_to_region",
)
"""What a claim line says of itself that may say what an incident is about."""

About = Mapping[str, str]

MEASURED_AS: Mapping[Problem, Measure] = {
    Problem.LATE: Measure.LATE,
    Problem.MISSING_PACKAGE: Measure.MISSING,
    Problem.MISSING_LINE: Measure.WRONG,
    Problem.DAMAGED: Measure.DAMAGED,
    Problem.WRONG: Measure.WRONG,
    Problem.FAULTY: Measure.FAULTY,
    Problem.NOT_AS_DESCRIBED: Measure.NOT_AS_DESCRIBED,
}
"""What is counted of an incident that names its problem itself."""

KNOWN_ON_ARRIVAL = frozenset({Measure.LATE, Measure.SILENT})
"""What cannot happen to a parcel any more that has arrived."""

WATCHED_FOR = timedelta(days=180)
"""How long an incident that was closed is looked at again each night."""
EARLIEST, LATEST = timedelta(days=3 * 366), timedelta(days=366)
"""How far back a day may lie that somebody types for an incident, and how far ahead."""
COUNTED_WITHIN = timedelta(hours=1)
"""How long a count that was asked for is waited for; after that it may have failed, and may be asked for anew."""


class BadIncident(AmendsError):
    """An incident cannot be declared, worked on or closed as it was said; field: what is wrong of what was typed."""

    def __init__(self, why: str, field: str = "") -> None:
        """Keep the field."""
        super().__init__(why)
        self.field = field


class NotProven(AmendsError):
    """An incident may not be closed as proven; verdict: why not; lacking: how many units more it takes, if any do."""

    def __init__(self, verdict: "Verdict", lacking: int | None) -> None:
        """Keep why, and how much is lacking."""
        super().__init__(verdict.value)
        self.verdict, self.lacking = verdict, lacking


class StepKind(StrEnum):
    """What keeps an incident from striking more people, until its cause is gone."""

    CALL_AHEAD = "call_ahead"
    HOLD_SHIPMENTS = "hold_shipments"
    SWITCH_CARRIER = "switch_carrier"
    STOP_SELLING = "stop_selling"


class Outcome(StrEnum):
    """How an incident ended."""

    FELL = "fell"
    """It fell after the fix, beyond what everybody saw, and the proof is on its row."""
    NOT_PROVEN = "not_proven"
    """A person closed it with a reason and without proof."""
    MERGED = "merged"
    """It went on as part of another, which was closed."""


class Flag(StrEnum):
    """Why an incident that is closed is not done with."""

    NOT_PROVEN = "not_proven"
    DID_NOT_FALL = "did_not_fall"
    CAME_BACK = "came_back"


class Verdict(StrEnum):
    """What a proof says."""

    NO_FIX = "no_fix"
    """Nobody said what must fall, or from when on."""
    NOTHING = "nothing"
    """Nothing was counted before the fix, or nothing elsewhere that it could be held against."""
    NEVER = "never"
    """Before the fix it was so near to what is usual that no count after it could tell."""
    TOO_LITTLE = "too_little"
    NOT_FALLEN = "not_fallen"
    FELL = "fell"


class Need(StrEnum):
    """What an incident waits for."""

    OWNER = "owner"
    CAUSE = "cause"
    FIX = "fix"
    PROOF = "proof"
    """The day of its fix has passed."""
    CAME_BACK = "came_back"
    DID_NOT_FALL = "did_not_fall"


def about_of(said: Mapping[str, str | None]) -> dict[str, str]:
    """Keep what is said of an incident, in one order; raise BadIncident for a fact that it cannot be about, or none."""
    unknown = sorted(said.keys() - set(ABOUT))
    if unknown:
        raise BadIncident(f"an incident is not about {', '.join(unknown)}; it is about {', '.join(ABOUT)}")
    about = {name: word.strip() for name in ABOUT if (word := said.get(name)) is not None and word.strip()}
    if not about:
        raise BadIncident(f"an incident is about something: {', '.join(ABOUT)}")
    return about


def is_struck(line: Mapping[str, str | None], incidents: Iterable[About]) -> bool:
    """Tell whether one of these incidents is about a line: all that it names is what the line says of itself."""
    return any(all(line.get(name) == word for name, word in about.items()) for about in incidents)


def measure_of(about: About) -> Measure | None:
    """Tell what is counted of an incident by the problem that it names; none where it names none that is counted."""
    named = about.get("problem")
    return MEASURED_AS.get(Problem(named)) if named in set(Problem) else None


def check_day(day: date, today: date, field: str) -> None:
    """Raise BadIncident for a day that is a slip of the hand: years ago, or more than one ahead."""
    if not today - EARLIEST <= day <= today + LATEST:
        raise BadIncident("this day is too far away", field)


def check_step(from_on: date, until_on: date | None, today: date) -> None:
    """Raise BadIncident for a step that ends before it begins, or that is over already."""
    check_day(from_on, today, "from_on")
    if until_on is None:
        return
    check_day(until_on, today, "until_on")
    if until_on < from_on:
        raise BadIncident("it ends before it begins", "until_on")
    if until_on < today:
        raise BadIncident("it is over already", "until_on")


def runs_on(from_on: date, until_on: date | None, day: date) -> bool:
    """Tell whether a step that nobody ended runs on a day; until_on: its last, none for as long as it takes."""
    return from_on <= day and (until_on is None or day <= until_on)


def is_being_counted(asked_at: datetime | None, now: datetime) -> bool:
    """Tell whether a count that was asked for is still waited for."""
    return asked_at is not None and now < asked_at + COUNTED_WITHIN


def check_may_close(verdict: Verdict, lacking: int | None) -> None:
    """Raise NotProven unless a proof says that it fell."""
    if verdict is not Verdict.FELL:
        raise NotProven(verdict, lacking)


def needs_of(
    *, owned: bool, cause_confirmed: bool, fix_on: date | None, closed: bool, flag: Flag | None, today: date
) -> tuple[Need, ...]:
    """List what an incident waits for, what is worst first. owned: somebody answers for its stage."""
    if closed:
        return tuple(need for need in (Need.CAME_BACK, Need.DID_NOT_FALL) if flag is not None and flag == need.value)
    waits = {
        Need.OWNER: not owned,
        Need.CAUSE: not cause_confirmed,
        Need.FIX: fix_on is None,
        Need.PROOF: fix_on is not None and fix_on <= today,
    }
    return tuple(need for need, is_so in waits.items() if is_so)
