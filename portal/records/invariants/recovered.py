"""L: what came back of incidents is in the journal as two people said it, whole, on its day and with who paid."""

from portal.records.invariants.declared import Invariant

# What was received is of the day on which it came, also where that day is closed: only where it counts is another then.
_BOOKED = """
    SELECT coalesce(r.ref, b.source) FROM (
      SELECT r.*, t.ref AS undoes, CASE WHEN t.id IS NULL THEN 1 ELSE -1 END * r.amount_minor AS minor,
        jsonb_build_object('incident', r.incident_ref, 'payer', r.payer) || CASE WHEN r.payer IN ('vendor', 'carrier')
          THEN jsonb_build_object(r.payer, r.payer_name) ELSE '{}' END AS about
      FROM recoveries r LEFT JOIN recoveries t ON t.id = r.takes_back_id WHERE r.outcome = 'booked'
    ) AS r FULL JOIN (
      SELECT e.source, e.occasion, e.effective_on, e.dimensions, o.source AS undoes, (
        SELECT string_agg(concat_ws(' ', p.account, p.amount_minor, p.currency), ', ' ORDER BY p.account)
        FROM journal_postings p WHERE p.entry_id = e.id) AS moved
      FROM journal_entries e LEFT JOIN journal_entries o ON o.id = e.reverses_id
      WHERE e.occasion IN ('recovery_received', 'recovery_reversed')
    ) AS b ON b.source = r.ref
    WHERE r.ref IS NULL OR r.decided_by = r.recorded_by OR (b.undoes, b.dimensions) IS DISTINCT FROM (r.undoes, r.about)
       OR b.occasion IS DISTINCT FROM CASE WHEN r.undoes IS NULL THEN 'recovery_received' ELSE 'recovery_reversed' END
       OR b.moved IS DISTINCT FROM
         format('bank %s %s, recovery_income %s %s', r.minor, r.currency, -r.minor, r.currency)
       OR (r.undoes IS NULL AND b.effective_on IS DISTINCT FROM r.received_on)
"""
_TAKEN_BACK = """
    SELECT r.ref FROM recoveries r JOIN recoveries t ON t.id = r.takes_back_id
    WHERE t.outcome IS DISTINCT FROM 'booked' OR t.takes_back_id IS NOT NULL
       OR (r.incident_ref, r.payer, r.payer_name, r.amount_minor, r.currency)
         <> (t.incident_ref, t.payer, t.payer_name, t.amount_minor, t.currency)
"""
_NOTHING_ELSE = """
    SELECT e.ref FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id
    WHERE p.account IN ('bank', 'recovery_income') AND e.occasion NOT IN ('recovery_received', 'recovery_reversed')
"""

RECOVERED = (
    Invariant(
        "L19",
        "what came back of an incident is booked as one person wrote it down and another confirmed, and nothing else",
        "recoveries",
        f"{_BOOKED} UNION ALL {_TAKEN_BACK} UNION ALL {_NOTHING_ELSE}",
    ),
)
