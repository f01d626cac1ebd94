"""Policy: which version is in force at a moment, what it was made of, and that two people stand behind it."""

from portal.records.invariants.declared import Invariant

POLICIES = (
    Invariant(
        "F15",
        "a market's versions are counted without a gap, none begins before it was published, each is its draft's text",
        "policy_versions",
        """SELECT v.market || ' ' || v.number
            FROM (SELECT *, row_number() OVER (PARTITION BY market ORDER BY number) AS place FROM policy_versions) v
            LEFT JOIN policy_drafts d ON d.published_id = v.id
            WHERE v.number <> v.place OR v.in_force_from < v.published_at
              OR d.id IS NOT NULL AND (d.source, d.market) IS DISTINCT FROM (v.source, v.market)
            UNION ALL
            SELECT d.ref FROM policy_drafts d
            WHERE d.source IS DISTINCT FROM (
                SELECT e.source FROM policy_draft_events e WHERE e.draft_id = d.id AND e.source IS NOT NULL
                ORDER BY e.id DESC LIMIT 1)
              OR d.version IS DISTINCT FROM (
                SELECT max(e.version) FROM policy_draft_events e WHERE e.draft_id = d.id)""",
    ),
    Invariant(
        "P11",
        "a version was published by somebody who wrote none of its text, or by a command that it names",
        "policy_versions",
        """SELECT v.market || ' ' || v.number FROM policy_versions v
            LEFT JOIN (
              SELECT d.published_id, array_agg(e.actor) AS authors FROM policy_drafts d
              JOIN policy_draft_events e ON e.draft_id = d.id AND e.kind IN ('start', 'change', 'rebase')
              GROUP BY d.published_id
            ) AS w ON w.published_id = v.id
            WHERE CASE WHEN v.published_by LIKE 'system:_%' THEN w.authors IS NOT NULL
              ELSE w.authors IS NULL OR v.published_by = ANY (w.authors) OR v.published_by NOT LIKE 'staff:_%' END""",
    ),
)
