"""Every claim of a small world, so that a proof can be held against all of them one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from portal.domain.facts import Asker, EarlierRemedy, Facts
from portal.domain.problems import NEVER_LEFT, ParcelState, Problem
from portal.domain.received import place, signer
from tests.support.claim_facts import brl, some_facts


def state_of(status: str, delivered: int | None, left: int | None, promised: int | None, again: int) -> ParcelState:
    """Tell the state as ``portal.domain.problems.parcel_state`` does, from days instead of moments."""
    if delivered is not None and delivered >= 0:
        return ParcelState.DELIVERED
    if status in NEVER_LEFT and not again:
        return ParcelState.CANCELLED
    if left is None or left < 0:
        return ParcelState.NOT_SHIPPED
    return ParcelState.LATE if promised is not None and promised >= 1 else ParcelState.ON_THE_WAY


def parcels() -> Iterator[dict[str, Any]]:
    """Give every parcel of a small world."""
    days = product(("shipped", "canceled"), (None, -1, 0, 1, 3), (None, 0), (None, -1, 0, 1, 2), (0, 1))
    for status, delivered, left, promised, again in days:
        for late in _lateness(promised, delivered):
            yield {
                "order_status": status,
                "days_since_delivered": delivered,
                "days_since_handed_over": left,
                "days_since_promised": promised,
                "days_late": late,
                "sent_again": again,
                "parcel_state": state_of(status, delivered, left, promised, again),
            }


def _lateness(promised: int | None, delivered: int | None) -> tuple[int | None, ...]:
    return (None,) if promised is None or delivered is None else (promised - delivered - 1, promised - delivered)


_PARCELS = list(parcels())


def told_apart(asked: set[str]) -> list[dict[str, Any]]:
    """Give the parcels of the small world that differ in what is asked about."""
    names = asked | {"parcel_state"}
    if "second_failure" in asked:
        names |= {"sent_again"}
    return list({tuple(parcel.get(name) for name in sorted(names)): parcel for parcel in _PARCELS}.values())


def others(asked: set[str]) -> Iterator[dict[str, Any]]:
    """Give everything beside the parcel, as far as it is asked about."""
    pairs = [(0, 0), (50, 50), (50, 150), (50, 300), (150, 150), (100, 100), (100, 250), (200, 200), (250, 250)]
    methods: list[set[str]] = [set(), {"card"}, {"boleto"}, {"card", "boleto"}, {"voucher"}, {"boleto", "voucher"}]
    claims: list[tuple[int, ...]] = [(), (5,), (60,), (5, 60), (5, 6), (60, 61)]
    orders: list[tuple[int, ...]] = [(), (5,), (60,)]
    gifts = [
        (days, worth, part)
        for days in (5, 60)
        for worth, part in ((50, 0), (50, 50), (100, 100), (300, 100), (300, 200))
    ]
    parts = (
        _if(asked & {"line_value", "claimed_value"}, [_worth(*pair) for pair in pairs]),
        _if(asked & {"payment_methods"}, [{"payment_methods": frozenset(held)} for held in methods]),
        _if(asked & {"earlier_claims"}, [{"earlier_claims_days": days} for days in claims]),
        _if(asked & {"earlier_orders"}, [{"earlier_orders_days": days} for days in orders]),
        _if(
            asked & {"remedies_value", "goodwill_value"},
            [{"earlier_remedies": ()}, *({"earlier_remedies": (EarlierRemedy(*gift),)} for gift in gifts)],
        ),
        _if(
            asked & {"days_since_ordered", "days_since_first_order"},
            [
                {"days_since_ordered": ordered, "days_since_first_order": first}
                for ordered, first in product((None, -1, 0, 1, 2), (-1, 0, 1, 2))
                if ordered is None or ordered <= first
            ],
        ),
        _if(asked & {"on_behalf", "asked_by"}, [{"asked_by": one, "on_behalf": one == Asker.STAFF} for one in Asker]),
        _if(asked & {"incident_open"}, [{"incident_open": one} for one in (False, True)]),
        _if(asked & {"today"}, [{"now": datetime(year, month, 1, tzinfo=UTC)} for year, month in _MONTHS]),
    )
    for chosen in product(*parts):
        yield {name: value for part in chosen for name, value in part.items()}


_MONTHS = ((2026, 6), (2026, 7), (2027, 1))


def _worth(line: int, claimed: int) -> dict[str, Any]:
    return {"goods": line, "shipping": 0, "claimed_value": brl(claimed)}


def _if(is_asked: set[str], values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return values if is_asked else values[:1]


_WAYS = [
    (None, None),
    ("Iara", None),
    ("Vizinho", None),
    ("Porteiro", "a porch"),
    (None, "with the neighbour"),
    ("Vizinho", "a table"),
    (None, "a table"),
]


def received(asked: set[str], state: ParcelState) -> Iterator[dict[str, Any]]:
    """Give who got it and where, as far as it is asked about."""
    ways = _WAYS if asked & {"signed_by", "signed_for_by", "delivered_to", "left_at"} else _WAYS[:1]
    for signature, left_at in ways:
        yield {
            "signed_by": bool(signature),
            "signed_for_by": signer(signature, ["Iara"]),
            "left_at": left_at,
            "delivered_to": place(left_at, signature, came=state is ParcelState.DELIVERED),
        }


def world(asked: set[str]) -> Iterator[Facts]:
    """Give every claim of a small world, as far as facts are asked about."""
    beside = list(others(asked))
    for problem, parcel in product((Problem.LATE, Problem.OTHER, Problem.CHARGED_WRONGLY), told_apart(asked)):
        seconds = {True, parcel["sent_again"] > 0}
        for second, got in product(seconds, received(asked, parcel["parcel_state"])):
            for other in beside:
                yield some_facts(**parcel, **got, **other, problem=problem, second_failure=second)
