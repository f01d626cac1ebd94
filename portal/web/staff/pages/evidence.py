"""What a pattern has to show: its sentence, its picture, and its rate with an interval beside the usual one."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.domain.patterns import Counts, Measure
from portal.letters.patterns import pattern_sentence
from portal.records.tables.patterns import Pattern
from portal.web.shared.language import current_locale
from portal.web.staff.figures import digits, share
from portal.web.staff.pattern_picture import Drawing, draw


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rendered by ``staff/parts/evidence.html``. rates are in hundredths; times: how often beside usual."""

    ref: str
    url: str
    sentence: str
    since_on: date
    seen_on: date
    rate: str
    rate_low: str
    rate_high: str
    usual_rate: str
    times: str
    drawing: Drawing


def evidence_of(pattern: Pattern) -> Evidence:
    """Show what was counted of a pattern when it was last seen."""
    counts = Counts(pattern.exposure, pattern.events, pattern.usual)
    return Evidence(
        ref=pattern.ref,
        url=url_for("staff.pattern", ref=pattern.ref),
        sentence=pattern_sentence(Measure(pattern.measure), pattern.cell, counts, current_locale()),
        since_on=pattern.since_on,
        seen_on=pattern.seen_on,
        rate=share(pattern.events / pattern.exposure),
        rate_low=share(pattern.rate_low),
        rate_high=share(pattern.rate_high),
        usual_rate=share(pattern.usual / pattern.exposure),
        times=digits(counts.times),
        drawing=draw(pattern.weeks, pattern.usual / pattern.exposure, pattern.since_on),
    )
