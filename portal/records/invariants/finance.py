"""X, and L9: what finance reads, part by part, and what it has closed."""

from string import Template

from portal.records.counted_days import LATE
from portal.records.invariants.declared import Invariant
from portal.records.invariants.parts import PARTS

# From batch to batch by what each of them moved, which X1 holds to the journal; and as finance reads it by the day.
_CLOSING = Template("""
    SELECT 'batch ' || batch_id || ' ' || account FROM (
      SELECT t.*, sum(t.moved_minor) OVER (PARTITION BY b.currency, t.account ORDER BY b.last_on) AS minor
      FROM closed_balances t JOIN closed_batches b ON b.id = t.batch_id) AS moved WHERE closing_minor <> minor
    UNION ALL
    SELECT 'batch ' || held.id || ' ' || coalesce(held.account, counted.account) FROM (
      SELECT b.id, b.currency, t.account, t.closing_minor
      FROM (SELECT DISTINCT ON (currency) * FROM closed_batches ORDER BY currency, last_on DESC) AS b
      JOIN closed_balances t ON t.batch_id = b.id
    ) AS held FULL JOIN (
      WITH $late, newest AS (
        SELECT DISTINCT ON (currency) currency, last_on FROM closed_batches ORDER BY currency, last_on DESC)
      SELECT p.currency, p.account, sum(p.amount_minor) AS minor
      FROM newest JOIN journal_postings p USING (currency) JOIN journal_entries e ON e.id = p.entry_id
      LEFT JOIN late ON late.entry_id = e.id
      WHERE coalesce(late.counted_on, e.effective_on) <= newest.last_on GROUP BY p.currency, p.account
    ) AS counted ON counted.currency = held.currency AND counted.account = held.account
    WHERE coalesce(held.closing_minor, 0) <> coalesce(counted.minor, 0)
""").substitute(late=LATE)

FINANCE = (
    *PARTS,
    Invariant(
        "X1",
        "each entry of a closed period is in exactly one batch, and a batch adds up to the journal",
        "closed_entries",
        """SELECT 'entry ' || entry_id FROM journal_postings GROUP BY entry_id HAVING min(currency) <> max(currency)
            UNION ALL
            SELECT e.ref FROM (SELECT DISTINCT ON (currency) * FROM closed_batches ORDER BY currency, last_on DESC) AS b
            JOIN journal_entries e ON e.effective_on <= b.last_on AND e.id <= b.settled_to
            WHERE NOT EXISTS (SELECT FROM closed_entries c WHERE c.entry_id = e.id)
              AND EXISTS (SELECT FROM journal_postings p WHERE p.entry_id = e.id AND p.currency = b.currency)
            UNION ALL
            SELECT coalesce(b.ref, 'batch ' || sums.batch_id) FROM closed_batches b FULL JOIN (
              SELECT c.batch_id, count(DISTINCT c.entry_id) AS entries, count(*) AS postings,
                min(p.currency) AS currency, max(p.currency) AS last_currency
              FROM closed_entries c JOIN journal_postings p ON p.entry_id = c.entry_id GROUP BY c.batch_id
            ) AS sums ON sums.batch_id = b.id
            WHERE b.id IS NULL OR b.entries <> coalesce(sums.entries, 0) OR b.postings <> coalesce(sums.postings, 0)
               OR b.currency <> coalesce(sums.currency, b.currency) OR b.currency <> coalesce(last_currency, b.currency)
            UNION ALL
            SELECT 'batch ' || coalesce(t.batch_id, sums.batch_id) FROM closed_balances t FULL JOIN (
              SELECT c.batch_id, p.account, sum(p.amount_minor) AS minor
              FROM closed_entries c JOIN journal_postings p ON p.entry_id = c.entry_id GROUP BY c.batch_id, p.account
            ) AS sums USING (batch_id, account) WHERE coalesce(t.moved_minor, 0) <> coalesce(sums.minor, 0)
            UNION ALL
            SELECT ref FROM (SELECT ref, first_on, lag(last_on) OVER (PARTITION BY currency ORDER BY last_on) AS before
              FROM closed_batches) AS days WHERE first_on IS DISTINCT FROM before + 1""",
    ),
    Invariant(
        "X3",
        "an entry counts on the day on which it happened, and one that came too late in the period that was open",
        "journal_entries",
        """SELECT ref FROM journal_entries WHERE effective_on
            NOT BETWEEN (happened_at - interval '12 hours')::date AND (happened_at + interval '14 hours')::date
            UNION ALL
            SELECT e.ref FROM closed_entries c JOIN closed_batches b ON b.id = c.batch_id
            JOIN journal_entries e ON e.id = c.entry_id WHERE e.effective_on > b.last_on
              OR c.late_from IS DISTINCT FROM CASE WHEN e.effective_on < b.first_on THEN b.first_on END""",
    ),
    Invariant(
        "L9",
        "what was owed at the end of a closed period is what it was when it was closed",
        "closed_balances",
        _CLOSING,
    ),
)
