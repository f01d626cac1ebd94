"""M: no payment, order, line or unit gives back more than it took, and every part of a remedy is where it belongs."""

from string import Template

from portal.domain.claims import HOLDS_UNITS
from portal.records.given_back import TAKEN_BACK
from portal.records.invariants.declared import Invariant
from portal.records.invariants.elsewhere import ORDERS_BESIDE, PAYMENTS_BESIDE

_HOLDING = ", ".join(f"'{state.value}'" for state in sorted(HOLDS_UNITS))
# What a remedy ``d`` of the line ``k`` gives: credit without what was taken back of it as an error; goods only as far
# as no later report speaks for what was sent, and not those that put nothing right and were followed by another remedy.
_GIVES = Template("""CASE WHEN d.kind <> 'replacement' THEN d.amount_minor - $taken
                WHEN EXISTS (SELECT FROM replacements a WHERE a.remedy_id = d.id AND a.not_right_at IS NOT NULL) THEN 0
                ELSE d.amount_minor * (SELECT count(*) FROM claim_units h WHERE h.claim_line_id = k.id AND h.live)
                  / k.quantity END""").substitute(taken=TAKEN_BACK)
# Parts of one amount may come back by several remedies, one for each part that did not get through; goods come alone,
# but where what was done before was not right.
_ONE_WAY_A_UNIT = Template("""
            SELECT 'line ' || k.order_line_id FROM remedies d JOIN claim_lines k ON k.id = d.claim_line_id
            WHERE d.policy_class <> 'goodwill' AND d.state IN ('promised', 'settled')
            GROUP BY k.id HAVING count(*) > 1 AND bool_or(d.kind = 'replacement')
               AND NOT EXISTS (SELECT FROM claim_events e WHERE e.claim_id = k.claim_id AND e.claim_line_id = k.id
                               AND e.action = 'not_restored')
            UNION ALL
            SELECT 'line ' || u.order_line_id || ' unit ' || u.unit FROM claim_units u
            JOIN remedies d ON d.claim_line_id = u.claim_line_id
            WHERE NOT u.live AND d.policy_class <> 'goodwill' AND d.state IN ('promised', 'settled')
              AND NOT EXISTS (SELECT FROM claim_units s WHERE s.claim_line_id = u.claim_line_id AND s.unit = u.unit
                              AND s.live)
              AND NOT EXISTS (
                SELECT FROM replacements g JOIN claim_lines later ON later.about_replacement_id = g.id
                JOIN claim_units told ON told.claim_line_id = later.id AND told.unit = u.unit
                WHERE g.remedy_id = d.id AND g.shipped_at IS NOT NULL AND later.state IN ($holding))
""").substitute(holding=_HOLDING)
# By remedy of what was paid, what it gives; of one that did not get through, what of it did.
_GIVEN = Template("""
            SELECT c.order_id, d.kind, d.promised_at, CASE WHEN d.state IN ('promised', 'settled') THEN $gives
              ELSE coalesce(r.minor, 0) + coalesce(l.amount_minor - $taken, 0) END AS minor
            FROM remedies d JOIN claims c ON c.id = d.claim_id JOIN claim_lines k ON k.id = d.claim_line_id
            LEFT JOIN (SELECT remedy_id, sum(amount_minor) AS minor FROM refunds WHERE state <> ALL (:dead)
                       GROUP BY remedy_id) AS r ON r.remedy_id = d.id AND d.state IN ('failed', 'replaced')
            LEFT JOIN credit_lots l ON l.source = d.ref AND l.origin = 'paid_value'
                 AND d.state IN ('failed', 'replaced')
            WHERE d.policy_class <> 'goodwill'""").substitute(gives=_GIVES, taken=TAKEN_BACK)

