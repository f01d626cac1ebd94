"""For each invariant, what breaks it: each part of its query has a statement of its own. Run as a replica."""

# In the whole book of 16 claims, by the rest of a claim's number: 1 failed and became credit, 2 credit approved by a
# person, 3 a replacement, 4 a refund that waits for the bank, 5 a refund that succeeded, 6 credit partly spent.
MONEY = (
    ("M1", "UPDATE payments SET amount_minor = 9999"),
    ("M1", "UPDATE payments SET captured_at = NULL"),
    (
        "M1",
        """INSERT INTO external_refunds (ref, payment_id, provider_ref, amount_minor, currency, state, adopted_at)
            SELECT 'XRF-1', id, 're_X', 1, 'BRL', 'succeeded', now() FROM payments WHERE provider_ref = 'pi_B5'""",
    ),
    ("M4", "DROP INDEX ix_refunds_provider_ref; UPDATE refunds SET provider_ref = 're_B5' WHERE ref = 'RFD-B8'"),
    ("M5", "UPDATE refunds SET amount_minor = 9000 WHERE ref = 'RFD-B5'"),
    ("M5", "UPDATE refunds SET request = request || '{\"key\": \"RFD-B6\"}' WHERE ref = 'RFD-B5'"),
    ("M5", "UPDATE refunds SET request = request - 'currency' WHERE ref = 'RFD-B5'"),
    (
        "M6",
        """DROP INDEX ix_refunds_one_live;
            INSERT INTO refunds (ref, remedy_id, payment_id, amount_minor, currency, state,
            request) SELECT 'RFD-X', remedy_id, payment_id, 1, 'BRL', 'requested', '{}' FROM refunds
            WHERE ref = 'RFD-B4'""",
    ),
    (
        "M6",
        """INSERT INTO refunds (ref, remedy_id, payment_id, amount_minor, currency, state, request, created_at)
            SELECT 'RFD-X', remedy_id, payment_id, 1, 'BRL', 'requested', '{}', settled_at - interval '1 second'
            FROM refunds WHERE ref = 'RFD-B1'""",
    ),
    ("M7", "UPDATE remedies SET amount_minor = 9999 WHERE ref = 'RM1-B5'"),
    ("M7", "DELETE FROM replacements WHERE ref = 'RPL-B3'"),
    ("M7", "UPDATE remedies SET bonus_minor = 999 WHERE ref = 'RM1-B6'"),
    ("M7", "UPDATE credit_lots SET amount_minor = 9999 WHERE ref = 'LTP-B6'"),
    ("M7", "UPDATE remedies SET state = 'settled' WHERE ref = 'RM1-B4'"),
    ("M7", "UPDATE replacements SET shipped_at = NULL WHERE ref = 'RPL-B3'"),
    ("M7", "DELETE FROM credit_lots WHERE ref = 'LTP-B6'"),
    (
        "M8",
        "DROP INDEX ix_claim_units_one_live; UPDATE claim_units SET order_line_id = (SELECT min(id) FROM order_lines)",
    ),
    ("M8", "UPDATE claim_units SET unit = 2"),
    ("M8", "UPDATE remedies SET amount_minor = 10001 WHERE ref = 'RM1-B5'"),
    # Goods count like money while nobody told that they went wrong.
    ("M8", "UPDATE remedies SET amount_minor = 10001 WHERE ref = 'RM1-B3'"),
    # Two ways at once for what was put right one way.
    (
        "M8",
        """UPDATE remedies SET amount_minor = 0,
              claim_line_id = (SELECT claim_line_id FROM remedies WHERE ref = 'RM1-B3') WHERE ref = 'RM1-B5'""",
    ),
    # Let go without a later report that speaks for it.
    ("M8", "UPDATE claim_units SET live = false"),
    (
        # The later report was taken back, and the unit was not given back.
        "M8",
        """UPDATE claim_units SET live = false, unit = 1;
            UPDATE claim_lines SET state = 'withdrawn',
              about_replacement_id = (SELECT id FROM replacements WHERE ref = 'RPL-B3')""",
    ),
    ("M9", "UPDATE remedies SET amount_minor = 10001 WHERE ref = 'RM1-B5'"),
    ("M9", "UPDATE refunds SET state = 'succeeded' WHERE ref = 'RFD-B1'"),
    ("M9", "UPDATE remedies SET amount_minor = 10001 WHERE ref = 'RM1-B3'"),
    # Nothing was captured of what was given as credit.
    ("M9", "UPDATE payments SET captured_at = NULL WHERE provider_ref = 'pi_B2'"),
    ("M11", "UPDATE refunds SET currency = 'EUR' WHERE ref = 'RFD-B5'"),
    ("M11", "UPDATE remedies SET currency = 'EUR' WHERE ref = 'RM1-B5'"),
    ("M11", "UPDATE orders SET currency = 'EUR' WHERE order_number = 'B3'"),
    ("M12", "UPDATE payments SET order_id = order_id + 1, sequence = 2 WHERE provider_ref = 'pi_B5'"),
    ("M12", "UPDATE refunds SET amount_minor = 10001 WHERE ref = 'RFD-B5'"),
    ("M14", "UPDATE payments SET provider_ref = 'pi_X' WHERE provider_ref = 'pi_B5'"),
    ("M14", "UPDATE payments SET provider_account = 'acct_X' WHERE provider_ref = 'pi_B5'"),
)
LEDGER = (
    (
        "L1",
        "UPDATE journal_postings SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM journal_postings)",
    ),
    ("L1", "UPDATE journal_postings SET currency = 'EUR' WHERE id = (SELECT min(id) FROM journal_postings)"),
    ("L1", "DELETE FROM journal_postings"),
    ("L2", "ALTER TABLE journal_postings DISABLE TRIGGER append_only"),
    ("L2", "DROP TRIGGER append_only ON claim_events"),
    ("L2", "GRANT UPDATE ON journal_entries TO portal_web"),
    ("L2", "GRANT DELETE ON credit_moves TO portal_worker"),
    ("L3", "UPDATE credit_moves SET amount_minor = -10001 WHERE kind = 'spend'"),
    (
        # At the end there is enough; only its history shows that there was not.
        "L3",
        """UPDATE credit_moves SET id = -id WHERE kind = 'spend'""",
    ),
    (
        "L3",
        """UPDATE credit_holds SET state = 'held', captured_minor = 0, amount_minor = 20000, expires_at = '2099-01-01Z'
            WHERE ref = 'HLD-B6'""",
    ),
    (
        # The older hold may take what has ended since, the younger may not, and together they are more than is open.
        "L3",
        """UPDATE credit_lots SET expires_at = '2026-03-10Z' WHERE ref = 'LTP-B6';
            INSERT INTO credit_holds (ref, account_id, api_key_id, amount_minor, state, purpose, created_at, expires_at)
            SELECT 'HLD-X', account_id, api_key_id, 1001, 'held', 'x', '2026-03-11Z', '2099-01-01Z' FROM credit_holds
            WHERE ref = 'HLD-B6'""",
    ),
    ("L4", "DELETE FROM credit_moves WHERE kind = 'spend'"),
    ("L4", "UPDATE credit_accounts SET currency = 'EUR'"),
    ("L5", "UPDATE credit_moves SET amount_minor = 10001 WHERE kind = 'issue'"),
    ("L5", "UPDATE credit_moves SET account_id = account_id + 1 WHERE kind = 'spend'"),
    ("L5", "UPDATE credit_lots SET expires_at = '2026-06-01Z' WHERE ref = 'LTG-B6'"),
    ("L6", "UPDATE credit_lots SET expires_at = '2026-03-04Z' WHERE ref = 'LTP-B6'"),
    (
        "L6",
        """INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'expire', -999, 'EXP', 'system:sweep', '2026-03-10Z' FROM credit_lots
            WHERE ref = 'LTG-B6'; UPDATE credit_lots SET expires_at = '2026-03-09Z' WHERE ref = 'LTG-B6'""",
    ),
    (
        "L6",
        """INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'expire', -1000, 'EXP', 'system:sweep', '2026-03-10Z' FROM credit_lots
            WHERE ref = 'LTG-B6'""",
    ),
    (
        # A hold was made in time and captured after its own time.
        "L6",
        """UPDATE credit_lots SET expires_at = '2026-03-03T12:00Z' WHERE ref = 'LTP-B6';
            UPDATE credit_holds SET created_at = '2026-03-03Z', expires_at = '2026-03-04Z' WHERE ref = 'HLD-B6'""",
    ),
    ("L6", "UPDATE credit_lots SET ended_at = now() WHERE ref = 'LTG-B6'"),
    ("L6", "UPDATE credit_lots SET expires_at = '2026-03-18T22:00Z' WHERE ref = 'LTG-B6'"),
    (
        "L6",
        """INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'expire', -1000, 'EXP', 'system:sweep', '2026-03-10Z' FROM credit_lots
            WHERE ref = 'LTG-B6'; UPDATE credit_lots SET expires_at = '2026-03-09Z' WHERE ref = 'LTG-B6'""",
    ),
    (
        "L7",
        """INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions)
            SELECT 'JRN-X', 'credit_given_back', 'GVB-X', happened_at, effective_on, actor, '{}' FROM journal_entries
            WHERE ref = 'JRN-B1'""",
    ),
    (
        "L7",
        """INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions,
            reverses_id)
            SELECT 'JRN-X', 'credit_reversed', 'CRV-X', happened_at, effective_on, actor, '{}', id FROM journal_entries
            WHERE ref = 'JRN-B1'""",
    ),
    (
        "L7",
        """INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions,
            reverses_id)
            SELECT 'JRN-X', 'remedy_released', 'X', happened_at, effective_on, actor, '{}', id FROM journal_entries
            WHERE ref = 'JRN-B1';
            INSERT INTO journal_postings (entry_id, account, amount_minor, currency)
            SELECT e.id, p.account, -2 * p.amount_minor, p.currency FROM journal_entries e
            JOIN journal_postings p ON p.entry_id = e.reverses_id""",
    ),
    (
        "L7",
        """INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, dimensions,
            reverses_id)
            SELECT 'JRN-X', 'remedy_released', 'X', happened_at, effective_on, actor, '{}', id FROM journal_entries
            WHERE ref = 'JRN-B1';
            INSERT INTO journal_postings (entry_id, account, amount_minor, currency)
            SELECT e.id, p.account, p.amount_minor, p.currency FROM journal_entries e
            JOIN journal_postings p ON p.entry_id = e.reverses_id""",
    ),
    ("L7", "DELETE FROM journal_entries WHERE occasion = 'refund_sent' AND source = 'RFD-B1'"),
    ("L8", "UPDATE credit_moves SET happened_at = happened_at + interval '1 day' WHERE kind = 'spend'"),
    ("L8", "UPDATE journal_entries SET source = 'HLD-X' WHERE source = 'HLD-B6'"),
    (
        "L10",
        """ALTER TABLE credit_moves DROP CONSTRAINT uq_credit_moves_lot_id_kind_source;
            UPDATE credit_moves SET lot_id = 1""",
    ),
    (
        "L10",
        """ALTER TABLE credit_lots DROP CONSTRAINT uq_credit_lots_source_origin_again_of_id;
            UPDATE credit_lots SET source = 'X'""",
    ),
    ("L10", "DELETE FROM credit_moves WHERE kind = 'issue'"),
    ("L10", "UPDATE credit_holds SET captured_minor = 3999"),
    ("L10", "UPDATE credit_holds SET state = 'released'"),
    ("L17", "UPDATE credit_holds SET given_back_minor = 1 WHERE ref = 'HLD-B6'"),
    (
        "L17",
        """INSERT INTO credit_give_backs (ref, hold_id, source, amount_minor, created_at)
            SELECT 'GVB-X', id, 'x', 500, now() FROM credit_holds WHERE ref = 'HLD-B6';
            UPDATE credit_holds SET given_back_minor = 500 WHERE ref = 'HLD-B6'""",
    ),
    (
        # It went into the lot of the gift, which had paid nothing.
        "L17",
        """INSERT INTO credit_give_backs (ref, hold_id, source, amount_minor, created_at)
            SELECT 'GVB-X', id, 'x', 500, now() FROM credit_holds WHERE ref = 'HLD-B6';
            UPDATE credit_holds SET given_back_minor = 500 WHERE ref = 'HLD-B6';
            INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'give_back', 500, 'GVB-X', 'api:1', now() FROM credit_lots
            WHERE ref = 'LTG-B6';""",
    ),
    (
        "L18",
        """INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'reverse', -500, 'CRV-X', 'api:1', now() FROM credit_lots
            WHERE ref = 'LTG-B6';""",
    ),
    (
        "L18",
        """INSERT INTO credit_reversals (ref, lot_id, source, wanted_minor, taken_minor, reason, actor, created_at)
            SELECT 'CRV-X', id, 'x', 1000, 500, 'x', 'staff:1', now() FROM credit_lots WHERE ref = 'LTG-B6'""",
    ),
    (
        "L18",
        """INSERT INTO credit_reversals (ref, lot_id, source, wanted_minor, taken_minor, reason, actor, created_at)
            SELECT 'CRV-X', id, 'x', 1000, 500, 'x', 'staff:1', now() FROM credit_lots WHERE ref = 'LTG-B6';
            INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
            SELECT account_id, id, 'reverse', -500, 'CRV-X', 'api:1', now() FROM credit_lots
            WHERE ref = 'LTP-B6';""",
    ),
    ("L11", "UPDATE refunds SET state = 'pending' WHERE ref = 'RFD-B5'"),
    (
        "L11",
        """INSERT INTO external_refunds (ref, payment_id, provider_ref, amount_minor, currency, state, adopted_at)
            SELECT 'XRF-1', id, 're_X', 1, 'BRL', 'succeeded', now() FROM payments WHERE provider_ref = 'pi_B2'""",
    ),
    (
        "L11",
        """INSERT INTO disputes (ref, payment_id, provider_ref, state, amount_minor, currency, opened_at, read_at)
            SELECT 'DSP-1', id, 'dp_X', 'lost', 1, 'BRL', now(), now() FROM payments WHERE provider_ref = 'pi_B2'""",
    ),
    ("L12", "UPDATE refunds SET state = 'sent' WHERE ref = 'RFD-B4'"),
    ("L13", "UPDATE refunds SET replaced_at = NULL WHERE ref = 'RFD-B1'"),
    ("L13", "DELETE FROM credit_lots WHERE source = 'RM1-B6'"),
    ("L13", "UPDATE replacements SET shipped_at = NULL WHERE ref = 'RPL-B3'"),
    (
        # Both totals stay right: one refund's entries speak for another.
        "L14",
        """UPDATE refunds SET state = 'pending' WHERE ref = 'RFD-B5';
            UPDATE refunds SET state = 'succeeded' WHERE ref = 'RFD-B4'""",
    ),
    ("L14", "UPDATE journal_entries SET source = 'RFD-X' WHERE source = 'RFD-B5'"),
    (
        "L15",
        """UPDATE journal_entries SET source = 'RM1-X' WHERE source = 'RM1-B5'""",
    ),
    ("L15", "UPDATE remedies SET state = 'settled' WHERE ref = 'RM1-B1'"),
    ("L15", "UPDATE remedies SET amount_minor = amount_minor + 1 WHERE ref = 'RM1-B3'"),
    (
        "L16",
        """ALTER TABLE journal_entries DROP CONSTRAINT uq_journal_entries_occasion_source;
            UPDATE journal_entries SET source = 'RFD-B5' WHERE source = 'RFD-B8'""",
    ),
)
