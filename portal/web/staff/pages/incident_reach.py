"""What an incident's page shows of those who were reached first, and of those who were spared, in sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.records.outreach_effect import Reached
from portal.records.prevention import Tally
from portal.web.shared.names import named
from portal.web.staff.outreach.page import STATES, TONES
from portal.web.staff.pages.prevention import TallyRow, tally_row


@dataclass(frozen=True, slots=True)
class OutreachRow:
    """An outreach of the incident. told, chosen: parcels."""

    ref: str
    state: str
    tone: str
    drawn_at: datetime
    found: int | None
    told: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Rendered by ``staff/parts/reach.html``."""

    outreaches: tuple[OutreachRow, ...]
    precautions: tuple[TallyRow, ...]


def reach_of(outreaches: Sequence[Reached], precautions: Sequence[Tally]) -> Reach:
    """Show both."""
    rows = tuple(
        OutreachRow(
            one.ref,
            named(STATES, one.state),
            TONES.get(one.state, "calm"),
            one.drawn_at,
            one.found,
            one.told,
            one.chosen,
        )
        for one in outreaches
    )
    return Reach(rows, tuple(tally_row(one) for one in precautions))
