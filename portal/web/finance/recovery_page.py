"""What finance sees of recoveries: how each stands, and what may be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.domain.money import Money
from portal.domain.recoveries import RecoveryOutcome
from portal.records import recoveries
from portal.records.recoveries import Listed
from portal.web.finance.recovery_form import PAYERS
from portal.web.shared.names import named
from portal.web.shared.paging import Pager

# How a booked one stands by what became of its correction.
_UNDONE = {recoveries.WAITING: "doubted", RecoveryOutcome.BOOKED.value: "taken_back"}


@dataclass(frozen=True, slots=True)
class Row:
    """A recovery. state: waiting, booked, doubted, taken_back or dropped; takes_back: what it undoes.

    came_before: the day on which its incident began, where it came sooner than that.
    """

    ref: str
    incident: str
    payer: str
    payer_name: str
    amount: Money
    received_on: date
    reference: str
    reason: str
    takes_back: str | None
    came_before: date | None
    state: str
    recorded_by: str
    decided_by: str
    may_book: bool
    may_doubt: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What is said above the list, and what was typed. place: the field that is wrong; at: the recovery it is about.

    kept: a reason that was typed for what has moved on meanwhile.
    """

    notice: str = ""
    error: str = ""
    place: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class RecoveriesPage:
    """Rendered by ``finance/recoveries.html``. known: incidents to choose from."""

    rows: tuple[Row, ...]
    payers: tuple[tuple[str, str], ...]
    known: tuple[tuple[str, str], ...]
    today: date
    may_write: bool
    pager: Pager
    said: Said

    def wrong(self, name: str) -> tuple[str, ...]:
        """Give the error of a field, as the macros want it."""
        return (self.said.error,) if self.said.place == name else ()


def row_of(one: Listed, names: Mapping[str, str], reader: str, *, may_write: bool) -> Row:
    """Say how a recovery stands, and what its reader may do. names: of actors; reader: an actor, as records name it."""
    row = one.row
    came_before = row.takes_back_id is None and row.received_on < one.since_on
    state = _UNDONE[one.undone] if one.undone else row.outcome or recoveries.WAITING
    return Row(
        ref=row.ref,
        incident=row.incident_ref,
        payer=str(named(PAYERS, row.payer)),
        payer_name=row.payer_name,
        amount=Money(-row.amount_minor if row.takes_back_id else row.amount_minor, row.currency),
        received_on=row.received_on,
        reference=row.reference,
        reason=row.reason,
        takes_back=one.takes_back,
        came_before=one.since_on if came_before else None,
        state=state,
        recorded_by=names.get(row.recorded_by, ""),
        decided_by=names.get(row.decided_by or "", ""),
        may_book=may_write and state == recoveries.WAITING and row.recorded_by != reader,
        may_doubt=may_write and state == RecoveryOutcome.BOOKED and row.takes_back_id is None,
    )
