"""The claims of a whole book: people, orders, claims, how each went, and its letters. Statements in their order."""

_ORDERS = """
    WITH made AS (SELECT n FROM generate_series(1, %(count)s) AS n), people AS (
        INSERT INTO customers (mailbox) SELECT 'c' || n || '@example.com' FROM made RETURNING id, mailbox)
    INSERT INTO orders (order_number, customer_id, placed_at, status, customer_name, locale, currency, ship_to_name,
        ship_to_line1, ship_to_city, ship_to_region, ship_to_postcode, ship_to_country, market, lines_total_minor,
        payments_total_minor)
    SELECT 'B' || split_part(substr(mailbox, 2), '@', 1), id, '2026-03-01Z', 'delivered', 'C', 'en', 'BRL', 'C', '1 St',
        'Town', 'SP', '0', 'BR', 'BR', 10000, 10000 FROM people
"""
_SHIPMENTS = """
    INSERT INTO shipments (order_id, shipment_number, vendor, vendor_region)
    SELECT id, order_number || '-1', 'acme', 'SP' FROM orders
"""
_LINES = """
    INSERT INTO order_lines (order_id, shipment_id, line_number, sku, title, category, vendor, vendor_region, quantity,
        unit_price_minor, shipping_minor, discount_minor, tax_minor, shipping_tax_minor)
    SELECT order_id, id, 1, 'SKU-1', 'A toy', 'toys', 'acme', 'SP', 1, 8000, 1900, 500, 500, 100 FROM shipments
"""
_PAYMENTS = """
    INSERT INTO payments (ref, order_id, sequence, method, installments, amount_minor, currency, provider_ref,
        captured_at)
    SELECT 'PAY-' || order_number, id, 1, 'card', 1, 10000, 'BRL', 'pi_' || order_number, placed_at FROM orders
"""
_POLICY = """
    INSERT INTO policy_versions (market, number, published_by, source, document, in_force_from)
    VALUES ('*', 1, 'system:tests', %(source)s, '{}', now())
"""
_STAFF = """
    INSERT INTO staff (ref, mailbox, name, password_hash, role)
    SELECT 'STF-' || n, 's' || n || '@example.com', 'S', '-', 'agent' FROM generate_series(1, 2) AS n
"""
_CLAIMS = """
    INSERT INTO claims (ref, order_id, customer_id, client_key, state, locale, apology, raised_by, policy_version_id,
        version)
    SELECT 'CLM-' || order_number, id, customer_id, 'key', CASE substr(order_number, 2)::int %% 8 WHEN 4 THEN 'accepted'
        ELSE 'made_whole' END, 'en', '{}', 'claimant:' || customer_id, (SELECT max(id) FROM policy_versions), 3
    FROM orders
"""
_CLAIM_LINES = """
    INSERT INTO claim_lines (claim_id, order_line_id, quantity, problem, parcel_state, stage, state, facts, verdict)
    SELECT c.id, l.id, 1, 'damaged', 'delivered', 'transit', c.state, %(facts)s, %(verdict)s
    FROM claims c JOIN order_lines l ON l.order_id = c.order_id
"""
_UNITS = """
    INSERT INTO claim_units (claim_line_id, order_line_id, unit, live)
    SELECT id, order_line_id, 1, true FROM claim_lines
"""
# Every claim as the statements below see it: its number, its way, and what it is called everywhere.
_WAYS = """
    CREATE TEMPORARY TABLE ways ON COMMIT DROP AS
    SELECT k.id AS line_id, c.id AS claim_id, c.order_id, c.customer_id, substr(c.ref, 5) AS name,
        substr(c.ref, 6)::int %% 8 AS way, p.id AS payment_id, p.provider_ref AS payment_ref
    FROM claim_lines k JOIN claims c ON c.id = k.claim_id JOIN payments p ON p.order_id = c.order_id
"""
_ANALYSED = "ANALYZE ways"
_EVENTS = """
    INSERT INTO claim_events (claim_id, claim_line_id, action, from_state, to_state, actor, happened_at, detail)
    SELECT claim_id, line_id, action, before, after, 'system:tests', '2026-03-02Z',
        CASE action WHEN 'approved' THEN jsonb_build_object('decision', 'DEC-' || name) ELSE '{}' END
    FROM ways, (VALUES
        (1, '0134567', 'report_offered', NULL, 'offered'), (1, '2', 'report_escalated', NULL, 'escalated'),
        (2, '2', 'approved', 'escalated', 'offered'), (3, '01234567', 'accepted', 'offered', 'accepted'),
        (4, '0123567', 'made_whole', 'accepted', 'made_whole'), (5, '1', 'fail_late', 'made_whole', 'offered'),
        (6, '1', 'accepted', 'offered', 'accepted'), (7, '1', 'made_whole', 'accepted', 'made_whole')
    ) AS told (place, of_ways, action, before, after)
    WHERE strpos(of_ways, way::text) > 0 ORDER BY place
"""
_DECISIONS = """
    INSERT INTO decisions (ref, claim_line_id, kind, state, terms, digest, reason, words, decided_by_id, decided_at,
        snapshot)
    SELECT 'DEC-' || name, line_id, 'approve', 'in_force', '{"stake_minor": 11000, "currency": "BRL"}', '\\x00', '', '',
        (SELECT min(id) FROM staff), '2026-03-02Z', '{"limits": {"BRL": 20000}}' FROM ways WHERE way = 2
"""
_LETTERS = """
    INSERT INTO letters (ref, claim_id, recipient, template, subject_ref, locale, context, state)
    SELECT left(template, 8) || name, claim_id, 'c@example.com', template, 'RFD-' || name, 'en', '{}', 'sent'
    FROM ways, (VALUES ('refund_sent', '015'), ('refund_failed', '1')) AS told (template, of_ways)
    WHERE strpos(of_ways, way::text) > 0
"""
# One customer was told of their parcel before they told us.
_TOLD_FIRST = (
    "UPDATE claims SET raised_by = 'system:outreach' WHERE ref = 'CLM-B8'",
    """
    INSERT INTO letters (ref, claim_id, recipient, template, subject_ref, locale, context, state)
    SELECT 'LTR-' || name, claim_id, 'c@example.com', 'told_first', 'CLM-' || name, 'en', '{}', 'sent' FROM ways
    WHERE name = 'B8'
    """,
    """
    INSERT INTO outreaches (ref, state, words, silent_days, wave_size, per_minute, kept_back_share, kept_back_days,
        drawn_by, drawn_at, found, counted, preview)
    SELECT 'OUT-' || name, 'done', 'W', 10, 1, 60, 0, 14, 'system:outreach', '2026-03-02Z', 1, 1,
        '{"outlooks": {"offer": 1}}' FROM ways WHERE name = 'B8'
    """,
    """
    INSERT INTO outreach_targets (outreach_id, customer_id, order_id, shipment_id, state, wave, outlook, due_at,
        claim_id, letter_id, told_at)
    SELECT o.id, w.customer_id, w.order_id, s.id, 'told', 1, 'offer', '2026-03-02Z', w.claim_id, l.id, '2026-03-02Z'
    FROM ways w JOIN outreaches o ON o.ref = 'OUT-' || w.name JOIN letters l ON l.ref = 'LTR-' || w.name
    JOIN shipments s ON s.order_id = w.order_id
    """,
)

ROWS = (
    _ORDERS,
    _SHIPMENTS,
    _LINES,
    _PAYMENTS,
    _POLICY,
    _STAFF,
    _CLAIMS,
    _CLAIM_LINES,
    _UNITS,
    _WAYS,
    _ANALYSED,
    _EVENTS,
    _DECISIONS,
    _LETTERS,
    *_TOLD_FIRST,
)
