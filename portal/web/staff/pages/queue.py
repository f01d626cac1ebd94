"""What the queue shows: the claims that need a person, by deadline."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from portal.domain.authority import Role
from portal.domain.money import Money
from portal.records.queue import Counts, Part, Place, Waiting
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import PROBLEMS, named
from portal.web.staff.masks import masked
from portal.web.staff.words import REASONS

_SOON = timedelta(hours=4)
_LONGEST_CURSOR = 80
# What ends the cursor of a claim that a no reopened; no ref has such a letter.
_REOPENED = "!"
PARTS: dict[Part, Any] = {
    Part.ALL: lazy("All"),
    Part.MINE: lazy("Mine"),
    Part.UNASSIGNED: lazy("Unassigned"),
    Part.OVERDUE: lazy("Overdue"),
    Part.SECOND: lazy("Waiting for a second person"),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A claim that needs a person. urgency: late, soon, or empty. reopened: the customer said that it is not right."""

    ref: str
    url: str
    order_number: str
    mailbox: str
    value: Money
    problems: tuple[str, ...]
    reasons: tuple[str, ...]
    answer_by: datetime
    urgency: str
    assignee: str | None
    reopened: bool


@dataclass(frozen=True, slots=True)
class PartLink:
    """A part of the queue to look at."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Rendered by ``staff/queue.html``. sought: what was searched for and not found, empty otherwise."""

    parts: tuple[PartLink, ...]
    rows: tuple[QueueRow, ...]
    total: int
    overdue: int
    next_url: str | None
    first_url: str | None
    sought: str = ""


def queue_page(
    rows: list[Waiting], counts: Counts, part: Part, *, now: datetime, limit: int, is_first: bool, sought: str = ""
) -> QueuePage:
    """Put the page together; one row more than the limit tells that there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return QueuePage(
        parts=tuple(
            PartLink(str(label), url_for("staff.queue", part=one.value), counts.by_part[one], one is part)
            for one, label in PARTS.items()
        ),
        rows=tuple(_row(row, now) for row in shown),
        total=counts.by_part[Part.ALL],
        overdue=counts.by_part[Part.OVERDUE],
        next_url=url_for("staff.queue", part=part.value, after=cursor_of(shown[-1])) if more else None,
        first_url=None if is_first else url_for("staff.queue", part=part.value),
        sought=sought,
    )


def cursor_of(row: Waiting) -> str:
    """Write the place of a row for the address of the next page."""
    return f"{row.answer_by.isoformat()}~{row.ref}{_REOPENED if row.reopened else ''}"


def place_of(cursor: str) -> Place | None:
    """Read a place in the queue; what is none begins at the top."""
    moment, tilde, ref = cursor[:_LONGEST_CURSOR].removesuffix(_REOPENED).partition("~")
    try:
        answer_by = datetime.fromisoformat(moment)
    except ValueError:
        return None
    is_place = tilde and answer_by.tzinfo is not None
    return Place(answer_by, ref, reopened=cursor.endswith(_REOPENED)) if is_place else None


def _row(row: Waiting, now: datetime) -> QueueRow:
    reasons = [_("Waits for a second person")] if row.waits_for_second else []
    reasons += [_("The customer wrote")] if row.waits_for_answer else []
    reasons += [named(REASONS, code) for code in row.reasons]
    reasons += [_("An approver has to agree")] if row.answered_by == Role.APPROVER else []
    return QueueRow(
        ref=row.ref,
        url=url_for("staff.claim", ref=row.ref),
        order_number=row.order_number,
        mailbox=masked(row.mailbox),
        value=row.order_value,
        problems=tuple(named(PROBLEMS, code) for code in row.problems),
        reasons=tuple(reasons),
        answer_by=row.answer_by,
        urgency="late" if row.answer_by < now else "soon" if row.answer_by < now + _SOON else "",
        assignee=row.assignee,
        reopened=row.reopened,
    )
