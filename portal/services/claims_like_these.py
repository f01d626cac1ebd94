"""Claims like these: how many claim lines of the last days each rule of a draft would decide.

Their facts are read as they were kept and judged in columns. What was read is kept for a while, so that a draft that
is changed again and again is answered at once; a bound keeps a page quick, and is told.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.analysis.replay.batches import Batch, batch_of
from portal.analysis.replay.kept_texts import whole_reading
from portal.analysis.replay.tally import moved, tally
from portal.domain.policy import Policy
from portal.records import kept_parts
from portal.records.kept_facts import Which
from portal.records.newest_lines import NewestLine, is_there, newest_line
from portal.records.policies import DEFAULT_MARKET
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit

DAYS = 30
MOST_LINES = 5_000
_KEPT_FOR = timedelta(minutes=5)
# A draft may come to ask about anything.
_ALL = whole_reading()
# More bytes than so few lines have: they come as one block.
_AT_ONCE = 1 << 28


@dataclass(frozen=True, slots=True)
class LikeThese:
    """How many lines each rule would decide, by its key; the empty one for no rule.

    before: the same of the version that a draft is based on, None where there is none. moved: how many lines go to
    another rule. every: one claim in so many was taken. without_facts: lines that could not be judged.
    """

    days: int
    every: int
    lines: int
    without_facts: int
    by_rule: Mapping[str, int]
    before: Mapping[str, int] | None
    moved: int


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, and when. newest: the newest line then, by which the shop is known again."""

    read_at: datetime
    every: int
    without_facts: int
    batch: Batch
    newest: NewestLine


_kept: dict[str, _Read] = {}


def claims_like_these(toolkit: Toolkit, *, market: str, draft: Policy, before: Policy | None = None) -> LikeThese:
    """Judge claims of a market, or of every one for the default, that were reported in the last 30 days.

    At most some thousand lines are judged, evenly drawn where there are more. Nothing is written.
    """
    with toolkit.reading() as session:
        read = _recent(session, market, toolkit.now())
    if read is None:
        return LikeThese(DAYS, 1, 0, 0, {}, None if before is None else {}, 0)
    return LikeThese(
        days=DAYS,
        every=read.every,
        lines=read.batch.facts.rows,
        without_facts=read.without_facts,
        by_rule=tally(draft, read.batch),
        before=None if before is None else tally(before, read.batch),
        moved=0 if before is None else moved(before, draft, read.batch),
    )


def _recent(session: Session, market: str, now: datetime) -> _Read | None:
    kept = _kept.get(market)
    if kept is None or abs(now - kept.read_at) > _KEPT_FOR or not is_there(session, kept.newest):
        kept = _read(session, market, now)
    if kept is not None:
        _kept[market] = kept
    return kept


def _read(session: Session, market: str, now: datetime) -> _Read | None:
    newest = newest_line(session, now)
    if newest is None:
        return None
    chosen = None if market == DEFAULT_MARKET else market
    since = now - timedelta(days=DAYS)
    lines = sum(kept_parts.count_by_version(session, Which(since, now, chosen)).values())
    every = max(math.ceil(lines / MOST_LINES), 1)
    found = kept_parts.kept_parts(session, Which(since, now, chosen, every), _ALL.paths, _ALL.whether, at_once=_AT_ONCE)
    block = next(found, None)
    if block is None or not block.line_ids:
        return None
    return _Read(now, every, block.without_facts, batch_of(block, _ALL), newest)
