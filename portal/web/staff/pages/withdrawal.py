"""What staff see of withdrawals: the list by deadline, and one with everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from portal.domain.money import Money
from portal.domain.withdrawal import MOVES as LEGAL
from portal.domain.withdrawal import OPEN, Move, Standing, State
from portal.records.tables.inbox import Letter
from portal.records.withdrawal_pages import File
from portal.records.withdrawals import Due
from portal.services.look_at_withdrawal import names_its_goods
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.shared.report_forms import field_of
from portal.web.staff.masks import masked
from portal.web.staff.withdrawal_words import MAILS, MOVES, STANDINGS, STATES
from portal.web.staff.words import ACTORS, CUSTOMER, LEFT, LETTERS

_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Row:
    """A withdrawal in the list. urgency: late, soon, or empty."""

    ref: str
    url: str
    state: str
    standing: str
    order_number: str
    mailbox: str
    declared_at: datetime
    refund_by: datetime
    due_at: datetime
    urgency: str


@dataclass(frozen=True, slots=True)
class WithdrawalsPage:
    """Rendered by ``staff/withdrawals.html``."""

    rows: tuple[Row, ...]
    total: int
    overdue: int
    next_url: str | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the order. field: in the form that accepts; wanted: how many are declared, None for words."""

    field: str
    title: str
    quantity: int
    wanted: int | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that was done."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A mail about it."""

    at: datetime
    what: str
    state: str
    body: str
    bad: bool


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """Rendered by ``staff/withdrawal.html``. may: what can be done now, and by whom looks.

    typed: the words of an answer that was refused; error: what was wrong, at the field named.
    """

    ref: str
    version: int
    state: str
    state_code: str
    standing: str
    name: str
    mailbox: str
    order_number: str
    goods: str
    declared_at: datetime
    refund_by: datetime
    due_at: datetime | None
    period_ends_on: date | None
    order_known: bool
    paid: Money | None
    delivered: tuple[datetime | None, ...]
    sent_again: tuple[datetime | None, ...]
    lines: tuple[LineView, ...]
    wants_lines: bool
    claims: tuple[tuple[str, str], ...]
    claim_ref: str | None
    others: tuple[tuple[str, str], ...]
    repeats: str | None
    history: tuple[HistoryLine, ...]
    letters: tuple[LetterLine, ...]
    may: frozenset[str]
    notice: str = ""
    error_field: str = ""
    error: str = ""
    typed: str = ""


def withdrawals_page(rows: list[Due], total: int, overdue: int, *, now: datetime, limit: int) -> WithdrawalsPage:
    """Put the list together; one row more than the limit tells that there is a next page."""
    shown = rows[:limit]
    place = f"{shown[-1].due_at.isoformat()}~{shown[-1].ref}" if len(rows) > limit else None
    return WithdrawalsPage(
        rows=tuple(_row(row, now) for row in shown),
        total=total,
        overdue=overdue,
        next_url=url_for("staff.withdrawals", after=place) if place else None,
    )


def withdrawal_page(file: File, *, full: bool, decides: bool, **more: str) -> WithdrawalPage:
    """Put the page of one withdrawal together. full: the whole mailbox. more: notice, error, and what was typed."""
    one, order = file.withdrawal, file.order
    return WithdrawalPage(
        ref=one.ref,
        version=one.version,
        state=named(STATES, one.state),
        state_code=one.state,
        standing=named(STANDINGS, one.standing) if one.standing else "",
        name=one.name,
        mailbox=one.mailbox if full else masked(one.mailbox),
        order_number=one.order_number,
        goods=one.goods,
        declared_at=one.declared_at,
        refund_by=one.refund_by,
        due_at=one.due_at,
        period_ends_on=one.period_ends_on,
        order_known=order is not None,
        paid=Money(order.payments_total_minor, order.currency) if order else None,
        delivered=tuple(parcel.delivered_at for parcel in file.parcels),
        sent_again=tuple(file.sent_again),
        lines=tuple(_lines(file)),
        wants_lines=not names_its_goods(one),
        claims=tuple(file.claims),
        claim_ref=file.claim_ref,
        others=tuple((other.ref, named(STATES, other.state)) for other in file.others),
        repeats=next((other.ref for other in file.others if other.id == one.repeats_id), None),
        history=tuple(HistoryLine(e.happened_at, named(MOVES, e.move), _who(e.actor, file)) for e in file.events),
        letters=tuple(map(_letter, file.letters)),
        may=_may(one.state, order_known=order is not None) if decides else frozenset(),
        **more,
    )


def _lines(file: File) -> Iterator[LineView]:
    asked = {line["line"]: line["quantity"] for line in file.withdrawal.lines}
    in_words = bool(file.withdrawal.goods) and not asked
    for line in file.lines:
        wanted = asked.get(line.line_number, 0) if asked else line.quantity
        yield LineView(field_of(line.line_number), line.title, line.quantity, None if in_words else wanted)


def _letter(letter: Letter) -> LetterLine:
    return LetterLine(
        letter.sent_at or letter.created_at,
        named(MAILS, letter.template),
        named(LETTERS, letter.state),
        letter.body or "",
        letter.state == "undeliverable",
    )


def _may(state: str, *, order_known: bool) -> frozenset[str]:
    """Name the acts that this page offers."""
    acts = {
        "connect": Move.CONNECT,
        "accept": Move.ACCEPT,
        "goods": Move.GOODS_CAME,
        "refund": Move.REFUND,
        "answer": Move.ANSWER,
    }
    may = {act for act, move in acts.items() if (State(state), move) in LEGAL}
    if State(state) is State.RECEIVED or State(state) not in OPEN:
        return frozenset()
    if State(state) is State.REFUNDING:
        may |= {"refund"}
    return frozenset(may if order_known else may - {"accept", "refund", "goods"})


def _who(actor: str, file: File) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "staff":
        return file.staff.get(int(name)) or str(LEFT)
    if kind == "claimant":
        return str(CUSTOMER)
    return _("somebody without a code") if kind == "guest" else named(ACTORS, name)


def _row(row: Due, now: datetime) -> Row:
    standing = named(STANDINGS, row.standing) if row.standing and row.standing != Standing.IN_TIME else ""
    return Row(
        ref=row.ref,
        url=url_for("staff.withdrawal", ref=row.ref),
        state=named(STATES, row.state),
        standing=standing,
        order_number=row.order_number,
        mailbox=masked(row.mailbox),
        declared_at=row.declared_at,
        refund_by=row.refund_by,
        due_at=row.due_at,
        urgency="late" if row.due_at < now else "soon" if row.due_at < now + _SOON else "",
    )
