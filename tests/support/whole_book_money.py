"""The money of a whole book: remedies and their effects, store credit, and the journal. Statements in their order."""

from string import Template

_OFFERS = """
    INSERT INTO offers (ref, claim_line_id, kind, amount_minor, bonus_minor, currency, policy_class, arrives_in_days,
        state, made_by, expires_at)
    SELECT 'OF' || part || '-' || name, line_id, kind, amount, bonus, 'BRL', 'entitlement', 1, state, 'system:policy',
        '2099-01-01Z'
    FROM ways, (VALUES
        (1, '1', 'refund', 10000, 0, 'superseded'), (1, '045', 'refund', 10000, 0, 'accepted'),
        (2, '1', 'store_credit', 10000, 0, 'accepted'), (1, '26', 'store_credit', 10000, 1000, 'accepted'),
        (1, '37', 'replacement', 8000, 0, 'accepted')
    ) AS told (part, of_ways, kind, amount, bonus, state)
    WHERE strpos(of_ways, way::text) > 0
"""
# Each line is one unit, and everything that is given back of it is given back whole.
_PARTS = """jsonb_build_object((SELECT order_line_id FROM claim_lines WHERE id = w.line_id)::text,
        '{"units": [1], "goods": [8000], "discount": [500], "tax": [500], "shipping": [1900], "shipping_tax": [100]}'
        ::jsonb)"""
