"""That a line can be decided again, and each earlier judgement of it: by which version, from which facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.domain.policy import Finding, Verdict
from portal.records.policies import DEFAULT_MARKET
from portal.records.tables.claims import ClaimLine
from portal.records.tables.judgements import ClaimLineJudgement
from portal.services.apply_verdict import REPORTED
from portal.services.explain_claim import VersionSaid, again_of, facts_found
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.findings import Explained, explain, found_words
from portal.web.staff.words import EVENTS, FACTS, JUDGED_AGAIN

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


@dataclass(frozen=True, slots=True)
class EarlierView:
    """A judgement that another one took the place of: what it said and why, until when, and what was new then."""

    outcome: str
    until: datetime
    news: str
    why: Explained
    again: AgainView


def earlier_views(file: ClaimFile, line: ClaimLine) -> tuple[EarlierView, ...]:
    """Show what decided a line before, oldest first."""
    return tuple(_earlier(file, one) for one in file.earlier.get(line.id, ()))


def _earlier(file: ClaimFile, judged: ClaimLineJudgement) -> EarlierView:
    verdict = Verdict.from_document(judged.verdict)
    return EarlierView(
        outcome=named(EVENTS, REPORTED[verdict.outcome].value),
        until=judged.replaced_at,
        news=named(JUDGED_AGAIN, judged.why),
        why=explain(verdict, file.policy),
        again=again_view(file, judged),
    )


def again_view(file: ClaimFile, judged: ClaimLine | ClaimLineJudgement) -> AgainView:
    """Decide a line again, from what was kept of a judgement of it."""
    version: VersionSaid = file.version
    market = _("all markets") if version.market == DEFAULT_MARKET else version.market
    return AgainView(
        version=_("Version %(number)s (%(market)s)", number=version.number, market=market),
        market=version.market,
        number=version.number,
        published_at=version.published_at,
        facts=tuple(_facts(Verdict.from_document(judged.verdict))),
        same=again_of(judged, file.policy).same,
    )


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for name, wanted, found in facts_found(verdict):
        words = found_words(Finding("", name, passed=True, wanted=wanted, found=found))
        window = _WINDOW.search(wanted)
        label = named(FACTS, name)
        yield _("%(fact)s in %(days)s days", fact=label, days=window[1]) if window else label, words
