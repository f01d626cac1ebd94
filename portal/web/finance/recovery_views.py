"""What vendors, carriers and insurers paid of incidents: one person writes it down, another of finance books it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import KEEPS_BOOKS
from portal.domain.errors import MovedOn, NotFound
from portal.domain.money import Money
from portal.domain.recoveries import BadRecovery, RecoveryOutcome
from portal.records import incidents, recoveries
from portal.records.recoveries import Listed
from portal.records.staff_names import names_of
from portal.services.record_recovery import ask_to_take_back, book_recovery, drop_recovery, record_recovery
from portal.services.toolkit import Toolkit
from portal.web.finance.recovery_form import PAYERS, PLACES, WRONG, read_recovery
from portal.web.shared.access import finance, staff, staff_on_duty
from portal.web.shared.forms import unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame

_MOST = 200
_CONFLICT, _REFUSED = 409, 422
# How a booked one stands by what became of its correction.
_UNDONE = {recoveries.WAITING: "doubted", RecoveryOutcome.BOOKED.value: "taken_back"}
_DONE = {
    "recorded": lazy("Written down. Another person of finance books it."),
    "book": lazy("Booked, and kept with your name."),
    "drop": lazy("Let go of. Nothing was booked."),
    "doubted": lazy("Written down. It stands until another person of finance takes it back."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A recovery. state: waiting, booked, doubted, taken_back or dropped; takes_back: what it undoes."""

    ref: str
    incident: str
    payer: str
    payer_name: str
    amount: Money
    received_on: date
    reference: str
    reason: str
    takes_back: str | None
    state: str
    recorded_by: str
    decided_by: str
    may_book: bool
    may_doubt: bool


@dataclass(frozen=True, slots=True)
class RecoveriesPage:
    """Rendered by ``finance/recoveries.html``. known: incidents to choose from; place: the field that is wrong."""

    rows: tuple[Row, ...]
    payers: tuple[tuple[str, str], ...]
    known: tuple[tuple[str, str], ...]
    today: date
    may_write: bool
    notice: str = ""
    error: str = ""
    place: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, name: str) -> tuple[str, ...]:
        """Give the error of a field, as the macros want it."""
        return (self.error,) if self.place == name else ()


@finance
def listing() -> Answer:
    """List what came back, with what waits for a second person first."""
    done, incident = request.args.get("done", ""), request.args.get("incident", "")
    return _page(notice=str(_DONE.get(done, "")), typed={"incident": incident} if incident else {})


@staff(*KEEPS_BOOKS)
def record() -> Answer:
    """Write down a payment; where something of it is wrong, show the form as it was typed."""
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        record_recovery(toolkit(), read_recovery(typed, _actor()))
    except BadRecovery as error:
        place = PLACES.get(error.field, error.field)
        return _page(_REFUSED, error=str(named(WRONG, error.field)), place=place, typed=typed)
    return redirect(url_for("finance.recoveries", done="recorded"), 303)


@staff(*KEEPS_BOOKS)
@wants_factor()
def book(ref: str) -> Answer:
    """Book what another person wrote down."""
    return _decided("book", ref, book_recovery)


@staff(*KEEPS_BOOKS)
def drop(ref: str) -> Answer:
    """Let go of what was written down."""
    return _decided("drop", ref, drop_recovery)


@staff(*KEEPS_BOOKS)
def doubt(ref: str) -> Answer:
    """Write down that something was booked in error, for another person to take it back."""
    typed = {"reason": request.form.get("reason", "")}
    try:
        ask_to_take_back(toolkit(), ref, reason=unix_lines(typed["reason"]), actor=_actor())
    except BadRecovery as error:
        place = f"reason-{ref}"
        return _page(_REFUSED, error=str(named(WRONG, error.field)), place=place, typed=typed)
    except MovedOn:
        return _moved_on()
    return redirect(url_for("finance.recoveries", done="doubted"), 303)


@staff(*KEEPS_BOOKS)
def back(ref: str, act: str) -> Answer:
    """Lead somebody who reloads an act to the list; no other name has a page."""
    if act not in {"book", "drop", "doubt"}:
        raise NotFound(act)
    return redirect(url_for("finance.recoveries", _anchor=ref), 303)


def _decided(act: str, ref: str, decide: Callable[[Toolkit, str, Actor], None]) -> Answer:
    try:
        decide(toolkit(), ref, _actor())
    except MovedOn:
        return _moved_on()
    return redirect(url_for("finance.recoveries", done=act), 303)


def _moved_on() -> Answer:
    moved = _("This has moved on since you opened it. Here it is as it stands now.")
    return _page(_CONFLICT, error=moved, place="list")


def _actor() -> Actor:
    return Actor.staff(staff_on_duty().id)


def _page(
    status: int = 200, *, notice: str = "", error: str = "", place: str = "", typed: Mapping[str, str] | None = None
) -> Answer:
    with toolkit().reading() as session:
        found = recoveries.listed(session, limit=_MOST)
        known = tuple((one.ref, one.words[:60]) for one in incidents.listed(session, limit=_MOST))
        acted = {actor for one in found for actor in (one.row.recorded_by, one.row.decided_by or "")}
        names = names_of(session, acted)
    may_write = staff_on_duty().role in KEEPS_BOOKS
    page = RecoveriesPage(
        rows=tuple(_row(one, names, may_write=may_write) for one in found),
        payers=tuple((value, str(label)) for value, label in PAYERS.items()),
        known=known,
        today=toolkit().now().astimezone(toolkit().zone).date(),
        may_write=may_write,
        notice=notice,
        error=error,
        place=place,
        typed=typed or {},
    )
    return make_response(render_template("finance/recoveries.html", page=page, **frame("finance.recoveries")), status)


def _row(one: Listed, names: Mapping[str, str], *, may_write: bool) -> Row:
    row = one.row
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
        state=state,
        recorded_by=names.get(row.recorded_by, ""),
        decided_by=names.get(row.decided_by or "", ""),
        may_book=may_write and state == recoveries.WAITING and row.recorded_by != str(_actor()),
        may_doubt=may_write and state == RecoveryOutcome.BOOKED and row.takes_back_id is None,
    )