_REMEDIES = Template("""
    INSERT INTO remedies (ref, claim_id, claim_line_id, offer_id, kind, state, amount_minor, bonus_minor, credit_minor,
        currency, policy_class, dimensions, accepted_by, credit_parts)
    SELECT 'RM' || substr(f.ref, 3), w.claim_id, w.line_id, f.id, f.kind, CASE
            WHEN w.way = 4 THEN 'promised' WHEN w.way = 1 AND f.kind = 'refund' THEN 'replaced' ELSE 'settled' END,
        f.amount_minor, f.bonus_minor, CASE f.kind WHEN 'store_credit' THEN f.amount_minor ELSE 0 END, 'BRL',
        'entitlement', '{}', 'claimant:1', CASE f.kind WHEN 'store_credit' THEN $parts ELSE '{}' END
    FROM offers f JOIN ways w ON w.line_id = f.claim_line_id
""").substitute(parts=_PARTS)
_REFUNDS = Template("""
    INSERT INTO refunds (ref, remedy_id, payment_id, amount_minor, currency, state, provider_ref, settled_at,
        replaced_at, parts, request)
    SELECT 'RFD-' || w.name, d.id, w.payment_id, 10000, 'BRL', CASE w.way WHEN 1 THEN 'failed' WHEN 4 THEN 'pending'
            ELSE 'succeeded' END, 're_' || w.name, CASE w.way WHEN 4 THEN NULL ELSE now() END,
        CASE w.way WHEN 1 THEN now() END, $parts,
        jsonb_build_object('key', 'RFD-' || w.name, 'amount_minor', 10000, 'currency', 'BRL', 'account', NULL,
            'payment_ref', w.payment_ref)
    FROM remedies d JOIN ways w ON w.line_id = d.claim_line_id WHERE d.kind = 'refund'
""").substitute(parts=_PARTS)
_REPLACEMENTS = """
    INSERT INTO replacements (ref, remedy_id, claim_line_id, quantity, address, state, cost_minor, shipped_at,
        stock_item_id)
    SELECT 'RPL-' || w.name, d.id, w.line_id, 1, '{}', 'shipped', 8000, now(), (SELECT max(id) FROM stock_items)
    FROM remedies d JOIN ways w ON w.line_id = d.claim_line_id WHERE d.kind = 'replacement'
"""
_STOCK = """
    INSERT INTO stock_items (sku, vendor, on_hand, reserved, counted_at)
    SELECT 'SKU-1', '', 0, 0, '2026-03-01Z' WHERE NOT EXISTS (SELECT FROM stock_items)
"""
_STOCK_MOVES = """
    INSERT INTO stock_moves (stock_item_id, kind, on_hand_change, reserved_change, source, actor, happened_at)
    SELECT i.id, told.kind, told.on_hand, told.reserved, told.source, 'system:tests', '2026-03-02Z'
    FROM stock_items i, (
      SELECT 1 AS place, 'count' AS kind, (SELECT count(*) FROM replacements) AS on_hand, 0 AS reserved,
        'STK-1' AS source
      UNION ALL SELECT 2, 'reserve', 0, 1, ref FROM replacements
      UNION ALL SELECT 3, 'take', -1, -1, ref FROM replacements
    ) AS told ORDER BY place
"""
_EVENTS = """
    INSERT INTO incoming_events (sender, event_id, kind, payload, applied_at, outcome)
    SELECT 'stripe', 'evt_' || ref, 'refund.updated', '{}', now(), 'refund is ' || state FROM refunds
"""
_API_KEY = "INSERT INTO api_keys (name, key_hash) VALUES ('checkout', '\\x01')"
_ACCOUNTS = """
    INSERT INTO credit_accounts (ref, customer_id, currency, code_hash, code_sealed)
    SELECT 'CRD-' || name, customer_id, 'BRL', sha256(name::bytea), '-' FROM ways WHERE way IN (1, 2, 6)
"""
_LOTS = """
    INSERT INTO credit_lots (ref, account_id, origin, jurisdiction, amount_minor, source, issued_at)
    SELECT told.code || '-' || w.name, a.id, told.origin, 'BR', told.minor, d.ref, '2026-03-03Z'
    FROM remedies d JOIN ways w ON w.line_id = d.claim_line_id JOIN credit_accounts a ON a.customer_id = w.customer_id
    CROSS JOIN LATERAL (VALUES ('LTP', 'paid_value', d.credit_minor), ('LTG', 'goodwill', d.bonus_minor))
        AS told (code, origin, minor)
    WHERE told.minor > 0
"""
_ISSUED = """
    INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
    SELECT account_id, id, 'issue', amount_minor, source, 'system:worker', issued_at FROM credit_lots
"""
_HOLDS = """
    INSERT INTO credit_holds (ref, account_id, api_key_id, amount_minor, captured_minor, state, purpose, expires_at,
        settled_at)
    SELECT 'HLD-' || w.name, a.id, (SELECT max(id) FROM api_keys), 5000, 4000, 'captured', 'x', '2026-03-05Z',
        '2026-03-04Z'
    FROM ways w JOIN credit_accounts a ON a.customer_id = w.customer_id WHERE w.way = 6
"""
_SPENT = """
    INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
    SELECT h.account_id, l.id, 'spend', -h.captured_minor, h.ref, 'api:1', h.settled_at
    FROM credit_holds h JOIN credit_lots l ON l.account_id = h.account_id AND l.origin = 'paid_value'
"""
# What happened, in the order of the book: each line is an entry with its postings, by the way of the claim.
_ENTRIES = """
    CREATE TEMPORARY TABLE booked ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY name, place) AS n, told.*, prefix || '-' || name AS source,
        'CLM-' || name AS claim_ref
    FROM ways, (VALUES
        (1, '0145', 'remedy_promised', 'RM1', 'remedy_cost', 'owed_to_customers', 10000, 0),
        (1, '26', 'remedy_promised', 'RM1', 'remedy_cost', 'owed_to_customers', 10000, 1000),
        (1, '37', 'remedy_promised', 'RM1', 'remedy_cost', 'owed_to_customers', 8000, 0),
        (2, '0145', 'refund_sent', 'RFD', 'owed_to_customers', 'refunds_in_flight', 10000, 0),
        (3, '015', 'refund_settled', 'RFD', 'refunds_in_flight', 'stripe_balance', 10000, 0),
        (4, '1', 'refund_failed', 'RFD', 'stripe_balance', 'owed_to_customers', 10000, 0),
        (5, '1', 'remedy_released', 'RM1', 'owed_to_customers', 'remedy_cost', 10000, 0),
        (6, '1', 'remedy_promised', 'RM2', 'remedy_cost', 'owed_to_customers', 10000, 0),
        (7, '126', 'credit_issued', 'LTP', 'owed_to_customers', 'store_credit_liability', 10000, 0),
        (8, '26', 'credit_issued', 'LTG', 'owed_to_customers', 'store_credit_liability', 1000, 0),
        (9, '6', 'credit_spent', 'HLD', 'store_credit_liability', 'sales', 4000, 0),
        (9, '37', 'replacement_sent', 'RPL', 'owed_to_customers', 'inventory', 8000, 0)
    ) AS told (place, of_ways, occasion, prefix, debit, credit, minor, bonus)
    WHERE strpos(of_ways, way::text) > 0
"""
_JOURNAL = """
    INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, claim_ref, dimensions)
    SELECT 'JRN-B' || n, occasion, source, moment, moment::date, 'system:worker', claim_ref,
        '{"remedy": "refund", "problem": "damaged", "rule": "damaged", "vendor": "acme", "market": "BR"}'
    FROM (SELECT *, CASE occasion WHEN 'credit_spent' THEN timestamptz '2026-03-04Z' ELSE '2026-03-03Z' END AS moment
          FROM booked) AS told ORDER BY n
"""
_POSTINGS = """
    INSERT INTO journal_postings (entry_id, account, amount_minor, currency, policy_class)
    SELECT e.id, told.account, told.minor, 'BRL', told.class
    FROM booked b JOIN journal_entries e ON e.ref = 'JRN-B' || b.n
    CROSS JOIN LATERAL (VALUES (b.debit, b.minor, 'entitlement'), (b.debit, b.bonus, 'goodwill'),
        (b.credit, -(b.minor + b.bonus), NULL)) AS told (account, minor, class)
    WHERE told.minor <> 0 ORDER BY b.n
"""
# A carrier paid twice for an incident; the second was an error, and taken back.
_INCIDENT = """
    INSERT INTO incidents (ref, words, about, opened_by, opened_at, since_on)
    VALUES ('INC-B', 'A truck burnt.', '{"carrier": "Correios"}', 'staff:1', '2026-03-02Z', '2026-03-02')
"""
_RECOVERIES = """
    INSERT INTO recoveries (ref, incident_ref, payer, payer_name, amount_minor, currency, received_on, reference,
        reason, takes_back_id, recorded_by, recorded_at, outcome, decided_by, decided_at)
    SELECT 'RCV-' || n, 'INC-B', 'carrier', 'Correios', minor, 'BRL', '2026-03-03', 'NF-' || n, '', NULL, 'staff:1',
        '2026-03-03Z', 'booked', 'staff:2', '2026-03-03Z' FROM (VALUES (1, 500), (2, 200)) AS told (n, minor)
"""
_TAKEN_BACK = """
    INSERT INTO recoveries (ref, incident_ref, payer, payer_name, amount_minor, currency, received_on, reference,
        reason, takes_back_id, recorded_by, recorded_at, outcome, decided_by, decided_at)
    SELECT 'RCV-3', incident_ref, payer, payer_name, amount_minor, currency, received_on, reference,
        'Paid by another.', id, 'staff:2', recorded_at, 'booked', 'staff:1', decided_at
    FROM recoveries WHERE ref = 'RCV-2'
"""
_RECOVERED = """
    WITH made AS (
      INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions, reverses_id)
      SELECT 'JRN-R' || n, 'recovery_received', 'RCV-' || n, '2026-03-03Z', '2026-03-03', 'staff:2',
          '{"incident": "INC-B", "payer": "carrier", "carrier": "Correios"}', NULL::bigint FROM generate_series(1, 2) n
      RETURNING id, source
    ), undone AS (
      INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions, reverses_id)
      SELECT 'JRN-R3', 'recovery_reversed', 'RCV-3', '2026-03-03Z', '2026-03-03', 'staff:1',
          '{"incident": "INC-B", "payer": "carrier", "carrier": "Correios"}', id FROM made WHERE source = 'RCV-2'
      RETURNING id
    )
    INSERT INTO journal_postings (entry_id, account, amount_minor, currency)
    SELECT id, account, sign * minor, 'BRL' FROM (
      SELECT id, CASE source WHEN 'RCV-1' THEN 500 ELSE 200 END AS minor FROM made UNION ALL SELECT id, -200 FROM undone
    ) AS moved CROSS JOIN (VALUES ('bank', 1), ('recovery_income', -1)) AS sides (account, sign)
"""
# The bonus of each credit counts against the goodwill of its month.
_BUDGET = """
    INSERT INTO budget_uses (market, policy_class, period, begins_on, currency, promised_minor)
    SELECT '*', 'goodwill', 'month', '2026-03-01', 'BRL', coalesce(sum(bonus_minor), 0) FROM remedies
"""
_BUDGET_MOVES = """
    INSERT INTO budget_moves (budget_use_id, remedy_id, kind, source, amount_minor, actor, happened_at)
    SELECT u.id, d.id, 'promise', d.ref, d.bonus_minor, 'claimant:1', '2026-03-03Z'
    FROM remedies d CROSS JOIN budget_uses u WHERE d.bonus_minor > 0
"""
# What leaders read of that month: nothing was reported in it, as the claims are of the day on which they are made.
_JOURNEY = """
    INSERT INTO journey_counts (span, first_on, last_on, stage, currency, orders, problems, second_failures, asked,
        restored, remedied, counted_at)
    VALUES ('month', '2026-03-01', '2026-03-31', '*', '*', 16, 0, 0, 0, 0, 0, '2026-04-02Z')
"""
_JOURNEY_COSTS = """
    INSERT INTO journey_costs (span, first_on, stage, policy_class, problem, currency, amount_minor, claims)
    SELECT 'month', '2026-03-01', '', coalesce(p.policy_class, ''), 'damaged', 'BRL', sum(p.amount_minor),
        count(DISTINCT e.claim_ref)
    FROM journal_postings p JOIN journal_entries e ON e.id = p.entry_id WHERE p.account = 'remedy_cost'
    GROUP BY p.policy_class
"""
# All of it is closed: the entries of 3 March in one batch, and what was spent on the 4th in the next.
_BATCHES = """
    INSERT INTO closed_batches (ref, currency, first_on, last_on, settled_to, entries, postings, layout, sha256,
        closed_at, closed_by, unmatched)
    SELECT 'BAT-' || to_char(day, 'DD'), 'BRL', first_on, day, (SELECT max(id) FROM journal_entries),
        count(DISTINCT e.id), count(*), 1, '', '2026-03-06Z', 'staff:1', '[]'
    FROM (VALUES (NULL::date, date '2026-03-03'), ('2026-03-04', '2026-03-04')) AS told (first_on, day)
    JOIN journal_entries e ON e.effective_on = day JOIN journal_postings p ON p.entry_id = e.id GROUP BY first_on, day
    ORDER BY day
"""
_CLOSED = """
    INSERT INTO closed_entries (entry_id, batch_id)
    SELECT e.id, b.id FROM journal_entries e JOIN closed_batches b ON b.last_on = e.effective_on
"""
_CLOSING = """
    INSERT INTO closed_balances (batch_id, account, moved_minor, closing_minor)
    SELECT batch_id, account, moved, sum(moved) OVER (PARTITION BY account ORDER BY batch_id) FROM (
      SELECT b.id AS batch_id, account, coalesce(sum(p.amount_minor) FILTER (WHERE c.batch_id = b.id), 0) AS moved
      FROM closed_batches b CROSS JOIN closed_entries c JOIN journal_postings p ON p.entry_id = c.entry_id
      GROUP BY b.id, account) AS sums
"""
_DEED = """
    INSERT INTO deeds (kind, subject, actor, happened_at)
    VALUES ('staff_created', 'ada@shop.example', 'system:command', '2026-03-01Z')
"""
# Two seals over the first of it, so that a book of any size is made and checked in reasonable time.
_FIRST_SEAL = """
    INSERT INTO seals (number, up_to_event, up_to_deed, digest, sealed_at)
    SELECT 1, 10, 0, record_digest('', 0, 10, 0, 0), '2026-03-01Z'
"""
_SECOND_SEAL = """
    INSERT INTO seals (number, up_to_event, up_to_deed, digest, sealed_at)
    SELECT 2, 20, 1, record_digest(digest, 10, 20, 0, 1), '2026-03-02Z' FROM seals
"""

MONEY = (
    _OFFERS,
    _REMEDIES,
    _REFUNDS,
    _STOCK,
    _REPLACEMENTS,
    _STOCK_MOVES,
    _EVENTS,
    _API_KEY,
    _ACCOUNTS,
    _LOTS,
    _ISSUED,
    _HOLDS,
    _SPENT,
    _ENTRIES,
    _JOURNAL,
    _POSTINGS,
    _INCIDENT,
    _RECOVERIES,
    _TAKEN_BACK,
    _RECOVERED,
    _BUDGET,
    _BUDGET_MOVES,
    _JOURNEY,
    _JOURNEY_COSTS,
    _BATCHES,
    _CLOSED,
    _CLOSING,
    _DEED,
    _FIRST_SEAL,
    _SECOND_SEAL,
)
