"""How long store credit lasts and what becomes of a rest that ended, by the market that the order was placed in.

By default credit never ends. A shop that gives it an end writes its market here, once its lawyers have said how long
credit has to last there and whom a rest belongs to. A market that is not listed is treated as `EVERYWHERE_ELSE`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.credit import Origin
from portal.domain.journal import Account


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of credit in one market. lasts: None never ends. rest: the account that what is left over goes to."""

    lasts: timedelta | None = None
    rest: Account = Account.BREAKAGE


@dataclass(frozen=True, slots=True)
class Market:
    """Credit in the place of money that was paid, and gifts."""

    paid_value: Rule
    goodwill: Rule

    def rule(self, origin: Origin) -> Rule:
        """Give the rule of an origin."""
        return self.paid_value if origin is Origin.PAID_VALUE else self.goodwill


EVERYWHERE_ELSE = Market(paid_value=Rule(), goodwill=Rule())
MARKETS: Mapping[str, Market] = {
    # A rest of what was paid for is not ours to keep in most states; it is kept apart until they ask for it.
    "US": Market(paid_value=Rule(rest=Account.UNCLAIMED_PROPERTY), goodwill=Rule()),
}


def ends_at(market: str, origin: Origin, issued_at: datetime) -> datetime | None:
    """Tell when credit ends that is issued now; None where it never does."""
    lasts = MARKETS.get(market, EVERYWHERE_ELSE).rule(origin).lasts
    return None if lasts is None else issued_at + lasts


def account_of_rest(market: str, origin: Origin) -> Account:
    """Tell where what is left over is booked once credit has ended."""
    return MARKETS.get(market, EVERYWHERE_ELSE).rule(origin).rest
