"""What staff see of incidents in their list: what each is about, what it waits for, what came back of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal.domain.incidents import Flag, Need, needs_of
from portal.domain.money import Money
from portal.records.tables.incidents import Incident
from portal.web.shared.names import named
from portal.web.staff.incident_words import NEEDS, OUTCOMES, about_words


@dataclass(frozen=True, slots=True)
class Row:
    """An incident in the list. needs: what it waits for; recovered: what came back of it, by currency."""

    ref: str
    url: str
    about: str
    words: str
    state: str
    is_open: bool
    owner: str
    needs: tuple[str, ...]
    opened_at: datetime
    recovered: tuple[Money, ...]


def rows_of(
    incidents: Iterable[Incident], owners: Mapping[str, str], recovered: Mapping[str, Sequence[Money]], today: date
) -> tuple[Row, ...]:
    """Show incidents as rows. owners: who answers for each stage; recovered: what came back, by the incident."""
    return tuple(row_of(one, owners.get(one.stage or "", ""), recovered.get(one.ref, ()), today) for one in incidents)


def row_of(incident: Incident, owner: str, recovered: Sequence[Money], today: date) -> Row:
    """Show an incident as a row."""
    needs: tuple[Need, ...] = needs_of(
        owned=bool(owner),
        cause_confirmed=incident.cause_confirmed_at is not None,
        fix_on=incident.fix_on,
        closed=incident.closed_at is not None,
        flag=Flag(incident.flag) if incident.flag else None,
        today=today,
    )
    return Row(
        ref=incident.ref,
        url=url_for("staff.incident", ref=incident.ref),
        about=about_words(incident.about),
        words=incident.words,
        state=str(named(OUTCOMES, incident.outcome)) if incident.outcome else "",
        is_open=incident.closed_at is None,
        owner=owner,
        needs=tuple(str(named(NEEDS, need.value)) for need in needs),
        opened_at=incident.opened_at,
        recovered=tuple(recovered),
    )
