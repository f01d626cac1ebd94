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
