"""Count whether an incident fell after its fix, beyond what everybody saw; and watch it after it was closed.

What a proof says stands on the incident's row, so that pages only show it: JSON with ``verdict``, the windows
``before``, ``after`` and ``recent`` (see ``portal.analysis.incidence.Window``), the ``change`` and, after closing, the
``return``, each as times with its interval, how many units are ``needed`` and ``lacking``, and the weeks of the cell.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.analysis.incidence import Change, Stratum, Window, change_between, needed_after, window_of
from portal.domain.actors import Actor
from portal.domain.incidents import Flag, Outcome, Verdict
from portal.domain.patterns import Measure
from portal.records import deeds, incident_units, incidents, outbox
from portal.records.incident_units import Counted, Span
from portal.records.sessions import Session
from portal.records.tables.incidents import Incident
from portal.services.find_patterns import SETTLES_AFTER
from portal.services.toolkit import Toolkit, tried_again
from portal.services.work_on_incident import PROVE

SWEEP = Actor.system("incidents")
_RECENT_WEEKS = 8
# An incident that was closed is looked at each night for half a year, so one look may hardly ever be wrong.
_STRICT = 0.999
_PRIORITY = -20


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be counted, as it stood when it was read."""

    measure: Measure
    fix_on: date
    abouts: tuple[dict[str, str], ...]
    span: Span
    closed: bool

    def is_of_the_same(self, other: "_Asked") -> bool:
        """Tell whether both count the same units before and after the same day; later days only bring more of them."""
        same = self.measure is other.measure and self.fix_on == other.fix_on
        return same and self.abouts == other.abouts and self.span.start == other.span.start


def watch_incidents(toolkit: Toolkit) -> list[str]:
    """Leave a job for each incident with a fix that is open or was closed lately; name them."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        refs = incidents.to_watch(session, now, now.astimezone(toolkit.zone).date())
        for ref in refs:
            outbox.defer_in_turn(session, PROVE, priority=_PRIORITY, incident_ref=ref)
    return refs


@tried_again
def prove_incident(toolkit: Toolkit, incident_ref: str) -> None:
    """Count an incident and keep what it says; one that changed meanwhile is counted by the job that it left.

    Safe to run twice. Nothing where no fix was named.
    """
    with toolkit.reading() as session:
        asked = _asked(toolkit, session, incident_ref)
        if asked is None:
            return
        counted = list(incident_units.counted(session, asked.measure, asked.abouts, asked.span))
    proof = _proof(asked, counted)
    with toolkit.transaction() as session:
        incident = incidents.hold(session, incident_ref)
        stands = _asked(toolkit, session, incident_ref)
        if incident is None or stands is None or not stands.is_of_the_same(asked):
            return
        now = toolkit.now()
        incident.proof, incident.proof_asked_at = proof | {"counted_at": now.isoformat()}, None
        if incident.closed_at is not None:
            _flag(session, incident, proof, now)


def _asked(toolkit: Toolkit, session: Session, ref: str) -> _Asked | None:
    incident = incidents.named(session, ref)
    if incident is None or incident.fix_on is None or incident.measure is None or incident.merged_into:
        return None
    last = toolkit.now().astimezone(toolkit.zone).date() - SETTLES_AFTER
    closed_on = incident.closed_at.astimezone(toolkit.zone).date() if incident.closed_at else last
    parts = incidents.parts_of(session, incident)

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), toolkit.zone)

    start, tomorrow = begins(min(part.since_on for part in parts)), timedelta(days=1)
    end = max(begins(last + tomorrow), start)
    span = Span(start, end, begins(incident.fix_on), begins(closed_on + tomorrow), toolkit.zone.key)
    abouts = tuple(part.about for part in parts)
    return _Asked(Measure(incident.measure), incident.fix_on, abouts, span, incident.closed_at is not None)


def _proof(asked: _Asked, counted: Sequence[Counted]) -> dict[str, Any]:
    before, after, later = ([_stratum(one) for one in counted if one.part == part] for part in range(3))
    if not asked.closed:
        after, later = after + later, []
    recent_from = (asked.span.end - asked.span.start) // timedelta(weeks=1) - _RECENT_WEEKS
    recent = [one for one in later if one.week >= recent_from]
    needed, windows = needed_after(before, after), (window_of(before), window_of(after))
    change = change_between(before, after)
    lacking = None if needed is None else max(needed - windows[1].compared, 0)
    came_back = change_between(after, recent, level=_STRICT) if asked.closed else None
    return {
        "verdict": _verdict(windows[0], change, lacking).value,
        "measure": asked.measure.value,
        "fix_on": asked.fix_on.isoformat(),
        "since_on": asked.span.start.date().isoformat(),
        "until_on": (asked.span.end - timedelta(days=1)).date().isoformat(),
        "before": _window(windows[0]),
        "after": _window(windows[1]),
        "recent": _window(window_of(recent)) if asked.closed else None,
        "change": _change(change),
        "return": _change(came_back),
        "needed": needed,
        "lacking": lacking,
        "weeks": _weeks(asked.span, counted),
    }


def _verdict(before: Window, change: Change | None, lacking: int | None) -> Verdict:
    """Judge once there is as much as it takes, and not before, so that whoever looks often sees nothing sooner."""
    if not before.compared:
        return Verdict.NOTHING
    if lacking is None:
        return Verdict.NEVER
    if lacking or change is None:
        return Verdict.TOO_LITTLE
    return Verdict.FELL if change.high < 1.0 else Verdict.NOT_FALLEN


def _stratum(one: Counted) -> Stratum:
    return Stratum(one.week, one.mix, one.exposure, one.events, one.elsewhere, one.elsewhere_events)


def _window(window: Window) -> dict[str, Any]:
    return {name: _finite(value) for name, value in asdict(window).items()}


def _change(change: Change | None) -> dict[str, Any] | None:
    return None if change is None else {name: _finite(value) for name, value in asdict(change).items()}


def _finite(value: float) -> float | None:
    """Write what JSON can hold: no end at all is none."""
    return None if value == float("inf") else value


def _weeks(span: Span, counted: Sequence[Counted]) -> list[list[Any]]:
    """List the weeks in which units of the cell began, from the first to the last: first day, units, events."""
    sums: dict[int, list[int]] = {}
    for one in counted:
        if one.exposure:
            week = sums.setdefault(one.week, [0, 0])
            week[0] += one.exposure
            week[1] += one.events
    first_on = span.start.date()
    return [
        [(first_on + timedelta(weeks=week)).isoformat(), *sums.get(week, [0, 0])]
        for week in range(min(sums, default=0), max(sums, default=-1) + 1)
    ]


def _flag(session: Session, incident: Incident, proof: dict[str, Any], now: datetime) -> None:
    """Flag what was closed and did not fall, or came back; what is proven only now is flagged no longer."""
    verdict, came_back = Verdict(proof["verdict"]), proof["return"]
    flag = incident.flag
    if came_back and came_back["low"] > 1.0:
        flag = Flag.CAME_BACK.value
    elif incident.flag == Flag.CAME_BACK:
        flag = incident.flag
    elif verdict is Verdict.NOT_FALLEN:
        flag = Flag.DID_NOT_FALL.value
    elif verdict is Verdict.FELL:
        flag = None
    if flag == incident.flag:
        return
    if flag is None:
        incident.outcome = Outcome.FELL.value
    incident.flag = flag
    kind = f"incident_{flag}" if flag else "incident_fell"
    told = {"change": proof["change"], "return": came_back}
    deeds.note(session, kind, incident.ref, actor=SWEEP, now=now, detail=told)
