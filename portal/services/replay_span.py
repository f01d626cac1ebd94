"""Which past claims a replay is over: days of the shop's own zone, and the markets where a text decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from portal.domain.replays import BadReplay, Span
from portal.records import policies
from portal.records.kept_facts import Which
from portal.records.policies import DEFAULT_MARKET
from portal.records.sessions import Session


def in_its_market(session: Session, span: Span, market: str) -> Span:
    """Take claims of the market alone that a text is for; of any where it is for all. Raises BadReplay."""
    if market == DEFAULT_MARKET:
        if span.market is not None and not policies.is_market(session, span.market):
            raise BadReplay("market", "unknown")
        return span
    if span.market not in (None, market):
        raise BadReplay("market", "another")
    return replace(span, market=market)


def claims_of(session: Session, span: Span, zone: ZoneInfo) -> Which:
    """Choose the claims; a policy for all markets does not decide where a market has one of its own."""
    days = (span.since_on, span.until_on + timedelta(days=1))
    since, until = (datetime.combine(day, time_of_day(), zone) for day in days)
    with_own = (market for market in policies.markets(session) if market != DEFAULT_MARKET)
    return Which(since, until, span.market, span.every, () if span.market else tuple(with_own))
