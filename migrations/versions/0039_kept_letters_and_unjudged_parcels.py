"""Count those as not told whose letter was kept, whatever they said since, and let a parcel be left unjudged."""

from alembic import op

revision = "0039"
down_revision = "0038"

SKIPS = (
    "erased", "opted_out", "claimed", "cancelled", "arrived", "given_back", "told_lately", "only_they_know",
    "too_early", "nothing_to_offer", "out_of_date", "stopped",
)  # fmt: skip
# Who wants such letters again by now was not told either by the one that was kept; what F21 looks for.
KEPT_BEFORE = """
    UPDATE outreach_targets AS t SET state = 'skipped', skip = 'opted_out', told_at = NULL
    FROM letters AS l
    WHERE l.id = t.letter_id AND l.state = 'overtaken' AND t.state = 'told'
      AND EXISTS (SELECT FROM claim_lines WHERE claim_id = t.claim_id
        AND state IN ('offered', 'escalated', 'waiting', 'awaiting_customer'))
      AND NOT EXISTS (SELECT FROM remedies WHERE claim_id = t.claim_id)
      AND NOT EXISTS (SELECT FROM claim_messages WHERE claim_id = t.claim_id AND kind = 'from_customer')
      AND NOT EXISTS (SELECT FROM claim_events WHERE claim_id = t.claim_id AND actor ~ '^(claimant|guest):')
"""


def upgrade() -> None:
    """Apply."""
    op.execute(KEPT_BEFORE)
    _allow((*SKIPS, "unjudged"))


def downgrade() -> None:
    """Take back. What was not judged counts as what nothing was to be offered for."""
    op.execute("UPDATE outreach_targets SET skip = 'nothing_to_offer' WHERE skip = 'unjudged'")
    _allow(SKIPS)


def _allow(reasons: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    op.execute(f"""
        ALTER TABLE outreach_targets DROP CONSTRAINT ck_outreach_targets_skip,
          ADD CONSTRAINT ck_outreach_targets_skip CHECK (skip IN ({listed}))
    """)
