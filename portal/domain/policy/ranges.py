"""Ranges of whole numbers, read and written."""

from portal.domain.policy import shape
from portal.domain.policy.regions import Span


def day_range(value: object, place: str) -> Span:
    """Read a range of days; only a range may start below nothing, by having no least."""
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    return span_of(
        shape.days(limits["min"], f"{place}.min") if "min" in limits else None,
        shape.days(limits["max"], f"{place}.max") if "max" in limits else None,
        place,
    )


def span_of(low: int | None, high: int | None, place: str) -> Span:
    """Make a range, None for no end; raise BadPolicy where nothing can pass."""
    if low is not None and high is not None:
        shape.in_order(low, high, place)
    return Span(low, high)


def from_nothing(span: Span) -> Span:
    """Let a range of what is never less than nothing start there."""
    return Span(span.low or 0, span.high)


def range_text(span: Span) -> str:
    """Write a range in the policy's notation."""
    return f"{'' if span.low is None else span.low}..{'' if span.high is None else span.high}"
