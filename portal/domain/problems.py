"""What can go wrong with an order, where in its journey, and what makes sense to report when."""

from datetime import datetime, timedelta
from enum import StrEnum


class Problem(StrEnum):
    """The reason of a claim line."""

    MISSING_PACKAGE = "missing_package"
    MISSING_LINE = "missing_line"
    DAMAGED = "damaged"
    WRONG = "wrong"
    FAULTY = "faulty"
    LATE = "late"
    NOT_AS_DESCRIBED = "not_as_described"
    CHARGED_WRONGLY = "charged_wrongly"
    OTHER = "other"


class ParcelState(StrEnum):
    """Where the parcel of an order line is, as far as we know."""

    NOT_SHIPPED = "not_shipped"
    ON_THE_WAY = "on_the_way"
    LATE = "late"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The stages of an order's journey; each has one owner, named in the database."""

    PROMISE = "promise"
    ORDER = "order"
    PACK = "pack"
    HAND_OVER = "hand_over"
    TRANSIT = "transit"
    DOORSTEP = "doorstep"
    USE = "use"
    AFTER_CARE = "after_care"


SENSIBLE: dict[ParcelState, tuple[Problem, ...]] = {
    ParcelState.NOT_SHIPPED: (Problem.LATE, Problem.CHARGED_WRONGLY, Problem.OTHER),
    ParcelState.ON_THE_WAY: (Problem.MISSING_PACKAGE, Problem.CHARGED_WRONGLY, Problem.OTHER),
    ParcelState.LATE: (Problem.MISSING_PACKAGE, Problem.LATE, Problem.CHARGED_WRONGLY, Problem.OTHER),
    ParcelState.DELIVERED: (
        Problem.MISSING_PACKAGE,
        Problem.MISSING_LINE,
        Problem.DAMAGED,
        Problem.WRONG,
        Problem.FAULTY,
        Problem.NOT_AS_DESCRIBED,
        Problem.LATE,
        Problem.CHARGED_WRONGLY,
        Problem.OTHER,
    ),
    ParcelState.CANCELLED: (Problem.CHARGED_WRONGLY, Problem.OTHER),
}

NEVER_LEFT = frozenset({"canceled", "unavailable"})


def parcel_state(
    *,
    order_status: str,
    handed_over_at: datetime | None,
    promised_at: datetime | None,
    delivered_at: datetime | None,
    now: datetime,
) -> ParcelState:
    """Tell where a parcel is. A promised date counts to its end, so a parcel is late from the day after."""
    if delivered_at is not None and delivered_at <= now:
        return ParcelState.DELIVERED
    if order_status in NEVER_LEFT:
        return ParcelState.CANCELLED
    if handed_over_at is None or handed_over_at > now:
        return ParcelState.NOT_SHIPPED
    if promised_at is not None and promised_at + timedelta(days=1) <= now:
        return ParcelState.LATE
    return ParcelState.ON_THE_WAY
