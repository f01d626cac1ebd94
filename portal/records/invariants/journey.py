"""F: what leaders read of days that are over is what the claims and the journal say."""

from string import Template

from portal.domain.journey import EVERY
from portal.domain.withdrawal import WITHDRAWAL
from portal.records.counted_days import LATE
from portal.records.invariants.declared import Invariant

# Whatever was under way while it was counted may be in the count or not: of a report that ends no sooner than the day
# after, and of one that was taken back just then.
_ABOUT_THEN = "interval '15 minutes'"
_OVER = """
    counts_over AS (
      SELECT * FROM journey_counts WHERE last_on < (counted_at AT TIME ZONE :zone)::date - 1
    ), spans AS (
      SELECT DISTINCT span, first_on, last_on, counted_at, first_on::timestamp AT TIME ZONE :zone AS starts_at,
        (last_on + 1)::timestamp AT TIME ZONE :zone AS ends_at
      FROM counts_over
    )
"""
_PROBLEMS = Template("""
    SELECT s.span, s.first_on, coalesce(k.stage, '$every') AS stage, coalesce(o.currency, '$every') AS currency,
      count(*) FILTER (WHERE w.at IS NULL OR w.at > s.counted_at + $about_then) AS fewest,
      count(*) FILTER (WHERE w.at IS NULL OR w.at > s.counted_at - $about_then) AS most
    FROM spans s JOIN claims c ON c.created_at >= s.starts_at AND c.created_at < s.ends_at
    JOIN orders o ON o.id = c.order_id
    JOIN claim_lines k ON k.claim_id = c.id AND k.about_replacement_id IS NULL
    LEFT JOIN LATERAL (
      SELECT min(e.happened_at) AS at FROM claim_events e
      WHERE k.state = 'withdrawn' AND e.claim_id = c.id AND e.claim_line_id = k.id AND e.to_state = 'withdrawn'
    ) AS w ON true
    WHERE c.raised_by <> '$withdrawal' GROUP BY s.span, s.first_on, CUBE (k.stage, o.currency)
""").substitute(every=EVERY, about_then=_ABOUT_THEN, withdrawal=WITHDRAWAL)
_COSTS = """
    SELECT s.span, s.first_on, coalesce(e.dimensions ->> 'stage', '') AS stage,
      coalesce(p.policy_class, '') AS policy_class, coalesce(e.dimensions ->> 'problem', '') AS problem, p.currency,
      sum(p.amount_minor)::bigint AS minor
    FROM journal_postings p JOIN journal_entries e ON e.id = p.entry_id LEFT JOIN late ON late.entry_id = e.id
    JOIN spans s ON coalesce(late.counted_on, e.effective_on) BETWEEN s.first_on AND s.last_on
    WHERE p.account = 'remedy_cost' GROUP BY 1, 2, 3, 4, 5, 6
"""
_QUERY = Template("""
    WITH $over, $late, problems AS ($problems), booked AS ($costs)
    SELECT 'problems ' || concat_ws(' ', span, first_on, stage, currency)
    FROM counts_over FULL JOIN problems USING (span, first_on, stage, currency)
    WHERE coalesce(counts_over.problems, 0) NOT BETWEEN coalesce(fewest, 0) AND coalesce(most, 0)
    UNION ALL
    SELECT 'cost ' || concat_ws(' ', span, first_on, stage, policy_class, problem, currency)
    FROM (SELECT j.* FROM journey_costs j JOIN spans USING (span, first_on)) AS kept
    FULL JOIN booked USING (span, first_on, stage, policy_class, problem, currency)
    WHERE amount_minor IS DISTINCT FROM minor
""").substitute(over=_OVER, late=LATE, problems=_PROBLEMS, costs=_COSTS)

JOURNEY = (
    Invariant(
        "F19",
        "what is counted of the journey for days that are over is what claims and journal say",
        "journey_counts",
        _QUERY,
    ),
)
