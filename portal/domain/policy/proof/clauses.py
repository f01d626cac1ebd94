"""What facts of one claim have to do with each other, as combinations that never come.

Only what the gathering of facts makes so (``portal.domain.problems``, ``portal.domain.parcels``), never what a feed
should hold: one may say that a parcel came before it was ordered, and whatever comes must find its rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from portal.domain.policy.proof.dimensions import Dimension, Part
from portal.domain.problems import NEVER_LEFT, ParcelState

Box = tuple[tuple[int, int], ...]
"""Pairs of a dimension's number and a mask, for the dimensions that matter; all of them hold at once."""
Holds = Callable[[Part], bool]

_LEFT = frozenset({ParcelState.ON_THE_WAY, ParcelState.LATE})
_NOT_CANCELLED = _LEFT | {ParcelState.NOT_SHIPPED}


def clauses(dimensions: Sequence[Dimension], numbers: Mapping[str, int]) -> Iterator[Box]:
    """Give every combination of parts that no claim has."""
    for never in (*_of_the_parcel(), *_of_lateness(), *_of_the_rest()):
        yield tuple((numbers[name], dimensions[numbers[name]].where(holds)) for name, holds in never.items())


def _of_the_parcel() -> Iterator[dict[str, Holds]]:
    """Give what ``portal.domain.problems.parcel_state`` makes impossible."""
    came, left, past = _from(0), _from(0), _from(1)
    delivered, cancelled = _is(ParcelState.DELIVERED), _is(ParcelState.CANCELLED)
    yield {"parcel_state": delivered, "days_since_delivered": _not(came)}
    yield {"parcel_state": _not(delivered), "days_since_delivered": came}
    yield {"parcel_state": _is(ParcelState.NOT_SHIPPED), "days_since_handed_over": left}
    yield {"parcel_state": _is(*_LEFT), "days_since_handed_over": _not(left)}
    yield {"parcel_state": _is(ParcelState.LATE), "days_since_promised": _not(past)}
    yield {"parcel_state": _is(ParcelState.ON_THE_WAY), "days_since_promised": past}
    again = _from(1)
    yield {"parcel_state": _is(*_NOT_CANCELLED), "order_status": _is(*NEVER_LEFT), "sent_again": _not(again)}
    yield {"parcel_state": cancelled, "order_status": _not(_is(*NEVER_LEFT))}
    yield {"parcel_state": cancelled, "sent_again": again}


def _of_lateness() -> Iterator[dict[str, Holds]]:
    """Give that days late are known exactly where the promised and the delivered day are."""
    yield {"days_late": _known, "days_since_promised": _not(_known)}
    yield {"days_late": _known, "days_since_delivered": _not(_known)}
    yield {"days_late": _not(_known), "days_since_promised": _known, "days_since_delivered": _known}


def _of_the_rest() -> Iterator[dict[str, Holds]]:
    yield {"sent_again": _from(1), "second_failure": _is(False)}
    yield {"paid": _is(False), "order_value": _from(1)}
    yield {"paid": _is(True), "order_value": _not(_from(1))}
    # Where nothing was paid, a claim is about the whole order.
    yield {"order_value": _not(_from(1)), "claimed_share": _not(_from(10_000))}


def _is(*values: object) -> Holds:
    return lambda part: part.value in values


def _from(least: int) -> Holds:
    return lambda part: part.low is not None and part.low >= least


def _known(part: Part) -> bool:
    return part.value is not None


def _not(holds: Holds) -> Holds:
    return lambda part: not holds(part)
