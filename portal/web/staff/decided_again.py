"""That a line can be decided again: by which version, from which facts, and what comes out today."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.domain.policy import Finding, Verdict
from portal.records.policies import DEFAULT_MARKET
from portal.records.tables.claims import ClaimLine
from portal.services.explain_claim import VersionSaid, again_of, facts_found
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.findings import found_words
from portal.web.staff.words import FACTS

_WINDOW = re.compile(r" in (\d+) days$")


@dataclass(frozen=True, slots=True)
class AgainView:
    """A version in words with its market and number, the facts as they were, and whether it comes out the same."""

    version: str
    market: str
    number: int
    published_at: datetime
    facts: tuple[tuple[str, str], ...]
    same: bool


def again_view(file: ClaimFile, line: ClaimLine) -> AgainView:
    """Decide a line again, from what was kept of it."""
    version: VersionSaid = file.version
    market = _("all markets") if version.market == DEFAULT_MARKET else version.market
    return AgainView(
        version=_("Version %(number)s (%(market)s)", number=version.number, market=market),
        market=version.market,
        number=version.number,
        published_at=version.published_at,
        facts=tuple(_facts(file.verdict(line))),
        same=again_of(line, file.policy).same,
    )


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for name, wanted, found in facts_found(verdict):
        words = found_words(Finding("", name, passed=True, wanted=wanted, found=found))
        window = _WINDOW.search(wanted)
        label = named(FACTS, name)
        yield _("%(fact)s in %(days)s days", fact=label, days=window[1]) if window else label, words
