"""What breaks the invariants of outreaches. Run as a replica on the whole book, in which one parcel was told of."""

REACHED = (
    ("F20", "UPDATE outreaches SET found = 2"),
    ("F20", "UPDATE outreach_targets SET outlook = 'person'"),
    ("F21", "UPDATE claims SET raised_by = 'claimant:1' WHERE raised_by = 'system:outreach'"),
    ("F21", "UPDATE letters SET claim_id = claim_id - 1 WHERE template = 'told_first'"),
    ("F21", "UPDATE outreach_targets SET state = 'skipped', skip = 'opted_out', told_at = NULL"),
    (
        "F21",
        """UPDATE letters SET state = 'overtaken' WHERE template = 'told_first';
            DELETE FROM remedies WHERE claim_id = (SELECT claim_id FROM outreach_targets);
            UPDATE claim_lines SET state = 'offered' WHERE claim_id = (SELECT claim_id FROM outreach_targets)""",
    ),
    ("F21", "DELETE FROM outreach_targets"),
    (
        "F21",
        """INSERT INTO outreach_targets (outreach_id, customer_id, order_id, shipment_id, state, wave, due_at, claim_id,
                letter_id, told_at)
            SELECT t.outreach_id + 1, t.customer_id, t.order_id, t.shipment_id + 1, 'told', 1, t.due_at,
                (SELECT min(id) FROM claims), t.letter_id, t.told_at + interval '13 days' FROM outreach_targets t""",
    ),
)
