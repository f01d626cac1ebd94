"""Ask whether invariants hold: all in one round trip, or one by one with the seconds that each takes."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.records.invariants.declared import Invariant
from portal.records.invariants.provider import BOOKS

_FIRST = 5
# Rows are counted as they stream by; only the first refs are kept.
_BREAKING = """
    SELECT CAST('{key}' AS text) AS key, count(*) AS broken,
      array_agg(ref) FILTER (WHERE place <= {first}) AS refs
    FROM (SELECT ref, row_number() OVER () AS place FROM ({query}) AS breaking (ref)) AS numbered
"""
_COUNT = "SELECT CAST({place} AS int) AS place, count(*) AS rows FROM {over}"
_BOTH = " UNION ALL "
# A nightly look at everything sorts much and may take its time; the settings end with its transaction.
_AT_LEISURE = "SET LOCAL work_mem = '128MB'; SET LOCAL statement_timeout = '15min'; SET LOCAL jit = off"
_AT_ONCE = "SET LOCAL jit = off"


@dataclass(frozen=True, slots=True)
class Held:
    """How one invariant came out. rows: how many were looked at; refs: the first of those that break it."""

    key: str
    says: str
    rows: int
    broken: int
    refs: tuple[str, ...]
    seconds: float


def ask_at_once(session: Session, invariants: Sequence[Invariant], values: Mapping[str, Any]) -> list[Held]:
    """Ask all in one statement, without counting what was looked at; give those that do not hold."""
    session.execute(text(_AT_ONCE))
    began = time.perf_counter()
    asked = _BOTH.join(_breaking(one) for one in invariants)
    found = {row.key: row for row in session.execute(text(f"{BOOKS} {asked}"), values)}
    seconds = time.perf_counter() - began
    return [
        Held(one.key, one.says, 0, found[one.key].broken, tuple(found[one.key].refs), seconds)
        for one in invariants
        if found[one.key].broken
    ]


def ask_each(session: Session, invariants: Sequence[Invariant], values: Mapping[str, Any]) -> Iterator[Held]:
    """Ask one after the other, in one transaction, and time each."""
    session.execute(text(_AT_LEISURE))
    rows = _rows(session, [one.over for one in invariants], values)
    for one in invariants:
        began = time.perf_counter()
        found = session.execute(text(f"{BOOKS} {_breaking(one)}"), values).one()
        seconds = time.perf_counter() - began
        yield Held(one.key, one.says, rows[one.over], found.broken, tuple(found.refs or ()), seconds)


def _breaking(one: Invariant) -> str:
    return _BREAKING.format(key=one.key, first=_FIRST, query=one.query)


def _rows(session: Session, tables: Iterable[str], values: Mapping[str, Any]) -> dict[str, int]:
    """Count the rows of each table once, however many invariants look at it."""
    named = list(dict.fromkeys(tables))
    asked = _BOTH.join(_COUNT.format(place=place, over=over) for place, over in enumerate(named))
    return {named[row.place]: row.rows for row in session.execute(text(f"{BOOKS} {asked}"), values)}


def accounts(session: Session) -> list[str | None]:
    """List the Stripe accounts that payments were made to; None is the shop's own."""
    asked = text("SELECT DISTINCT provider_account FROM payments WHERE provider_ref IS NOT NULL")
    return list(session.scalars(asked)) or [None]
