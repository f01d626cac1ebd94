"""Withdrawal from a contract: the right that law gives to whoever bought at a distance, apart from any problem.

The rules are those of Directive 2011/83/EU as amended by (EU) 2023/2673: articles 9 to 13 and 11a. No reason is asked
for, and a declaration counts by the moment at which it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.public_holidays import is_working_day

WITHDRAWAL = Actor.system("withdrawal")
"""Who carries the right out; under this name claims are opened for one, which ask for no problem."""
EU_EEA = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split())
DAYS_IN_EU = 14
# Article 13 (1) and 14 (1): the money goes back, and the goods are sent back, within 14 days of the declaration.
MONEY_BACK_WITHIN = timedelta(days=14)
GOODS_BACK_WITHIN = timedelta(days=14)
_WHOLE_UNION = "EU"
_MOST_DAYS = 366
# How long a parcel that was sent again is waited for, where nobody says that it came.
_ON_ITS_WAY = timedelta(days=30)


class State(StrEnum):
    """Where a withdrawal stands."""

    RECEIVED = "received"
    """Declared and acknowledged; nobody has compared it with an order yet."""
    WITH_PERSON = "with_person"
    AWAITING_GOODS = "awaiting_goods"
    GOODS_BACK = "goods_back"
    REFUNDING = "refunding"
    """A claim carries the money back; its own states tell how far that is."""
    REFUNDED = "refunded"
    """The money is promised, every part of it."""
    ANSWERED = "answered"
    REPEATED = "repeated"
    """The same was declared before, and that declaration counts."""


class Move(StrEnum):
    """What can be done to a withdrawal."""

    DECLARE = "declare"
    CONNECT = "connect"
    ACCEPT = "accept"
    HAND_OVER = "hand_over"
    REPEAT = "repeat"
    GOODS_CAME = "goods_came"
    REFUND = "refund"
    PROMISE = "promise"
    ANSWER = "answer"


_S, _M = State, Move
MOVES: Mapping[tuple[State | None, Move], State] = {
    (None, _M.DECLARE): _S.RECEIVED,
    (_S.RECEIVED, _M.ACCEPT): _S.AWAITING_GOODS,
    (_S.RECEIVED, _M.HAND_OVER): _S.WITH_PERSON,
    (_S.RECEIVED, _M.REPEAT): _S.REPEATED,
    (_S.WITH_PERSON, _M.CONNECT): _S.WITH_PERSON,
    (_S.WITH_PERSON, _M.ACCEPT): _S.AWAITING_GOODS,
    (_S.AWAITING_GOODS, _M.GOODS_CAME): _S.GOODS_BACK,
    (_S.AWAITING_GOODS, _M.REFUND): _S.REFUNDING,
    (_S.GOODS_BACK, _M.REFUND): _S.REFUNDING,
    (_S.REFUNDING, _M.PROMISE): _S.REFUNDED,
    **{(state, _M.ANSWER): _S.ANSWERED for state in (_S.WITH_PERSON, _S.AWAITING_GOODS, _S.GOODS_BACK, _S.REFUNDING)},
}
OPEN = frozenset({_S.RECEIVED, _S.WITH_PERSON, _S.AWAITING_GOODS, _S.GOODS_BACK, _S.REFUNDING})


def next_state(state: State | None, move: Move) -> State:
    """Tell where a withdrawal goes from here; raise IllegalMove when it may not."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMove(f"{move} is not possible in state {state}") from None


class Standing(StrEnum):
    """What the period says of a declaration."""

    IN_TIME = "in_time"
    NOT_DELIVERED = "not_delivered"
    """The period has not begun, and whoever waits may withdraw."""
    LATE = "late"
    UNDETERMINED = "undetermined"
    """Nobody can say when the last parcel came."""
    NO_RIGHT = "no_right"
    """The law of the order's market gives none; a person answers all the same."""
    NO_ORDER = "no_order"
    """Order number and mailbox do not go together, or there is no such order."""


# With one of these nobody has to look before it is accepted.
CLEAR = frozenset({Standing.IN_TIME, Standing.NOT_DELIVERED})


