"""On which day an entry counts: the day it happened on, or the first open day where its own was closed by then.

So what a closed day says never changes, and what came too late for it is found in the open period, with its own date.
"""

from string import Template

# Entries that came too late for the day on which they happened: few, whatever the size of the book. Whatever had a
# number up to ``settled_to`` was in its batch, so only younger entries are looked through.
LATE = """
  late AS MATERIALIZED (
    SELECT entry_id, late_from AS counted_on FROM closed_entries WHERE late_from IS NOT NULL
    UNION ALL
    SELECT e.id, b.last_on + 1
    FROM (SELECT DISTINCT ON (currency) currency, last_on, settled_to FROM closed_batches
          ORDER BY currency, last_on DESC) AS b
    JOIN journal_entries AS e ON e.id > b.settled_to AND e.effective_on <= b.last_on
    WHERE EXISTS (SELECT FROM journal_postings AS p WHERE p.entry_id = e.id AND p.currency = b.currency)
      AND NOT EXISTS (SELECT FROM closed_entries AS c WHERE c.entry_id = e.id)
  )
"""
# Parts of larger statements: the entries that count from a day to a day. $first and $last are dates.
COUNTED = Template("""
  $late, counted AS (
    SELECT e.*, e.effective_on AS counted_on FROM journal_entries AS e
    WHERE e.effective_on BETWEEN $first AND $last AND NOT EXISTS (SELECT FROM late WHERE late.entry_id = e.id)
    UNION ALL
    SELECT e.*, late.counted_on FROM late JOIN journal_entries AS e ON e.id = late.entry_id
    WHERE late.counted_on BETWEEN $first AND $last
  )
""")
COUNTED_BETWEEN = COUNTED.substitute(late=LATE, first=":first", last=":last")
COUNTED_UP_TO = COUNTED.substitute(late=LATE, first="'-infinity'", last=":last")
# The same in the driver's own notation.
COUNTED_FOR_DRIVER = COUNTED.substitute(late=LATE, first="%(first)s", last="%(last)s")
