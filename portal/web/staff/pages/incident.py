"""What staff see of one incident: evidence, who is at risk, cause, owner, steps, fix, proof, claims, cost, history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import url_for

from portal.domain.authority import CLOSES_UNPROVEN, CONFIRMS_PATTERNS, SEES_CLAIMS, SENDS_TO_MANY, Role
from portal.domain.incidents import Verdict, runs_on
from portal.domain.money import Money
from portal.records.costs import Owner
from portal.records.incident_claims import Cost, TiedClaim
from portal.records.incident_tellings import Told
from portal.records.orders_at_risk import AtRisk, RiskCount
from portal.records.tables.deeds import Deed
from portal.records.tables.incidents import Incident, IncidentStep
from portal.records.tables.patterns import Pattern
from portal.web.shared.names import STAGES, STATES, named
from portal.web.staff.incident_words import DONE, HISTORY, MEASURES, NOTICES, STEPS, about_words, detail_words
from portal.web.staff.pages.evidence import Evidence, evidence_of
from portal.web.staff.pages.incident_cost import CostView, costs_of
from portal.web.staff.pages.incidents import Row, row_of
from portal.web.staff.pages.proof import ProofView, proof_view

# What a form carries beside what a person typed.
_HIDDEN = frozenset({"act", "step", "confirmed"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says back. done: the act that led here; place: the field that is wrong; typed: the fields as sent."""

    done: str = ""
    error: str = ""
    place: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of an incident. names: of staff, by how they are written as actors; skipped: claims before these.

    answered: claims, and customers who can be told.
    counting: whether a count that was asked for is still waited for.
    """

    incident: Incident
    parts: Sequence[Incident]
    patterns: Sequence[Pattern]
    steps: Sequence[IncidentStep]
    stages: Sequence[Owner]
    claims: Sequence[TiedClaim]
    skipped: int
    answered: tuple[int, int]
    costs: Sequence[Cost]
    recovered: Sequence[Money]
    risk: RiskCount
    at_risk: Sequence[AtRisk]
    tellings: Sequence[Told]
    counting: bool
    history: Sequence[Deed]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step that contains it. runs: today."""

    id: int
    name: str
    words: str
    from_on: date
    until_on: date | None
    set_by: str
    ended_by: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history."""

    at: datetime
    what: str
    who: str
    more: str


@dataclass(frozen=True, slots=True)
class TellingView:
    """A letter to its customers: who wrote it, who sent it, and how many were told."""

    words: Mapping[str, str]
    proposed_by: str
    proposed_at: datetime
    sent_by: str
    sent_at: datetime | None
    customers: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim of the incident."""

    ref: str
    url: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Rendered by ``staff/incidents/one.html``. by: who said the cause, confirmed it, planned the fix and closed it."""

    row: Row
    incident: Incident
    also: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    proof: ProofView | None
    steps: tuple[StepView, ...]
    stages: tuple[tuple[str, str], ...]
    by: Mapping[str, str]
    claims: tuple[ClaimRow, ...]
    answered: tuple[int, int]
    more_claims_url: str | None
    costs: tuple[CostView, ...]
    risk: RiskCount
    at_risk: Sequence[AtRisk]
    more_at_risk_url: str | None
    waiting: TellingView | None
    tellings: tuple[TellingView, ...]
    history: tuple[Line, ...]
    sees_claims: bool
    may_act: bool
    may_send: bool
    may_close: bool
    may_close_unproven: bool
    may_ask: bool
    counting: bool
    measure: str
    measures: tuple[tuple[str, str], ...]
    step_kinds: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    today: date
    said: Said

    @property
    def may_tell(self) -> bool:
        """Tell whether a letter is offered: to write, and to somebody."""
        return self.may_act and self.answered[1] > 0

    @property
    def notice(self) -> str:
        """Say that an act is done. A count that has ended meanwhile shows by its moment, however old the address is."""
        if not self.said.done or (self.said.done == "prove" and not self.counting):
            return ""
        return str(NOTICES.get(self.said.done, DONE))


def incident_page(found: Found, reader: tuple[Role, str], today: date, most: int, said: Said) -> IncidentPage:
    """Show one incident. reader: the role of who looks, and how they are written as an actor; most: rows of a list."""
    incident, role = found.incident, reader[0]
    owners = {one.stage: one.owner for one in found.stages}
    may_act = role in CONFIRMS_PATTERNS and incident.closed_at is None
    waiting = next((one for one in found.tellings if one.telling.sent_at is None), None)
    may_send = role in SENDS_TO_MANY and waiting is not None and waiting.telling.proposed_by != reader[1]
    return IncidentPage(
        row=row_of(incident, owners.get(incident.stage or "", ""), found.recovered, today),
        incident=incident,
        also=tuple(f"{one.ref}: {about_words(one.about)}" for one in found.parts[1:]),
        evidence=tuple(evidence_of(pattern) for pattern in found.patterns),
        proof=proof_view(incident.proof) if incident.proof else None,
        steps=tuple(_step(one, found.names, today) for one in found.steps),
        stages=tuple((one.stage, f"{named(STAGES, one.stage)}: {one.owner}") for one in found.stages),
        by=_by(incident, found.names),
        claims=tuple(_claim(one) for one in found.claims),
        answered=found.answered,
        more_claims_url=_more_claims(found),
        costs=costs_of(found.costs, found.recovered),
        risk=found.risk,
        at_risk=found.at_risk,
        more_at_risk_url=_more(incident, "before", found.at_risk[-1].shipment_id)
        if len(found.at_risk) == most
        else None,
        waiting=_telling(waiting, found.names) if waiting else None,
        tellings=tuple(_telling(one, found.names) for one in found.tellings if one.telling.sent_at is not None),
        history=tuple(_line(one, found.names) for one in found.history),
        sees_claims=role in SEES_CLAIMS,
        may_act=may_act,
        may_send=may_act and may_send,
        may_close=incident.proof is not None and incident.proof["verdict"] == Verdict.FELL.value,
        may_close_unproven=role in CLOSES_UNPROVEN,
        may_ask=role in CONFIRMS_PATTERNS and incident.fix_on is not None,
        counting=found.counting,
        measure=str(named(MEASURES, incident.measure)) if incident.measure else "",
        measures=_options(MEASURES),
        step_kinds=_options(STEPS),
        kept=tuple(words for name, words in said.typed.items() if words.strip() and name not in _HIDDEN),
        today=today,
        said=said,
    )


def _options(names: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(name)) for value, name in names.items())


def _by(incident: Incident, names: Mapping[str, str]) -> dict[str, str]:
    acted = {
        "cause": incident.cause_by,
        "confirmed": incident.cause_confirmed_by,
        "fix": incident.fix_by,
        "closed": incident.closed_by,
    }
    return {what: names.get(actor or "", "") for what, actor in acted.items()}


def _claim(one: TiedClaim) -> ClaimRow:
    return ClaimRow(one.ref, url_for("staff.claim", ref=one.ref), str(named(STATES, one.state)), one.created_at)


def _more_claims(found: Found) -> str | None:
    shown = found.skipped + len(found.claims)
    return _more(found.incident, "claims", shown) if found.claims and shown < found.answered[0] else None


def _more(incident: Incident, name: str, value: int) -> str:
    return f"{url_for('staff.incident', ref=incident.ref)}?{name}={value}"


def _step(step: IncidentStep, names: Mapping[str, str], today: date) -> StepView:
    return StepView(
        id=step.id,
        name=str(named(STEPS, step.kind)),
        words=step.words,
        from_on=step.from_on,
        until_on=step.until_on,
        set_by=names.get(step.set_by, ""),
        ended_by=names.get(step.ended_by or "", ""),
        runs=step.ended_at is None and runs_on(step.from_on, step.until_on, today),
    )


def _telling(told: Told, names: Mapping[str, str]) -> TellingView:
    one = told.telling
    return TellingView(
        words=one.words,
        proposed_by=names.get(one.proposed_by, ""),
        proposed_at=one.proposed_at,
        sent_by=names.get(one.sent_by or "", ""),
        sent_at=one.sent_at,
        customers=told.customers,
    )


def _line(deed: Deed, names: Mapping[str, str]) -> Line:
    more: dict[str, Any] = deed.detail
    who = names.get(deed.actor, "")
    return Line(deed.happened_at, str(named(HISTORY, deed.kind)), who, detail_words(deed.kind, more))
