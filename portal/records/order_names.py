"""Names that orders hold, for whoever writes rules about them."""

from collections.abc import Collection
from difflib import get_close_matches

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.records.tables.orders import OrderLine

_UNHEARD = text("""
    SELECT name FROM unnest(CAST(:names AS text[])) AS name
    WHERE NOT EXISTS (SELECT FROM order_lines WHERE vendor = name) AND EXISTS (SELECT FROM order_lines)
    ORDER BY name
""")


def unheard_vendors(session: Session, names: Collection[str]) -> list[str]:
    """Pick the names of vendors that no order holds; none of them before the first order."""
    return list(session.scalars(_UNHEARD, {"names": list(names)})) if names else []


def vendor_like(session: Session, name: str) -> str:
    """Give the vendor whose name is most like a given one."""
    known = sorted(session.scalars(select(OrderLine.vendor).distinct()))
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.0)), "")
