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


# Which of the facts that a rule may ask of are words of orders, of their lines, and of their parcels.
_WORDS = """
    WITH newest AS (
        SELECT id, market, ship_to_country, ship_to_region FROM orders ORDER BY id DESC LIMIT :orders
    ), lines AS (
        SELECT l.vendor, l.category, l.sku FROM newest AS o JOIN order_lines AS l ON l.order_id = o.id
    ), parcels AS (
        SELECT s.carrier, s.service FROM newest AS o JOIN shipments AS s ON s.order_id = o.id
    ), words AS (
        SELECT v.fact, v.word, count(*) AS times FROM newest CROSS JOIN LATERAL (VALUES ('market', market),
            ('ship_to_country', ship_to_country), ('ship_to_region', ship_to_region)) AS v (fact, word) GROUP BY 1, 2
        UNION ALL
        SELECT v.fact, v.word, count(*) FROM lines CROSS JOIN LATERAL (VALUES ('vendor', vendor),
            ('category', category), ('sku', sku)) AS v (fact, word) GROUP BY 1, 2
        UNION ALL
        SELECT v.fact, v.word, count(*) FROM parcels CROSS JOIN LATERAL (VALUES ('carrier', carrier),
            ('service', service)) AS v (fact, word) GROUP BY 1, 2
    )
"""
_RANKED = """, ranked AS (
        SELECT fact, word, row_number() OVER (PARTITION BY fact ORDER BY times DESC, word) AS place
        FROM words WHERE word <> ''
    )
    SELECT fact, word FROM ranked WHERE place <= :each OR word = ANY(CAST(:names AS text[])) ORDER BY fact, place
"""


def words_heard(session: Session, *, newest: int, each: int, names: Collection[str] = ()) -> dict[str, list[str]]:
    """Give, by the fact that a rule asks, the words that the newest orders hold most often, the most frequent first.

    Of each fact so many at most, and these names beside, however seldom they are held. Only so many orders are read, so
    that it takes the same time in every shop.
    """
    heard: dict[str, list[str]] = {}
    asked = {"orders": newest, "each": each, "names": list(names)}
    for fact, word in session.execute(text(_WORDS + _RANKED), asked):
        heard.setdefault(fact, []).append(word)
    return heard


def unheard_vendors(session: Session, names: Collection[str]) -> list[str]:
    """Pick the names of vendors that no order holds; none of them before the first order."""
    return list(session.scalars(_UNHEARD, {"names": list(names)})) if names else []


def vendor_like(session: Session, name: str) -> str:
    """Give the vendor whose name is most like a given one."""
    known = sorted(session.scalars(select(OrderLine.vendor).distinct()))
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.0)), "")
