"""Which currencies of a policy order its amounts alike: what is proven for one of them holds for all of them."""

from collections.abc import Iterator, Mapping

from portal.domain.policy.regions import AmountSpan, RecentSum
from portal.domain.policy.table import Policy

# Where no amount is named, no rule tells one currency from another.
_ANY = "EUR"


def alike(policy: Policy) -> list[str]:
    """Give one currency of each group whose amounts, ends included, stand in the same order."""
    groups: dict[tuple[int | None, ...], str] = {}
    for currency in sorted(policy.currencies) or [_ANY]:
        groups.setdefault(_pattern(policy, currency), currency)
    return list(groups.values())


def _pattern(policy: Policy, currency: str) -> tuple[int | None, ...]:
    """Rank every first amount that an end lets through, and nothing and the least amount, which all policies know."""
    starts = [0, 1, *_starts(policy, currency)]
    ranks = {start: rank for rank, start in enumerate(sorted({start for start in starts if start is not None}))}
    return tuple(None if start is None else ranks[start] for start in starts)


def _starts(policy: Policy, currency: str) -> Iterator[int | None]:
    for condition in (condition for rule in policy.rules for condition in rule.conditions):
        if isinstance(condition.region, AmountSpan | RecentSum):
            low, high = condition.region.low, condition.region.high
            yield _in(low, currency)
            end = _in(high, currency)
            yield None if end is None else end + 1


def _in(amounts: Mapping[str, int] | None, currency: str) -> int | None:
    return None if amounts is None else amounts.get(currency)
