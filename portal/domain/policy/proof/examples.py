"""Examples: a whole claim from the parts that a search found, as near to a real one as they allow."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.facts import EarlierRemedy, Facts
from portal.domain.money import Money
from portal.domain.policy.proof.dimensions import SOMETHING_ELSE, Part
from portal.domain.policy.proof.search import Found
from portal.domain.policy.proof.space import Space
from portal.domain.policy.vocabulary import VOCABULARY, FactKind

# A word for one that no rule asks about; it is said as "any other".
ANOTHER = "another"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_WHOLE = 10_000
# What rules ask of nothing is not asked of the example either.
_SINCE = ("days_since_handed_over", "days_since_promised", "days_since_last_scan", "days_since_delivered")
_COUNTED = ("earlier_claims", "earlier_orders", "failed_follow_ups")


def example_of(space: Space, found: Found) -> Facts:
    """Make facts that lie in every part of what was found, other than shares, which follow from the amounts."""
    parts = {dimension.name: found[at] for at, dimension in enumerate(space.dimensions)}
    values: dict[str, Any] = {
        VOCABULARY[name].reads: _value(part) for name, part in parts.items() if _asked_singly(name)
    }
    values |= _days(parts) | _amounts(parts, space.currency)
    values |= {VOCABULARY[name].reads: _counted(space, parts, name) for name in _COUNTED}
    return Facts(
        **values,
        earlier_remedies=_remedies(space, parts),
        shipping_given_back=Money(0, space.currency),
        now=_NOW + timedelta(days=_clamped(parts["today"], _NOW.toordinal()) - _NOW.toordinal()),
    )


def _asked_singly(name: str) -> bool:
    return name in VOCABULARY and VOCABULARY[name].kind not in (FactKind.SHARE, FactKind.DATE)


def _value(part: Part) -> object:
    if isinstance(part.value, frozenset):
        return frozenset(ANOTHER if word == SOMETHING_ELSE else word for word in part.value)
    return ANOTHER if part.value == SOMETHING_ELSE else part.value


def _days(parts: Mapping[str, Part]) -> dict[str, int | None]:
    """Choose days that fit: late is what the promise and the delivery make it, and nothing was before the order."""
    days: dict[str, int | None] = {name: parts[name].value for name in (*_SINCE, "days_late")}
    promised, delivered, late = (days[name] for name in ("days_since_promised", "days_since_delivered", "days_late"))
    if promised is not None and delivered is not None and late is not None:
        days |= _fitted(parts, {"days_since_promised": promised, "days_since_delivered": delivered, "days_late": late})
    for name in ("days_since_handed_over", "days_since_last_scan"):
        day, came = days[name], days["days_since_delivered"]
        days[name] = day if day is None or came is None else _clamped(parts[name], max(day, came))
    earliest = max((day for name in _SINCE if (day := days[name]) is not None), default=0)
    days["days_since_ordered"] = ordered = _nearest(parts["days_since_ordered"], max(earliest, 0))
    days["days_since_first_order"] = _nearest(parts["days_since_first_order"], max(earliest, 0, ordered or 0))
    return days


def _fitted(parts: Mapping[str, Part], days: dict[str, int]) -> dict[str, int]:
    """Move the three numbers within their parts until the days late are those since the promise less the delivery's."""
    for name, sign in (("days_since_promised", 1), ("days_since_delivered", -1), ("days_late", -1)):
        off = days["days_since_promised"] - days["days_since_delivered"] - days["days_late"]
        wanted = days[name] - sign * (off if off < 0 else max(off - 1, 0))
        days[name] = _clamped(parts[name], wanted)
    return days


def _amounts(parts: Mapping[str, Part], currency: str) -> dict[str, Money]:
    """Choose amounts that fit: a line is at least its goods and its shipping, a claim at least its line."""
    goods, shipping, back = (_least(parts[name]) for name in ("goods_value", "shipping_value", "given_back"))
    line = _clamped(parts["line_value"], max(goods + shipping, back))
    goods = _clamped(parts["goods_value"], line - shipping)
    claimed = _clamped(parts["claimed_value"], line)
    share = max(_least(parts["claimed_share"]), 1)
    order = _clamped(parts["order_value"], -(-claimed * _WHOLE // (share + 1)) if share < _WHOLE else claimed)
    amounts = {"goods_value": goods, "line_value": line, "claimed_value": claimed, "order_value": order}
    return {name: Money(minor, currency) for name, minor in amounts.items()}


def _counted(space: Space, parts: Mapping[str, Part], name: str) -> tuple[int, ...]:
    """Choose when things were: as many on the last day of each window as it counts beyond the narrower ones."""
    days: list[int] = []
    for window in space.windows:
        if window.name == name:
            days += [window.days] * max(_least(parts[window.source]) - len(days), 0)
    return tuple(days)


def _remedies(space: Space, parts: Mapping[str, Part]) -> tuple[EarlierRemedy, ...]:
    """Choose remedies on the last day of each window: as many, and worth as much, as it wants beyond narrower ones."""
    wanted = {(window.days, window.name): _least(parts[window.source]) for window in space.windows}
    given: list[EarlierRemedy] = []
    for days in sorted({days for days, name in wanted if name not in _COUNTED}):
        goodwill = max(wanted.get((days, "goodwill_value"), 0) - sum(one.goodwill_minor for one in given), 0)
        worth = max(wanted.get((days, "remedies_value"), 0) - sum(one.minor for one in given), goodwill)
        if worth:
            given.append(EarlierRemedy(days, worth, goodwill))
        more = wanted.get((days, "earlier_remedies"), 0) - len(given)
        given += [EarlierRemedy(days, 0, 0)] * max(more, 0)
    return tuple(given)


def _nearest(part: Part, wanted: int) -> int | None:
    return _clamped(part, wanted) if part.is_number else None


def _least(part: Part) -> int:
    return part.low or 0


def _clamped(part: Part, wanted: int) -> int:
    low = wanted if part.low is None else max(wanted, part.low)
    return low if part.high is None else min(low, part.high)
