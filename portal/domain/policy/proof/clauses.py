"""What facts of one claim have to do with each other, as combinations that never come.

Only what the gathering of facts makes so (``portal.domain.problems``, ``portal.domain.parcels``), never what a feed
should hold: one may say that a parcel came before it was ordered, and whatever comes must find its rule.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from portal.domain.facts import Asker
from portal.domain.policy.proof.dimensions import Dimension, Part
from portal.domain.problems import NEVER_LEFT, ParcelState
from portal.domain.received import Place, Signer

Box = tuple[tuple[int, int], ...]
"""Pairs of a dimension's number and a mask, for the dimensions that matter; all of them hold at once."""
Holds = Callable[[Part], bool]

_LEFT = frozenset({ParcelState.ON_THE_WAY, ParcelState.LATE})
_NOT_CANCELLED = _LEFT | {ParcelState.NOT_SHIPPED}


class Window(NamedTuple):
    """A count or a sum of what was recent: the fact, its days, and the name of the dimension."""

    name: str
    days: int
    source: str


def clauses(
    dimensions: Sequence[Dimension], numbers: Mapping[str, int], windows: Sequence[Window], asked: Collection[str]
) -> Iterator[Box]:
    """Give every combination of parts that no claim has. windows: what is asked of the customer's history.

    asked: facts that the policy asks about. What only follows from others needs no relation where nobody asks for it.
    """
    never_so = [*_of_the_parcel(), *_of_lateness(), *_of_the_rest(), *_of_remedies(windows)]
    if "signed_for_by" in asked or "delivered_to" in asked:
        never_so += _of_who_got_it()
    if "asked_by" in asked:
        never_so += _of_who_asks()
    if "paid" in asked or "order_value" in asked:
        never_so += _of_no_payment()
    for never in never_so:
        yield tuple((numbers[name], dimensions[numbers[name]].where(holds)) for name, holds in never.items())


def _of_the_parcel() -> Iterator[dict[str, Holds]]:
    """Give what ``portal.domain.problems.parcel_state`` makes impossible."""
    came, left, past = at_least(0), at_least(0), at_least(1)
    delivered, cancelled = _is(ParcelState.DELIVERED), _is(ParcelState.CANCELLED)
    yield {"parcel_state": delivered, "days_since_delivered": _not(came)}
    yield {"parcel_state": _not(delivered), "days_since_delivered": came}
    yield {"parcel_state": _is(ParcelState.NOT_SHIPPED), "days_since_handed_over": left}
    yield {"parcel_state": _is(*_LEFT), "days_since_handed_over": _not(left)}
    yield {"parcel_state": _is(ParcelState.LATE), "days_since_promised": _not(past)}
    yield {"parcel_state": _is(ParcelState.ON_THE_WAY), "days_since_promised": past}
    again = at_least(1)
    yield {"parcel_state": _is(*_NOT_CANCELLED), "order_status": _is(*NEVER_LEFT), "sent_again": _not(again)}
    yield {"parcel_state": cancelled, "order_status": _not(_is(*NEVER_LEFT))}
    yield {"parcel_state": cancelled, "sent_again": again}


def _of_lateness() -> Iterator[dict[str, Holds]]:
    """Give that days late are known exactly where the promised and the delivered day are."""
    yield {"days_late": _known, "days_since_promised": _not(_known)}
    yield {"days_late": _known, "days_since_delivered": _not(_known)}
    yield {"days_late": _not(_known), "days_since_promised": _known, "days_since_delivered": _known}


def _of_who_got_it() -> Iterator[dict[str, Holds]]:
    """Give what ``portal.domain.received`` makes impossible."""
    came, neighbour, address = _is(ParcelState.DELIVERED), _is(Place.NEIGHBOUR), _is(Place.ADDRESS)
    yield {"signed_for_by": _known, "signed_by": _is(False)}
    yield {"signed_for_by": _not(_known), "signed_by": _is(True)}
    yield {"delivered_to": _known, "parcel_state": _not(came)}
    yield {"delivered_to": _not(_known), "parcel_state": came}
    yield {"signed_for_by": _is(Signer.NEIGHBOUR), "parcel_state": came, "delivered_to": _not(neighbour)}
    yield {"left_at": _known, "delivered_to": address}
    yield {"left_at": _not(_known), "delivered_to": _is(Place.SAFE_PLACE, Place.PICKUP_POINT, Place.ELSEWHERE)}
    yield {
        "left_at": _not(_known),
        "delivered_to": neighbour,
        "signed_for_by": _not(_is(Signer.NEIGHBOUR)),
    }


def _of_who_asks() -> Iterator[dict[str, Holds]]:
    yield {"on_behalf": _is(True), "asked_by": _not(_is(Asker.STAFF))}
    yield {"on_behalf": _is(False), "asked_by": _is(Asker.STAFF)}


def _of_remedies(windows: Sequence[Window]) -> Iterator[dict[str, Holds]]:
    """Give that no remedies are worth nothing."""
    counts = [window for window in windows if window.name == "earlier_remedies"]
    for one in (window for window in windows if window.name in ("remedies_value", "goodwill_value")):
        for count in (window for window in counts if window.days >= one.days):
            yield {one.source: at_least(1), count.source: _not(at_least(1))}


def _of_no_payment() -> Iterator[dict[str, Holds]]:
    """Give what ``portal.domain.paid`` makes impossible: what was not captured was paid for nothing."""
    yield {"order_value": _not(at_least(1)), "claimed_value": at_least(1)}
    yield {"order_value": _not(at_least(1)), "overpaid": at_least(1)}


def _of_the_rest() -> Iterator[dict[str, Holds]]:
    yield {"sent_again": at_least(1), "second_failure": _is(False)}
    yield {"paid": _is(False), "order_value": at_least(1)}
    yield {"paid": _is(True), "order_value": _not(at_least(1))}
    # Where nothing was paid, a claim is about the whole order.
    yield {"order_value": _not(at_least(1)), "claimed_share": _not(at_least(10_000))}


def _is(*values: object) -> Holds:
    return lambda part: part.value in values


def at_least(least: int) -> Holds:
    """Hold for numbers from this one on. The domain must be cut there."""
    return lambda part: part.low is not None and part.low >= least


def below(end: int) -> Holds:
    """Hold for numbers under this one. The domain must be cut there."""
    return lambda part: part.high is not None and part.high < end


def _known(part: Part) -> bool:
    return part.value is not None


def _not(holds: Holds) -> Holds:
    return lambda part: not holds(part)
