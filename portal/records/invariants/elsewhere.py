"""M: our money beside what others moved: refunds made at the provider itself, and chargebacks.

What others do is known here some time after it was done. What we had promised by then was right as far as anybody
knew: it is still sent, and turned down there. So only what was promised or sent after that is held against it.
"""

from string import Template

from portal.records.invariants.declared import Invariant

# When a refund ``r`` was made: one that the provider took, as it first left; one that waits, as it was promised.
_MADE_AT = "CASE WHEN r.provider_ref IS NULL THEN r.created_at ELSE coalesce(r.first_sent_at, r.created_at) END"
# What was promised of the payment ``p`` up to the refund ``r``, and was not turned down.
_PROMISED = """(SELECT sum(e.amount_minor) FROM refunds e
                WHERE e.payment_id = p.id AND e.state <> ALL (:dead) AND e.created_at <= r.created_at)"""
# Payments of which more was promised than was left, after it was known what of them went back elsewhere.
PAYMENTS_BESIDE = Template("""
            SELECT p.ref FROM (SELECT DISTINCT payment_id FROM external_refunds WHERE state <> ALL (:dead)) AS known
            JOIN payments p ON p.id = known.payment_id JOIN refunds r ON r.payment_id = p.id
            WHERE r.state <> ALL (:dead) AND p.amount_minor < $promised + (
              SELECT sum(x.amount_minor) FROM external_refunds x
              WHERE x.payment_id = p.id AND x.state <> ALL (:dead) AND x.adopted_at < r.created_at)""").substitute(
    promised=_PROMISED
)
# Orders of which more money and credit was promised than was left, after it was known what went back elsewhere. Goods
# are no money, and take nothing of what is left. $given: order_id, kind, promised_at and minor of each remedy.
ORDERS_BESIDE = Template("""
            SELECT o.order_number FROM (
              WITH moved AS MATERIALIZED (
                SELECT p.order_id, x.amount_minor AS minor, x.adopted_at AS known_at FROM external_refunds x
                JOIN payments p ON p.id = x.payment_id WHERE x.state <> ALL (:dead)
                UNION ALL SELECT p.order_id, q.amount_minor, q.closed_at FROM public.disputes q
                JOIN payments p ON p.id = q.payment_id WHERE q.state = 'lost'
              )
              SELECT DISTINCT d.order_id FROM (
                SELECT order_id, promised_at, sum(minor) AS minor,
                  sum(sum(minor)) OVER (PARTITION BY order_id ORDER BY promised_at) AS by_then
                FROM ($given) AS each WHERE kind <> 'replacement' AND order_id IN (SELECT order_id FROM moved)
                GROUP BY order_id, promised_at
              ) AS d JOIN moved m ON m.order_id = d.order_id AND m.known_at < d.promised_at
              WHERE d.minor > 0 GROUP BY d.order_id, d.promised_at, d.by_then
              HAVING d.by_then + sum(m.minor) > (SELECT coalesce(sum(amount_minor), 0) FROM payments
                WHERE order_id = d.order_id AND captured_at IS NOT NULL)
            ) AS beside JOIN orders o ON o.id = beside.order_id""")
_AFTER_A_LOSS = Template("""
            SELECT p.ref FROM public.disputes q JOIN payments p ON p.id = q.payment_id
            JOIN refunds r ON r.payment_id = p.id AND r.state <> ALL (:dead) AND $made_at > q.closed_at
            WHERE q.state = 'lost' GROUP BY p.id HAVING p.amount_minor < max($promised) + (
              SELECT sum(amount_minor) FROM public.disputes WHERE payment_id = p.id AND state = 'lost'
            ) + (
              SELECT coalesce(sum(amount_minor), 0) FROM external_refunds
              WHERE payment_id = p.id AND state <> ALL (:dead))
            UNION
            SELECT p.ref FROM disputes q JOIN payments p ON p.provider_ref = q.payment_ref
            JOIN refunds r ON r.payment_id = p.id AND r.state <> ALL (:dead)
            JOIN theirs t ON t.provider_ref = r.provider_ref
            WHERE q.state = ANY (:blocking) GROUP BY p.id, q.amount_minor
            HAVING sum(r.amount_minor) + q.amount_minor > p.amount_minor AND max(t.created_at) > max(q.withdrawn_at)
""").substitute(made_at=_MADE_AT, promised=_PROMISED)
# What was leaving just when it got known has some seconds, because no refund waits for who reads a dispute.
_WHILE_DISPUTED = Template("""
            SELECT r.ref FROM public.disputes q JOIN refunds r ON r.payment_id = q.payment_id
            WHERE q.state = ANY (:blocking) AND r.state <> ALL (:dead)
              AND $made_at > q.known_at + interval '10 seconds'
            UNION
            SELECT t.provider_ref FROM theirs t JOIN disputes q ON q.payment_ref = t.payment_ref
            JOIN payments p ON p.provider_ref = t.payment_ref
            WHERE t.state NOT IN ('failed', 'canceled') AND t.created_at > q.withdrawn_at AND q.state = ANY (:blocking)
""").substitute(made_at=_MADE_AT)

ELSEWHERE = (
    Invariant(
        "M2", "after a chargeback no payment gives back more than the bank left of it", "payments", _AFTER_A_LOSS
    ),
    Invariant(
        "M13", "no refund was made while a chargeback was open, or after it was lost", "refunds", _WHILE_DISPUTED
    ),
)
