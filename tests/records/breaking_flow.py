"""What breaks the invariants of flow, people and finance. Run as a replica on the whole book of 16 claims."""

_WITHDRAWAL = """INSERT INTO withdrawals (ref, client_key, name, mailbox, order_number, goods, lines, locale,
    browser_hash, declared_by, declared_at, refund_by, state, due_at)
    VALUES ('WDR-B1', 'key', 'Ana', 'ana@example.com', 'A-1', '', '[]', 'en', '', 'guest:withdrawal', now(), now(), """

FLOW = (
    ("F1", "UPDATE claim_lines SET state = 'offered' WHERE id = (SELECT min(id) FROM claim_lines)"),
    ("F1", "UPDATE claim_events SET to_state = 'restored' WHERE action = 'accepted'"),
    ("F1", "DELETE FROM claim_events WHERE action = 'accepted'"),
    ("F1", "DELETE FROM claim_events"),
    ("F1", "UPDATE claims SET state = 'offered' WHERE id = (SELECT min(id) FROM claims)"),
    (
        "F3",
        """ALTER TABLE incoming_events DROP CONSTRAINT uq_incoming_events_sender_event_id;
            UPDATE incoming_events SET event_id = 'evt'""",
    ),
    ("F3", "UPDATE incoming_events SET outcome = NULL"),
    ("F5", "UPDATE refunds SET state = 'requested' WHERE ref = 'RFD-B4'"),
    ("F5", "UPDATE replacements SET state = 'requested' WHERE ref = 'RPL-B3'"),
    ("F5", "UPDATE remedies SET state = 'promised'; DELETE FROM credit_lots"),
    ("F5", "UPDATE letters SET state = 'queued'"),
    ("F5", "UPDATE incoming_events SET applied_at = NULL"),
    ("F5", f"{_WITHDRAWAL} 'received', now())"),
    (
        "F5",
        """INSERT INTO letters (ref, recipient, template, subject_ref, locale, context, state)
            VALUES ('LTR-B1', 'ana@example.com', 'withdrawal_received', 'WDR-B1', 'en', '{}', 'queued')""",
    ),
    (
        "F6",
        """UPDATE letters SET state = 'queued';
            INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)
            VALUES ('default', 'claims.follow', '{"claim_ref": "CLM-B5"}', 'failed')""",
    ),
    (
        "F6",
        """UPDATE replacements SET state = 'requested';
            INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)
            VALUES ('default', 'claims.follow', '{"claim_ref": "CLM-B3"}', 'failed')""",
    ),
    (
        "F6",
        """UPDATE remedies SET state = 'promised'; DELETE FROM credit_lots;
            INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)
            VALUES ('default', 'claims.follow', '{"claim_ref": "CLM-B6"}', 'failed')""",
    ),
    (
        "F6",
        """UPDATE incoming_events SET applied_at = NULL;
            INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)
            VALUES ('default', 'stripe_events.apply', '{"event_id": "evt_RFD-B5"}', 'failed')""",
    ),
    (
        "F6",
        """INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)
            VALUES ('default', 'claims.follow', '{"claim_ref": "CLM-B3"}', 'todo');
            UPDATE jobs.procrastinate_jobs SET scheduled_at = now() + interval '1 hour'""",
    ),
    ("F7", "UPDATE claim_lines SET state = 'escalated'"),
    ("F7", "UPDATE claim_lines SET state = 'awaiting_customer'"),
    ("F7", "UPDATE remedies SET state = 'settled' WHERE ref = 'RM1-B4'"),
    ("F7", "UPDATE claims SET waits_for_answer = true"),
    ("F7", f"{_WITHDRAWAL} 'with_person', NULL)"),
    ("F7", f"{_WITHDRAWAL} 'refunded', NULL)"),
    ("F8", "ALTER TABLE claims DROP CONSTRAINT uq_claims_order_id_client_key; UPDATE claims SET order_id = 1"),
    (
        "F8",
        """ALTER TABLE claim_messages DROP CONSTRAINT uq_claim_messages_claim_id_client_key;
            INSERT INTO claim_messages (claim_id, client_key, kind, body, actor, written_at)
            SELECT 1, 'key', 'note', '', 'staff:1', now() FROM generate_series(1, 2)""",
    ),
    ("F9", "DROP INDEX ix_replacements_one_live; UPDATE replacements SET claim_line_id = 3"),
    ("F9", "UPDATE replacements SET quantity = 2"),
    (
        "F9",
        """DROP INDEX ix_claim_units_one_live; UPDATE claim_units SET order_line_id = 1, unit = 1 WHERE claim_line_id IN
            (SELECT claim_line_id FROM replacements)""",
    ),
    ("F9", "UPDATE replacements SET state = 'refused' WHERE ref = 'RPL-B3'"),
    ("F9", "UPDATE replacements SET shipped_at = NULL"),
    ("F9", "UPDATE replacements SET ref = 'RPL-X' WHERE ref = 'RPL-B3'"),
    ("F14", "UPDATE stock_items SET on_hand = on_hand + 1"),
    ("F14", "UPDATE stock_items SET reserved = 1"),
    ("F14", "DELETE FROM stock_moves WHERE kind = 'reserve' AND source = 'RPL-B3'"),
    ("F14", "UPDATE stock_moves SET kind = 'release', on_hand_change = 0 WHERE kind = 'take' AND source = 'RPL-B3'"),
    ("F14", "UPDATE replacements SET stock_item_id = NULL WHERE ref = 'RPL-B3'"),
    ("F14", "UPDATE replacements SET quantity = 2 WHERE ref = 'RPL-B3'"),
    ("F14", "UPDATE replacements SET shipped_at = NULL WHERE ref = 'RPL-B3'"),
    ("F14", "DELETE FROM replacements WHERE ref = 'RPL-B3'"),
    ("F14", "UPDATE replacements SET state = 'accepted' WHERE ref = 'RPL-B3'"),
    (
        "F14",
        """UPDATE stock_moves SET stock_item_id = stock_item_id + 1 WHERE kind = 'take' AND source = 'RPL-B3'""",
    ),
    (
        "F10",
        """ALTER TABLE letters DROP CONSTRAINT uq_letters_recipient_template_subject_ref_subject_version;
            UPDATE letters SET subject_ref = 'RFD-B5'""",
    ),
    ("F10", "UPDATE letters SET subject_ref = 'RFD-B4' WHERE subject_ref = 'RFD-B5'"),
    ("F11", "DELETE FROM letters WHERE template = 'refund_failed'"),
    ("F11", "UPDATE remedies SET state = 'settled' WHERE ref = 'RM1-B1'"),
)
PEOPLE = (
    (
        "P1",
        """ALTER TABLE decisions DROP CONSTRAINT ck_decisions_two_people;
            UPDATE decisions SET second_by_id = decided_by_id""",
    ),
    ("P1", "UPDATE customers SET mailbox = 's1@example.com' WHERE mailbox = 'c2@example.com'"),
    ("P1", "UPDATE claims SET raised_by = 'staff:1' WHERE ref = 'CLM-B2'"),
    ("P3", 'UPDATE decisions SET snapshot = \'{"limits": {"BRL": 10999}}\''),
    ("P3", "UPDATE decisions SET snapshot = '{\"limits\": {}}'"),
    ("P6", "UPDATE claim_events SET detail = '{}'"),
    (
        "P6",
        """INSERT INTO list_entries (ref, kind, subject, key, shown, reason, added_by, expires_at)
            VALUES ('LST-1', 'allow', 'mailbox', '1', 'a', 'Because.', 'staff:1', now() + interval '1 day')""",
    ),
    ("P7", "UPDATE claim_events SET actor = 'somebody' WHERE id = (SELECT min(id) FROM claim_events)"),
    ("P7", "DELETE FROM claim_events WHERE id = (SELECT min(id) FROM claim_events)"),
    ("P7", "UPDATE deeds SET happened_at = happened_at + interval '1 second'"),
    ("P7", "DELETE FROM deeds"),
    ("P7", "UPDATE seals SET digest = sha256('anew') WHERE number = 1"),
    ("P7", "DELETE FROM seals WHERE number = 1"),
)
FINANCE = (
    (
        "X1",
        """DELETE FROM closed_entries WHERE entry_id = (SELECT max(entry_id) FROM closed_entries);
            UPDATE closed_batches b SET entries = (SELECT count(*) FROM closed_entries c WHERE c.batch_id = b.id),
              postings = (SELECT count(*) FROM closed_entries c JOIN journal_postings p ON p.entry_id = c.entry_id
                WHERE c.batch_id = b.id);
            DELETE FROM closed_balances""",
    ),
    ("X1", "UPDATE closed_batches SET entries = entries + 1"),
    ("X1", "UPDATE closed_batches SET postings = postings + 1"),
    ("X1", "UPDATE closed_batches SET currency = 'EUR' WHERE ref = 'BAT-04'"),
    ("X1", "DELETE FROM closed_batches WHERE ref = 'BAT-04'"),
    ("X1", "UPDATE closed_balances SET moved_minor = moved_minor + 1"),
    ("X1", "DELETE FROM closed_balances"),
    ("X1", "UPDATE closed_batches SET first_on = '2026-03-03' WHERE ref = 'BAT-04'"),
    (
        "X1",
        """UPDATE journal_postings SET currency = 'EUR' WHERE id = (SELECT min(id) FROM journal_postings)""",
    ),
    ("X3", "UPDATE closed_entries SET late_from = '2026-03-04'"),
    ("X3", "UPDATE closed_batches SET last_on = '2026-03-02', first_on = NULL WHERE ref = 'BAT-03'"),
    (
        "X3",
        """UPDATE closed_entries SET batch_id = (SELECT id FROM closed_batches WHERE ref = 'BAT-04')
            WHERE entry_id = (SELECT min(entry_id) FROM closed_entries)""",
    ),
    ("L9", "UPDATE closed_balances SET closing_minor = closing_minor + 1"),
    ("L9", "DELETE FROM closed_balances WHERE account = 'sales'"),
    (
        # Nobody was told, and what the closed days say is another sum.
        "L9",
        "UPDATE journal_postings SET amount_minor = amount_minor * 2",
    ),
    ("X3", "UPDATE journal_entries SET effective_on = effective_on + 2"),
    ("X3", "UPDATE journal_entries SET effective_on = effective_on - 2"),
)
