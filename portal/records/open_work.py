"""What is still to be done for a claim: effects that were promised and not carried out."""

from sqlalchemy.orm import Session

from portal.records.single_reads import ask_one

# One statement for all of it, because every job begins with it.
_EFFECTS = """
WITH claim AS (
  SELECT id FROM claims WHERE ref = $1
), open AS (
  SELECT 'refund' AS kind, refunds.id, refunds.ref
  FROM remedies JOIN refunds ON refunds.remedy_id = remedies.id
  WHERE remedies.claim_id = (SELECT id FROM claim) AND refunds.state IN ('requested', 'sent', 'unknown')
  UNION ALL
  SELECT 'credit', remedies.id, remedies.ref
  FROM remedies
  WHERE remedies.claim_id = (SELECT id FROM claim)
    AND remedies.state = 'promised'
    AND remedies.credit_minor + remedies.bonus_minor > 0
    AND NOT EXISTS (SELECT FROM credit_lots WHERE credit_lots.source = remedies.ref)
  UNION ALL
  SELECT 'replacement', replacements.id, replacements.ref
  FROM remedies JOIN replacements ON replacements.remedy_id = remedies.id
  WHERE remedies.claim_id = (SELECT id FROM claim) AND replacements.state = 'requested'
)
SELECT json_agg(json_build_array(kind, ref) ORDER BY kind, id) FROM open
"""


def effects(session: Session, claim_ref: str) -> list[tuple[str, str]]:
    """List the open effects of a claim, each by its kind (refund, credit, replacement) and ref, oldest first."""
    (found,) = ask_one(session, _EFFECTS, (claim_ref,)) or (None,)
    return [(kind, ref) for kind, ref in found or ()]
