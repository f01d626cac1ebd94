"""Kept parts: some parts of the kept facts of past claims, streamed in columns as quickly as PostgreSQL gives them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from string import Template
from typing import cast

from psycopg import Connection
from sqlalchemy.orm import Session

from portal.records.cost_file import copied
from portal.records.kept_facts import Which

BLOCK = 1 << 19
"""Bytes that are read at once, some thousand lines."""
NOTHING = b"\\N"
"""Stands for what is null, or not there; any other backslash begins an escape, as COPY writes texts."""
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptParts:
    """Claim lines in columns, each value as COPY writes it.

    taken: the remedy that was taken of a line. parts: by path, that part of its facts. recorded: by name, ``t`` where
    the facts hold it at all. without_facts: how many lines more there were, whose facts were not recorded.
    """

    line_ids: Sequence[bytes]
    customer_ids: Sequence[bytes]
    version_ids: Sequence[bytes]
    taken: Sequence[bytes]
    currencies: Sequence[bytes]
    parts: Mapping[Path, Sequence[bytes]]
    recorded: Mapping[str, Sequence[bytes]]
    without_facts: int


# Asked of orders only where it must be: without it no order is read at all.
_OF_MARKETS = """
    JOIN orders o ON o.id = c.order_id AND o.market <> ALL(%(elsewhere)s)
      AND (%(market)s::text IS NULL OR o.market = %(market)s)
"""
_CHOSEN = Template("""
    FROM claims c
    JOIN claim_lines l ON l.claim_id = c.id
    $market
    $opened
    WHERE c.created_at >= %(since)s AND c.created_at < %(until)s AND c.id %% %(every)s = 0
""")
_COUNTED = Template("SELECT c.policy_version_id, count(*) $chosen GROUP BY c.policy_version_id")
# What is kept compressed is opened once for a line, and not once for every part of it.
_OPENED = "CROSS JOIN LATERAL (SELECT l.facts || '{}' AS facts OFFSET 0) AS kept"
_KEPT = Template("""
    COPY (
      SELECT l.id, c.customer_id, c.policy_version_id,
        (SELECT r.kind FROM remedies r WHERE r.claim_line_id = l.id ORDER BY r.id DESC LIMIT 1),
        kept.facts -> 'line_value' ->> 'currency'$parts
      $chosen
    ) TO STDOUT
""")
_OWN = 5


def count_by_version(session: Session, which: Which) -> dict[int, int]:
    """Count the claim lines that ``kept_parts`` gives, by the version that decided them."""
    connection = cast("Connection[tuple[int, int]]", session.connection().connection.driver_connection)
    return dict(connection.execute(_COUNTED.substitute(chosen=_chosen(which, "")).encode(), _values(which)))


def kept_parts(
    session: Session, which: Which, paths: Sequence[Path], whether: Sequence[str] = (), *, at_once: int = BLOCK
) -> Iterator[KeptParts]:
    """Give claim lines block by block, in no order; one block is in memory at a time.

    A path names a part of the facts, such as ``("line_value", "amount_minor")``; ``whether`` names facts that may lack.
    at_once: so many bytes make a block.
    """
    asked = [*map(_part, paths), *(f"jsonb_exists(kept.facts, '{name}')" for name in whether)]
    parts = "".join(f", {expression}" for expression in asked)
    statement = _KEPT.substitute(chosen=_chosen(which, _OPENED), parts=parts)
    lines = b""
    for piece in copied(session, statement, _values(which)):
        lines += piece
        if len(lines) >= at_once:
            whole, _, lines = lines.rpartition(b"\n")
            yield _block(whole, paths, whether)
    if lines:
        yield _block(lines.removesuffix(b"\n"), paths, whether)


def _block(lines: bytes, paths: Sequence[Path], whether: Sequence[str]) -> KeptParts:
    """Cut all lines apart at once: a list of rows would cost as much again as all the rest."""
    width = _OWN + len(paths) + len(whether)
    values = lines.replace(b"\n", b"\t").split(b"\t")
    columns = [values[place::width] for place in range(width)]
    without_facts = columns[_OWN - 1].count(NOTHING)
    if without_facts:
        there = [currency != NOTHING for currency in columns[_OWN - 1]]
        columns = [list(compress(column, there)) for column in columns]
    own, asked, recorded = columns[:_OWN], columns[_OWN : _OWN + len(paths)], columns[_OWN + len(paths) :]
    line_ids, customer_ids, version_ids, taken, currencies = own
    return KeptParts(
        line_ids,
        customer_ids,
        version_ids,
        taken,
        currencies,
        parts=dict(zip(paths, asked, strict=True)),
        recorded=dict(zip(whether, recorded, strict=True)),
        without_facts=without_facts,
    )


def _chosen(which: Which, opened: str) -> str:
    of_markets = _OF_MARKETS if which.market or which.elsewhere else ""
    return _CHOSEN.substitute(market=of_markets, opened=opened)


def _part(path: Path) -> str:
    """Write a part of the facts in SQL; its names come from the vocabulary alone."""
    *outer, name = path
    within = "".join(f" -> '{one}'" for one in outer)
    return f"kept.facts{within} ->> '{name}'"


def _values(which: Which) -> dict[str, object]:
    since, until, market, every, elsewhere = which.since, which.until, which.market, which.every, which.elsewhere
    return {"since": since, "until": until, "market": market, "every": every, "elsewhere": list(elsewhere)}
