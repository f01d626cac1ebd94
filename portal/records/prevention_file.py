"""The prevention list as a file, written by PostgreSQL itself and passed on in blocks; memory stays flat."""

from collections.abc import Iterator
from string import Template

from sqlalchemy.orm import Session

from portal.records.cost_file import copied, safe

_AS_UTC = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
_COLUMNS = {
    "ref": "p.ref",
    "incident": "i.ref",
    "listed_at": _AS_UTC.format("p.listed_at"),
    "why": safe("(SELECT string_agg(key || ' ' || value, ', ' ORDER BY key) FROM jsonb_each_text(p.why))"),
    "order_number": safe("o.order_number"),
    "shipment_number": safe("s.shipment_number"),
    "vendor": safe("s.vendor"),
    "vendor_region": safe("s.vendor_region"),
    "carrier": safe("s.carrier"),
    "service": safe("s.service"),
    "tracking_number": safe("s.tracking_number"),
    "ship_to_region": safe("o.ship_to_region"),
    "ship_to_country": "o.ship_to_country",
    "handed_over_at": _AS_UTC.format("s.handed_over_at"),
    "promised_at": _AS_UTC.format("p.promised_at"),
    "told": "p.told",
    "done": "p.done",
    "done_at": _AS_UTC.format("p.done_at"),
    "became": "p.became",
}
HEADER = tuple(_COLUMNS)
_COPY = Template("""
    COPY (
        SELECT $columns
        FROM precautions AS p JOIN incidents AS i ON i.id = p.incident_id
        JOIN shipments AS s ON s.id = p.shipment_id JOIN orders AS o ON o.id = s.order_id
        WHERE (%(incident)s::text = '' OR i.ref = %(incident)s)
          AND (NOT %(waits)s::boolean OR p.done IS NULL AND p.became IS NULL)
        ORDER BY p.promised_at, p.id
    ) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')
""").substitute(columns=", ".join(f'{expression} AS "{name}"' for name, expression in _COLUMNS.items()))


def copy_list(session: Session, *, incident: str, waits: bool) -> Iterator[bytes]:
    """Give a part of the list in blocks of bytes: a header, then a row for each parcel, the soonest promised first."""
    return copied(session, _COPY, {"incident": incident, "waits": waits})