@dataclass(frozen=True, slots=True)
class Law:
    """How many days each market's law gives, by market or country code; a market that is not named gives none."""

    days: tuple[tuple[str, int], ...]

    def days_for(self, market: str, country: str) -> int | None:
        """Tell the days for an order: by its market, and where that is not named by the country it is sent to."""
        named = dict(self.days)
        return named.get(market, named.get(country)) or None

    @property
    def is_given(self) -> bool:
        """Tell whether any market gives the right, so that its entry is shown to everybody."""
        return any(days for _, days in self.days)


def read_law(text: str) -> Law:
    """Read a setting such as ``EU=14, CH=0, BR=7``; ``EU`` is every country of the Union and the EEA, 0 is none.

    What is named by itself counts before ``EU``; ``none`` gives the right nowhere. Raises ValueError.
    """
    if text.strip().lower() == "none":
        return Law(())
    told: dict[str, int] = {}
    for part in text.split(","):
        market, _, days = (piece.strip() for piece in part.partition("="))
        if not market or not days.isascii() or not days.isdigit() or int(days) > _MOST_DAYS:
            raise ValueError(f"{part.strip()!r} is not a market and its days, such as EU=14")
        if market in told:
            raise ValueError(f"{market} is named twice")
        told[market] = int(days)
    union = dict.fromkeys(EU_EEA, told.pop(_WHOLE_UNION)) if _WHOLE_UNION in told else {}
    return Law(tuple(sorted((union | told).items())))


def last_day(delivered_on: date, days: int, country: str = "") -> date:
    """Give the last day of the period: the day of delivery does not count, and it ends on a working day.

    Regulation (EEC, Euratom) No 1182/71, article 3 (1) and (4): where the last day is a public holiday of that
    country, a Sunday or a Saturday, it ends with the last hour of the working day that follows.
    """
    ends = delivered_on + timedelta(days=days)
    while not is_working_day(ends, country):
        ends += timedelta(days=1)
    return ends


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of an order line: when their parcel came, and where they were sent again, since when and when it came.

    What is sent again takes the place of what came, or never did: the customer holds the goods only with it.
    """

    came_at: datetime | None
    sent_again_at: datetime | None = None
    again_came_at: datetime | None = None

    def arrival(self, at: datetime) -> datetime | None:
        """Tell when they came, as far as that was so at a moment."""
        return self.again_came_at if self._is_sent_again(at) else self.came_at

    def is_on_its_way_again(self, at: datetime) -> bool:
        """Tell whether they are still expected at a moment; for a while they are, where nobody says that they came."""
        waits = self.again_came_at is None or self.again_came_at > at
        return waits and self.sent_again_at is not None and self.sent_again_at <= at <= self.sent_again_at + _ON_ITS_WAY

    def _is_sent_again(self, at: datetime) -> bool:
        return self.sent_again_at is not None and self.sent_again_at <= at


@dataclass(frozen=True, slots=True)
class Period:
    """What the period says, and its last day where there is one."""

    standing: Standing
    ends_on: date | None = None


def period_of(
    days: int | None, goods: Sequence[Goods], *, is_over: bool, declared_at: datetime, zone: ZoneInfo, country: str = ""
) -> Period:
    """Tell how a declaration stands to the period of an order.

    days: what the law gives, None for nothing. goods: of each line of the order, of which the last that came begins the
    period (Directive 2011/83/EU, article 9 (2) (b) (i)). is_over: the shop calls the order delivered or cancelled, so
    that a parcel without a day is not on its way. country: whose public holidays count.
    """
    if days is None:
        return Period(Standing.NO_RIGHT)
    moments = [one.arrival(declared_at) for one in goods]
    came = [moment for moment in moments if moment is not None and moment <= declared_at]
    if len(came) < len(moments) or not came:
        comes = not is_over or any(one.is_on_its_way_again(declared_at) for one in goods)
        return Period(Standing.NOT_DELIVERED if comes else Standing.UNDETERMINED)
    ends_on = last_day(max(came).astimezone(zone).date(), days, country)
    in_time = declared_at.astimezone(zone).date() <= ends_on
    return Period(Standing.IN_TIME if in_time else Standing.LATE, ends_on)
