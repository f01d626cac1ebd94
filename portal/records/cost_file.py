"""The file of remedy costs: a row a posting, written by PostgreSQL itself, passed on in blocks; memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.currencies import KNOWN
from portal.domain.money import exponent
from portal.domain.periods import Period
from portal.records.counted_days import COUNTED_FOR_DRIVER
from portal.records.posted_tax import TAX_OF_POSTING

_BLOCK = 64 * 1024
_USUAL_DIGITS = 2
# A sheet takes a text that begins with one of these for a formula; the full-width twins count as well.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Signs that no sheet can show, tabs and line ends apart, as PostgreSQL writes a pattern.
_CONTROLS = r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
# Columns whose words come from outside; every other text is one of our own codes.
_FOREIGN = frozenset({"order_number", "vendor", "carrier", "lane", "market", "category", "sku", "rule"})
# Every column of a file about the entries ``e`` and their postings ``p``.
COLUMNS = {
    "date": "e.effective_on",
    "counts_on": "e.counted_on",
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
    "tax": "",
    "tax_minor": TAX_OF_POSTING,
}
HEADER = tuple(COLUMNS)
_DIMENSIONS = "remedy problem stage rule policy_version vendor carrier lane market category sku".split()
_RECORD = ", ".join([f"{name} text" for name in _DIMENSIONS] + ['"order" text'])
_COPY = Template("""
    COPY (
        $with SELECT $columns
        $source
        CROSS JOIN LATERAL jsonb_to_record(e.dimensions) AS d($record)
        LEFT JOIN policy_versions v ON v.id::text = d.policy_version
        WHERE $where
        ORDER BY e.effective_on, e.id, p.id
    ) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')
""")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file is made of: its columns with their expressions, and the rows of ``e`` and ``p`` that it holds."""

    columns: dict[str, str]
    source: str
    where: str
    given: str = ""

    @property
    def statement(self) -> str:
        """Write the statement that makes the file."""
        amounts = {"amount": _decimal("p.amount_minor"), "tax": _decimal(f"({TAX_OF_POSTING})")}
        columns = {**self.columns, **amounts}
        written = ", ".join(
            f'{safe(expression) if name in _FOREIGN else expression} AS "{name}"'
            for name, expression in columns.items()
        )
        return _COPY.substitute(
            columns=written, record=_RECORD, source=self.source, where=self.where, **{"with": self.given}
        )


def copy_costs(session: Session, period: Period) -> Iterator[bytes]:
    """Give the file of a period in blocks of bytes: a header, then one row for every cost, in the order of the book."""
    return copied(session, _COSTS, {"first": period.first, "last": period.last})


def copied(session: Session, statement: str, values: dict[str, object]) -> Iterator[bytes]:
    """Give what a COPY statement writes in blocks of bytes."""
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor:
        # A file of many years may take longer than a page is given.
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(statement, values) as copy:
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


def safe(expression: str) -> str:
    """Write a text from outside without control characters, and so that no sheet takes it for a formula."""
    clean = f"regexp_replace({expression}, '{_CONTROLS}', '', 'g')"
    return f"CASE WHEN {expression} ~ '{_CONTROLS}' THEN {_as_text(clean)} ELSE {_as_text(expression)} END"


def _as_text(expression: str) -> str:
    starts = ", ".join(f"U&'\\{ord(start):04x}'" for start in _STARTS)
    return f"CASE WHEN left({expression}, 1) IN ({starts}) THEN '''' || {expression} ELSE {expression} END"


def _decimal(minor: str) -> str:
    """Write minor units as a plain decimal with all digits of their currency."""
    by_digits: dict[int, list[str]] = {}
    for currency in sorted(code for code in KNOWN if exponent(code) != _USUAL_DIGITS):
        by_digits.setdefault(exponent(currency), []).append(f"'{currency}'")
    cases = " ".join(
        f"WHEN p.currency IN ({', '.join(currencies)}) THEN {_scaled(minor, digits)}"
        for digits, currencies in sorted(by_digits.items())
    )
    return f"CASE {cases} ELSE {_scaled(minor, _USUAL_DIGITS)} END"


def _scaled(minor: str, digits: int) -> str:
    return f"round({minor} * 1e-{digits}, {digits})" if digits else f"{minor}::numeric"


_COSTS = Layout(
    COLUMNS,
    "FROM counted e JOIN journal_postings p ON p.entry_id = e.id",
    "p.account = 'remedy_cost'",
    f"WITH {COUNTED_FOR_DRIVER}",
).statement
