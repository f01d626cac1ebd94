"""A shop's whole book made by the database itself: any number of claims in eight ways, under all real constraints.

The rest of a claim's number by eight says how it went: 0 and 5 money back, 1 money that the bank sent back and credit
in its place, 2 credit that a person approved, 3 and 7 the same again, 4 money that waits for the bank, 6 credit that
was partly spent. Everything in it holds, so that a test can break one thing and a benchmark can check it all.
"""

import json
from pathlib import Path

import psycopg

from portal.domain.facts import Facts
from portal.domain.policy import default_policy, judge
from portal.records import batch_file
from portal.services.toolkit import Toolkit
from tests.support.claim_facts import some_facts
from tests.support.whole_book_money import MONEY
from tests.support.whole_book_rows import ROWS

_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"


def write_whole_book(connection: psycopg.Connection[tuple[object, ...]], claims: int) -> None:
    """Write a book of so many claims, in the transaction that the caller has open."""
    facts: Facts = some_facts()
    values = {
        "count": claims,
        "facts": json.dumps(facts.to_document()),
        "verdict": json.dumps(judge(facts, default_policy()).to_document()),
        "source": _POLICY.read_text(encoding="utf-8"),
    }
    for statement in (*ROWS, *MONEY):
        connection.execute(statement, values)


def seal_files(toolkit: Toolkit, connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Seal the files of the batches, which a whole book leaves open, in a transaction of their own."""
    with toolkit.reading() as session:
        seals = [(batch_file.digest(session, batch.id), batch.id) for batch in batch_file.batches(session, 9)]
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.cursor().executemany("UPDATE closed_batches SET sha256 = %s WHERE id = %s", seals)
