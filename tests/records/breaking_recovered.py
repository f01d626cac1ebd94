"""What breaks the invariant of what came back of incidents; see breaking.py. RCV-3 takes RCV-2 back."""

_WAITS = """
    INSERT INTO recoveries (ref, incident_ref, payer, payer_name, amount_minor, currency, received_on, reference,
        reason, takes_back_id, recorded_by, recorded_at)
    SELECT '{ref}', incident_ref, payer, payer_name, amount_minor, currency, received_on, reference, 'x', {of},
        recorded_by, recorded_at FROM recoveries WHERE ref = '{like}'
"""
_BOTH = """
    UPDATE recoveries SET {row} WHERE ref = 'RCV-3';
    UPDATE journal_postings SET {posted} WHERE entry_id = (SELECT id FROM journal_entries WHERE ref = 'JRN-R3')
"""

RECOVERED = (
    ("L19", "UPDATE recoveries SET amount_minor = 499 WHERE ref = 'RCV-1'"),
    ("L19", "UPDATE recoveries SET outcome = NULL, decided_by = NULL, decided_at = NULL WHERE ref = 'RCV-1'"),
    (
        "L19",
        """ALTER TABLE recoveries DROP CONSTRAINT ck_recoveries_two_people;
            UPDATE recoveries SET decided_by = recorded_by WHERE ref = 'RCV-1'""",
    ),
    ("L19", "UPDATE recoveries SET takes_back_id = id, reason = 'x' WHERE ref = 'RCV-1'"),
    ("L19", "UPDATE journal_entries SET source = 'RCV-X' WHERE ref = 'JRN-R1'"),
    ("L19", "UPDATE journal_postings SET account = 'recovery_income' WHERE account = 'remedy_cost'"),
    # Wrong in the row and in the entry alike, so that only the original tells.
    ("L19", _BOTH.format(row="amount_minor = 150", posted="amount_minor = sign(amount_minor) * 150")),
    ("L19", _BOTH.format(row="currency = 'EUR'", posted="currency = 'EUR'")),
    (
        "L19",
        """UPDATE recoveries SET incident_ref = 'INC-X' WHERE ref = 'RCV-3';
            UPDATE journal_entries SET dimensions = dimensions || '{"incident": "INC-X"}' WHERE ref = 'JRN-R3'""",
    ),
    # Waits to take back what takes back, and what is not booked.
    ("L19", _WAITS.format(ref="RCV-4", of="id", like="RCV-3")),
    (
        "L19",
        f"""{_WAITS.format(ref="RCV-4", of="NULL", like="RCV-1").replace("'x'", "''")};
            {_WAITS.format(ref="RCV-5", of="id", like="RCV-4")}""",
    ),
    ("L19", "UPDATE journal_postings SET account = 'sales' WHERE account = 'recovery_income'"),
    ("L19", "UPDATE journal_entries SET effective_on = '2026-03-02' WHERE ref = 'JRN-R1'"),
    ("L19", "UPDATE journal_entries SET occasion = 'recovery_received' WHERE ref = 'JRN-R3'"),
    ("L19", "UPDATE recoveries SET payer_name = 'Sedex' WHERE ref = 'RCV-1'"),
)
