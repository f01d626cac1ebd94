"""What the pages of the lists show."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from portal.records.lists import EntryRow, Standing
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.limits.words import KINDS, LISTED, STANDINGS


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry. shown: masked, and empty once the customer was erased; claim_ref: on whose account it was made."""

    ref: str
    kind: str
    kind_code: str
    subject: str
    shown: str
    reason: str
    claim_ref: str | None
    added_by: str
    added_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    live: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the list to look at."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class ListsPage:
    """Rendered by ``staff/limits/lists.html``. kinds: (code, words) to filter by; kind: the chosen one."""

    tabs: tuple[Tab, ...]
    rows: tuple[EntryView, ...]
    kinds: tuple[tuple[str, str], ...]
    kind: str
    standing: str
    next_url: str | None


def lists_page(
    rows: list[EntryRow], counts: dict[Standing, int], *, standing: Standing, kind: str, now: datetime, limit: int
) -> ListsPage:
    """Put the list together; one row more than the limit tells that there is a next page."""
    shown = rows[:limit]
    after = shown[-1].entry.ref if len(rows) > limit else None
    return ListsPage(
        tabs=tuple(
            Tab(named(STANDINGS, one), url_for("staff.lists", standing=one.value), counts[one], one is standing)
            for one in Standing
        ),
        rows=tuple(entry_view(row, now) for row in shown),
        kinds=(("", _("Both lists")), *((code, str(words)) for code, words in KINDS.items())),
        kind=kind,
        standing=standing.value,
        next_url=url_for("staff.lists", standing=standing.value, kind=kind or None, after=after) if after else None,
    )


def entry_view(row: EntryRow, now: datetime) -> EntryView:
    """Show an entry; by when its time is over it has ended by itself."""
    entry = row.entry
    return EntryView(
        ref=entry.ref,
        kind=named(KINDS, entry.kind),
        kind_code=entry.kind,
        subject=named(LISTED, entry.subject),
        shown=entry.shown,
        reason=entry.reason,
        claim_ref=row.claim_ref,
        added_by=row.added_name or entry.added_by,
        added_at=entry.added_at,
        expires_at=entry.expires_at,
        ended_at=entry.ended_at,
        ended_by=row.ended_name or "",
        end_reason=entry.end_reason or "",
        live=entry.ended_at is None and entry.expires_at > now,
    )