MONEY = (
    # What Stripe took of ours since others' refunds were last looked at says that of those some came back.
    Invariant(
        "M1",
        "what goes back to a payment and was not turned down stays within what was captured of it",
        "payments",
        Template("""SELECT p.ref FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.state <> ALL (:dead)
            GROUP BY p.id
            HAVING sum(r.amount_minor) > CASE WHEN p.captured_at IS NULL THEN 0 ELSE p.amount_minor END
            UNION
            SELECT p.ref FROM payments p JOIN (
              SELECT x.payment_id, sum(x.amount_minor) AS minor, min(coalesce(x.looked_at, x.adopted_at)) AS looked_at
              FROM external_refunds x WHERE x.state <> ALL (:dead) GROUP BY x.payment_id
            ) AS others ON others.payment_id = p.id
            WHERE p.amount_minor < others.minor + (
              SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
              WHERE r.payment_id = p.id AND r.state <> ALL (:dead) AND r.provider_ref IS NOT NULL
                AND coalesce(r.first_sent_at, r.created_at) < others.looked_at)
            UNION $beside""").substitute(beside=PAYMENTS_BESIDE),
    ),
    Invariant(
        "M4",
        "a refund at Stripe has one row",
        "refunds",
        "SELECT provider_ref FROM refunds WHERE provider_ref IS NOT NULL GROUP BY provider_ref HAVING count(*) > 1",
    ),
    Invariant(
        "M5",
        "what goes over the wire is what the row says, under the row's own key",
        "refunds",
        """SELECT ref FROM refunds WHERE request ->> 'key' IS DISTINCT FROM ref
            OR (request ->> 'amount_minor')::bigint IS DISTINCT FROM amount_minor
            OR request ->> 'currency' IS DISTINCT FROM currency""",
    ),
    Invariant(
        "M6",
        "a part of a remedy takes another row only after the one before was turned down",
        "refunds",
        """SELECT ref FROM (
              SELECT ref, created_at, lag(state) OVER before AS earlier, lag(settled_at) OVER before AS over_at
              FROM refunds WINDOW before AS (PARTITION BY remedy_id, payment_id ORDER BY id)
            ) AS rows WHERE earlier <> ALL (:dead) OR over_at > created_at""",
    ),
    Invariant(
        "M7",
        "the effects of a remedy add up to it, and a settled one has all of them",
        "remedies",
        """SELECT d.ref FROM remedies d
            LEFT JOIN (SELECT remedy_id, sum(amount_minor) AS minor, bool_and(state = 'succeeded') AS done
                       FROM refunds GROUP BY remedy_id) AS r ON r.remedy_id = d.id
            LEFT JOIN (SELECT remedy_id, count(*) AS parcels, bool_or(shipped_at IS NOT NULL) AS done
                       FROM replacements GROUP BY remedy_id) AS g ON g.remedy_id = d.id
            LEFT JOIN (SELECT source, sum(amount_minor) FILTER (WHERE origin = 'paid_value') AS paid,
                       sum(amount_minor) FILTER (WHERE origin = 'goodwill') AS gift
                       FROM credit_lots GROUP BY source) AS l ON l.source = d.ref
            WHERE (d.kind <> 'replacement' AND coalesce(r.minor, 0) + d.credit_minor <> d.amount_minor)
               OR (d.kind = 'replacement') <> (g.parcels IS NOT NULL) OR g.parcels > 1
               OR coalesce(l.paid, d.credit_minor) <> d.credit_minor
               OR coalesce(l.gift, d.bonus_minor) <> d.bonus_minor
               OR (d.state = 'settled' AND (NOT coalesce(r.done, true) OR NOT coalesce(g.done, true)
                   OR coalesce(l.paid, 0) + coalesce(l.gift, 0) <> d.credit_minor + d.bonus_minor))""",
    ),
    Invariant(
        "M8",
        "a unit is spoken for and put right once, no more than were bought, no line gives more than was paid for it",
        "claim_units",
        Template("""SELECT 'line ' || u.order_line_id || ' unit ' || u.unit
            FROM claim_units u JOIN order_lines l ON l.id = u.order_line_id WHERE u.live
            GROUP BY u.order_line_id, u.unit, l.quantity HAVING count(*) > 1 OR u.unit > l.quantity
            UNION ALL $one_way UNION ALL
            SELECT 'line ' || given.order_line_id FROM (
              SELECT k.order_line_id, sum($gives) AS minor FROM remedies d
              JOIN claim_lines k ON k.id = d.claim_line_id
              WHERE d.policy_class <> 'goodwill' AND d.state IN ('promised', 'settled')
              GROUP BY k.order_line_id
            ) AS given
            JOIN order_lines l ON l.id = given.order_line_id
            CROSS JOIN LATERAL (
              SELECT sum(amount_minor) FILTER (WHERE captured_at IS NOT NULL) AS captured FROM payments
              WHERE order_id = l.order_id) AS paid
            CROSS JOIN LATERAL (
              SELECT sum(worth) AS whole, max(worth) FILTER (WHERE id = l.id) AS own FROM (
                SELECT id, greatest(quantity * unit_price_minor + shipping_minor - discount_minor
                    + CASE WHEN tax_included THEN 0 ELSE tax_minor + shipping_tax_minor END, 0) AS worth
                FROM order_lines WHERE order_id = l.order_id
              ) AS worths) AS share
            WHERE share.whole > 0
              AND given.minor > ceil(paid.captured * share.own / share.whole) + greatest(paid.captured - share.whole, 0)
        """).substitute(one_way=_ONE_WAY_A_UNIT, gives=_GIVES),
    ),
    Invariant(
        "M9",
        "what one order gives back as money, credit or goods stays within what was paid, bonus and goodwill apart",
        "remedies",
        Template("""SELECT o.order_number FROM (
              SELECT order_id, coalesce(sum(minor) FILTER (WHERE kind <> 'replacement'), 0) AS minor,
                coalesce(sum(minor) FILTER (WHERE kind = 'replacement'), 0) AS goods
              FROM ($given) AS each GROUP BY order_id
            ) AS given JOIN orders o ON o.id = given.order_id
            CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS captured FROM payments
              WHERE order_id = o.id AND captured_at IS NOT NULL) AS paid
            WHERE given.minor + floor(given.goods * least(o.lines_total_minor / nullif(paid.captured, 0), 1)) > captured
            UNION $beside""").substitute(given=_GIVEN, beside=ORDERS_BESIDE.substitute(given=_GIVEN)),
    ),
    Invariant(
        "M11",
        "a refund, its payment, its remedy, its offer and its order are in one currency",
        "refunds",
        """SELECT r.ref FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.currency <> p.currency
            UNION ALL
            SELECT r.ref FROM refunds r JOIN remedies d ON d.id = r.remedy_id WHERE r.currency <> d.currency
            UNION ALL
            SELECT d.ref FROM remedies d JOIN offers f ON f.id = d.offer_id JOIN claims c ON c.id = d.claim_id
            JOIN orders o ON o.id = c.order_id WHERE d.currency <> f.currency OR d.currency <> o.currency""",
    ),
    Invariant(
        "M12",
        "a refund goes to a payment of the order that the claim is about",
        "refunds",
        """SELECT r.ref FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN remedies d ON d.id = r.remedy_id
            JOIN claims c ON c.id = d.claim_id WHERE p.order_id <> c.order_id OR r.amount_minor > p.amount_minor""",
    ),
    Invariant(
        "M14",
        "a refund names the payment and the Stripe account that the order was paid with",
        "refunds",
        """SELECT r.ref FROM refunds r JOIN payments p ON p.id = r.payment_id
            WHERE r.request ->> 'payment_ref' IS DISTINCT FROM p.provider_ref
               OR r.request ->> 'account' IS DISTINCT FROM p.provider_account""",
    ),
)
