"""What staff see of patterns: the list, and one with its sentence, its picture, its cost and its claims."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from portal.domain.authority import CONFIRMS_PATTERNS, SEES_CLAIMS, Role
from portal.domain.money import Money
from portal.domain.patterns import PatternState, about_of_cell
from portal.letters.patterns import cell_words
from portal.records.pattern_claims import ToldOf
from portal.records.tables.patterns import Pattern
from portal.web.shared.language import current_locale
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.names import STATES as CLAIM_STATES
from portal.web.shared.names import named
from portal.web.staff.pages.evidence import Evidence, evidence_of

_STATES: dict[str, Any] = {
    "new": _("Waits for somebody"),
    "confirmed": _("Confirmed"),
    "dismissed": _("Dismissed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern in the list. times: how often beside usual."""

    ref: str
    url: str
    sentence: str
    times: str
    state: str
    waits: bool
    since_on: date
    found_on: date


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim that the pattern is about."""

    ref: str
    url: str
    state: str
    created_at: datetime
    cost: Money | None


@dataclass(frozen=True, slots=True)
class PatternPage:
    """Rendered by ``staff/patterns/one.html``."""

    row: Row
    cell: str
    evidence: Evidence
    also: tuple[str, ...]
    claims: tuple[ClaimRow, ...]
    claims_whole: int
    cost: tuple[Money, ...]
    decided_at: datetime | None
    decided_by: str
    reason: str
    incident_ref: str | None
    incident_url: str
    sees_claims: bool
    may_decide: bool
    makes_incident: bool
    notice: str = ""
    error: str = ""
    error_field: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says back after something was typed."""

    notice: str = ""
    error: str = ""
    field: str = ""
    typed: str = ""


def rows_of(patterns: Iterable[Pattern]) -> tuple[Row, ...]:
    """Show patterns as rows."""
    return tuple(_row(one) for one in patterns)


def _row(pattern: Pattern) -> Row:
    shown = evidence_of(pattern)
    return Row(
        ref=pattern.ref,
        url=shown.url,
        sentence=shown.sentence,
        times=shown.times,
        state=str(named(_STATES, pattern.state)),
        waits=pattern.state == PatternState.NEW.value,
        since_on=pattern.since_on,
        found_on=pattern.found_on,
    )


def pattern_page(pattern: Pattern, told: ToldOf, role: Role, decided_by: str, said: Said) -> PatternPage:
    """Show one pattern."""
    locale = current_locale()
    waits = pattern.state == PatternState.NEW.value
    return PatternPage(
        row=_row(pattern),
        cell=cell_words(pattern.cell, locale),
        evidence=evidence_of(pattern),
        also=tuple(cell_words(cell, locale) for cell in pattern.also),
        claims=tuple(
            ClaimRow(
                one.ref,
                url_for("staff.claim", ref=one.ref),
                str(named(CLAIM_STATES, one.state)),
                one.created_at,
                one.cost,
            )
            for one in told.claims
        ),
        claims_whole=told.whole,
        cost=told.cost,
        decided_at=pattern.decided_at,
        decided_by=decided_by,
        reason=pattern.reason,
        incident_ref=pattern.incident_ref,
        incident_url=url_for("staff.incident", ref=pattern.incident_ref) if pattern.incident_ref else "",
        sees_claims=role in SEES_CLAIMS,
        may_decide=waits and role in CONFIRMS_PATTERNS,
        makes_incident=about_of_cell(pattern.cell) is not None,
        notice=said.notice,
        error=said.error,
        error_field=said.field,
        typed=said.typed,
    )
