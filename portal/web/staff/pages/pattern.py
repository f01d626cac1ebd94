"""What staff see of patterns: the list, and one with its sentence, its picture, its cost and its claims."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from portal.domain.authority import CONFIRMS_PATTERNS, Role
from portal.domain.money import Money
from portal.domain.patterns import Counts, Measure, PatternState, about_of_cell
from portal.letters.patterns import cell_words, pattern_sentence
from portal.records.pattern_claims import ToldOf
from portal.records.tables.patterns import Pattern
from portal.web.shared.language import current_locale
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.names import STATES as CLAIM_STATES
from portal.web.shared.names import named
from portal.web.staff.pattern_picture import Drawing, draw

_STATES: dict[str, Any] = {
    "new": _("Waits for somebody"),
    "confirmed": _("Confirmed"),
    "dismissed": _("Dismissed"),
}
_HUNDRED = 100.0


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
    """Rendered by ``staff/patterns/one.html``. rates are in hundredths."""

    row: Row
    cell: str
    seen_on: date
    exposure: int
    events: int
    usual: str
    rate: str
    rate_low: str
    rate_high: str
    usual_rate: str
    drawing: Drawing
    also: tuple[str, ...]
    claims: tuple[ClaimRow, ...]
    claims_whole: int
    cost: tuple[Money, ...]
    decided_at: datetime | None
    decided_by: str
    reason: str
    incident_ref: str | None
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
    counts = Counts(pattern.exposure, pattern.events, pattern.usual)
    return Row(
        ref=pattern.ref,
        url=url_for("staff.pattern", ref=pattern.ref),
        sentence=pattern_sentence(Measure(pattern.measure), pattern.cell, counts, current_locale()),
        times=_digits(counts.times),
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
        seen_on=pattern.seen_on,
        exposure=pattern.exposure,
        events=pattern.events,
        usual=_digits(pattern.usual),
        rate=_share(pattern.events / pattern.exposure),
        rate_low=_share(pattern.rate_low),
        rate_high=_share(pattern.rate_high),
        usual_rate=_share(pattern.usual / pattern.exposure),
        drawing=draw(pattern.weeks, pattern.usual / pattern.exposure, pattern.since_on),
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
        may_decide=waits and role in CONFIRMS_PATTERNS,
        makes_incident=about_of_cell(pattern.cell) is not None,
        notice=said.notice,
        error=said.error,
        error_field=said.field,
        typed=said.typed,
    )


def _share(rate: float) -> str:
    return f"{_digits(rate * _HUNDRED)} %"


def _digits(number: float) -> str:
    said = f"{number:.1f}"
    return said.replace(".", ",") if current_locale() == "pt_BR" else said
