"""The file of remedy costs: a row a posting, written by PostgreSQL itself, passed on in blocks; memory stays flat."""

from collections.abc import Iterator
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.currencies import KNOWN
from portal.domain.money import exponent
from portal.domain.periods import Period

_BLOCK = 64 * 1024
_USUAL_DIGITS = 2
# A sheet takes a text that begins with one of these for a formula; the full-width twins count as well.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Columns whose words come from outside; every other text is one of our own codes.
_FOREIGN = frozenset({"order_number", "vendor", "carrier", "lane", "market", "category", "sku", "rule"})
_COLUMNS = {
    "date": "e.effective_on",
    "entry": "e.ref",
    "occasion": "e.occasion",
    "claim": "e.claim_ref",
    "order_number": 'd."order"',
    "remedy": "d.remedy",
    "problem": "d.problem",
    "stage": "d.stage",
    "policy_class": "p.policy_class",
    "rule": "d.rule",
    "policy_version": "coalesce(v.market || ':' || v.number, d.policy_version)",
    "vendor": "d.vendor",
    "carrier": "d.carrier",
    "lane": "d.lane",
    "market": "d.market",
    "category": "d.category",
    "sku": "d.sku",
    "currency": "p.currency",
    "amount": "",
    "amount_minor": "p.amount_minor",
}
HEADER = tuple(_COLUMNS)
_COPY = Template("""
    COPY (
        SELECT $columns
        FROM journal_entries e
        JOIN journal_postings p ON p.entry_id = e.id
        CROSS JOIN LATERAL jsonb_to_record(e.dimensions) AS d($record)
        LEFT JOIN policy_versions v ON v.id::text = d.policy_version
        WHERE p.account = 'remedy_cost' AND e.effective_on BETWEEN %(first)s AND %(last)s
        ORDER BY e.effective_on, e.id, p.id
    ) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')
""")


def copy_costs(session: Session, period: Period) -> Iterator[bytes]:
    """Give the file of a period in blocks of bytes: a header, then one row for every cost, in the order of the book."""
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor:
        # A file of many years may take longer than a page is given.
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(_STATEMENT, {"first": period.first, "last": period.last}) as copy:
            yield from _blocks(copy)


def _blocks(rows: Iterator[memoryview | bytes]) -> Iterator[bytes]:
    """Gather rows into blocks: PostgreSQL hands over one row at a time."""
    block = bytearray()
    for row in rows:
        block += row
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _safe(expression: str) -> str:
    starts = ", ".join(f"U&'\\{ord(start):04x}'" for start in _STARTS)
    return f"CASE WHEN left({expression}, 1) IN ({starts}) THEN '''' || {expression} ELSE {expression} END"


def _amount() -> str:
    """Write minor units as a plain decimal with all digits of its currency."""
    by_digits: dict[int, list[str]] = {}
    for currency in sorted(code for code in KNOWN if exponent(code) != _USUAL_DIGITS):
        by_digits.setdefault(exponent(currency), []).append(f"'{currency}'")
    cases = " ".join(
        f"WHEN p.currency IN ({', '.join(currencies)}) THEN {_scaled(digits)}"
        for digits, currencies in sorted(by_digits.items())
    )
    return f"CASE {cases} ELSE {_scaled(_USUAL_DIGITS)} END"


def _scaled(digits: int) -> str:
    return f"round(p.amount_minor * 1e-{digits}, {digits})" if digits else "p.amount_minor::numeric"


def _statement() -> str:
    columns = {**_COLUMNS, "amount": _amount()}
    written = ", ".join(
        f'{_safe(expression) if name in _FOREIGN else expression} AS "{name}"' for name, expression in columns.items()
    )
    dimensions = "remedy problem stage rule policy_version vendor carrier lane market category sku".split()
    record = ", ".join([f"{name} text" for name in dimensions] + ['"order" text'])
    return _COPY.substitute(columns=written, record=record)


_STATEMENT = _statement()
