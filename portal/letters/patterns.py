"""Patterns in one sentence: which cell, how often it happened among how many, and how often it usually does."""

from collections.abc import Mapping

from portal.domain.patterns import DIMENSIONS, Counts, Measure
from portal.letters.language import msg, translation

_NAMED: Mapping[str, str] = {
    "vendor": msg("Vendor %(word)s"),
    "lane": msg("Lane %(word)s"),
    "carrier": msg("Carrier %(word)s"),
    "service": msg("Service %(word)s"),
    "origin": msg("Sent from %(word)s"),
    "region": msg("Region %(word)s"),
    "sku": msg("Product %(word)s"),
    "category": msg("Category %(word)s"),
    "weekday": msg("Handed over on a %(word)s"),
}
_PAIR = msg("%(first)s · %(second)s")
_WEEKDAYS = (
    msg("Monday"),
    msg("Tuesday"),
    msg("Wednesday"),
    msg("Thursday"),
    msg("Friday"),
    msg("Saturday"),
    msg("Sunday"),
)
_SENTENCES: Mapping[Measure, str] = {
    Measure.LATE: msg("%(cell)s: %(events)s of %(exposure)s parcels late where %(usual)s are usual."),
    Measure.SILENT: msg("%(cell)s: %(events)s of %(exposure)s parcels without a scan where %(usual)s are usual."),
    Measure.ELSEWHERE: msg("%(cell)s: %(events)s of %(exposure)s parcels left with others where %(usual)s are usual."),
    Measure.MISSING: msg("%(cell)s: %(events)s of %(exposure)s parcels missing where %(usual)s are usual."),
    Measure.DAMAGED: msg("%(cell)s: %(events)s of %(exposure)s lines damaged where %(usual)s are usual."),
    Measure.WRONG: msg("%(cell)s: %(events)s of %(exposure)s lines wrong or lacking where %(usual)s are usual."),
    Measure.FAULTY: msg("%(cell)s: %(events)s of %(exposure)s lines faulty where %(usual)s are usual."),
    Measure.NOT_AS_DESCRIBED: msg(
        "%(cell)s: %(events)s of %(exposure)s lines not as described where %(usual)s are usual."
    ),
}


def cell_words(cell: Mapping[str, str], locale: str) -> str:
    """Name a cell, in one of LOCALES."""
    say = translation(locale).gettext
    parts = [
        say(_NAMED[dimension]) % {"word": say(_WEEKDAYS[int(word) - 1]) if dimension == "weekday" else word}
        for dimension in DIMENSIONS
        if (word := cell.get(dimension))
    ]
    return parts[0] if len(parts) == 1 else say(_PAIR) % {"first": parts[0], "second": parts[1]}


def pattern_sentence(measure: Measure, cell: Mapping[str, str], counts: Counts, locale: str) -> str:
    """Say a pattern in one sentence. What is usual is told in whole units, or with one digit below ten."""
    usual = f"{counts.usual:.0f}" if counts.usual >= _WHOLE_FROM else f"{counts.usual:.1f}".removesuffix(".0")
    values = {
        "cell": cell_words(cell, locale),
        "events": counts.events,
        "exposure": counts.exposure,
        "usual": usual.replace(".", ",") if locale == "pt_BR" else usual,
    }
    return translation(locale).gettext(_SENTENCES[measure]) % values


_WHOLE_FROM = 10.0
