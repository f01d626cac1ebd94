"""Kept facts of past claims, streamed in blocks: what a draft is replayed on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

BLOCK = 10_000


class KeptFacts(NamedTuple):
    """A claim line: its facts as JSON text, None where they were not recorded, and the remedy taken of it, if any."""

    line_id: int
    customer_id: int
    policy_version_id: int
    taken: str | None
    facts: str | None


@dataclass(frozen=True, slots=True)
class Which:
    """Which claims: reported from a moment until before another, in one market or all, one in ``every`` of them."""

    since: datetime
    until: datetime
    market: str | None = None
    every: int = 1


_LINES = Template("""
    SELECT $what
    FROM claims c
    JOIN claim_lines l ON l.claim_id = c.id
    JOIN orders o ON o.id = c.order_id
    WHERE c.created_at >= :since AND c.created_at < :until
      AND (CAST(:market AS text) IS NULL OR o.market = :market)
      AND c.id % :every = 0
""")
_COUNTED = "count(*)"
_KEPT = """l.id, c.customer_id, c.policy_version_id,
      (SELECT r.kind FROM remedies r WHERE r.claim_line_id = l.id ORDER BY r.id DESC LIMIT 1),
      CASE WHEN jsonb_exists(l.facts, 'line_value') THEN l.facts::text END"""
_REFS = text(
    "SELECT l.id, c.ref FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE l.id = ANY(CAST(:ids AS bigint[]))"
)


def count_lines(session: Session, which: Which) -> int:
    """Count the claim lines that ``kept_facts`` gives."""
    return int(session.execute(text(_LINES.substitute(what=_COUNTED)), _values(which)).scalar_one())


def kept_facts(session: Session, which: Which) -> Iterator[list[KeptFacts]]:
    """Give claim lines block by block, in no order; one block is in memory at a time."""
    found = session.execute(text(_LINES.substitute(what=_KEPT)), _values(which), execution_options={"yield_per": BLOCK})
    for block in found.partitions(BLOCK):
        yield [KeptFacts(*row) for row in block]


def refs_of(session: Session, line_ids: list[int]) -> dict[int, str]:
    """Name the claims of some lines."""
    return {row.id: row.ref for row in session.execute(_REFS, {"ids": line_ids})}


def _values(which: Which) -> dict[str, object]:
    return {"since": which.since, "until": which.until, "market": which.market, "every": which.every}
