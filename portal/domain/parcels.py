"""Parcels: what a carrier said of one, be it the order's own or one that was sent again."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.problems import SENSIBLE, ParcelState, Problem, parcel_state

# What was paid is a matter of the order, never of what was sent again for it.
OF_THE_ORDER = frozenset({Problem.CHARGED_WRONGLY})
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where a parcel is.

    last_scan_at: when the carrier last told of it. times_again: how often its pieces were sent again, this parcel
    included; 0 for the first.
    """

    handed_over_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    carrier: str | None
    signed_by: str | None = None
    left_at: str | None = None
    service: str | None = None
    last_scan_at: datetime | None = None
    times_again: int = 0

    def state(self, order_status: str, now: datetime) -> ParcelState:
        """Tell where it is now. An order that was cancelled since does not call back what was sent again."""
        return parcel_state(
            order_status=SHIPPED if self.times_again else order_status,
            handed_over_at=self.handed_over_at,
            promised_at=self.promised_at,
            delivered_at=self.delivered_at,
            now=now,
        )

    def sensible(self, order_status: str, now: datetime) -> tuple[Problem, ...]:
        """List what can be reported of it now."""
        problems = SENSIBLE[self.state(order_status, now)]
        return tuple(one for one in problems if not self.times_again or one not in OF_THE_ORDER)
