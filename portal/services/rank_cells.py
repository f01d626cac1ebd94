"""Rank the cells that failed more within the last year than season and mix explain, each with its interval."""

from portal.analysis.patterns.daily import Ranked, ranking, search_of
from portal.domain.patterns import MEASURES, Measure
from portal.records import pattern_searches
from portal.services.toolkit import Toolkit


def rank_cells(toolkit: Toolkit, measure: Measure, *, most: int = 50) -> list[Ranked]:
    """List at most so many of a measure's cells by what the last scan counted; none before the first scan."""
    family = next(family for family, measures in MEASURES.items() if measure in measures)
    with toolkit.reading() as session:
        kept = pattern_searches.kept(session, family)
    if kept.document is None:
        return []
    return ranking(search_of(family, kept.document, kept.cells), measure)[:most]
