"""What is still to be done for a claim: effects that were promised, and letters that wait."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.records.sessions import at_once

# One statement for all of it, because every job begins with it. What is overtaken is marked here: a letter that says
# what is on its way helps nobody once every remedy it speaks of has come to its end, and has a letter of its own.
_TAKE_STOCK = text("""
    WITH claim AS (
        SELECT id FROM claims WHERE ref = :ref
    ), overtaken AS (
        UPDATE letters SET state = 'overtaken'
        WHERE id IN (
            SELECT waiting.id FROM letters waiting
            WHERE waiting.claim_id = (SELECT id FROM claim)
              AND waiting.state = 'queued'
              AND waiting.template = 'remedy_on_its_way'
              AND NOT EXISTS (
                  SELECT FROM remedies
                  WHERE remedies.claim_id = waiting.claim_id
                    AND remedies.state = 'promised'
                    AND waiting.context -> 'remedies' ? remedies.ref
              )
            FOR UPDATE SKIP LOCKED
        )
        RETURNING id
    )
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
    UNION ALL
    SELECT 'letter', letters.id, letters.ref
    FROM letters
    WHERE letters.claim_id = (SELECT id FROM claim)
      AND letters.state = 'queued'
      AND letters.id NOT IN (SELECT id FROM overtaken)
    ORDER BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is open. effects: each by its kind (refund, credit, replacement) and ref; letters: refs, oldest first."""

    effects: tuple[tuple[str, str], ...]
    letters: tuple[str, ...]


def take_stock(session: Session, claim_ref: str) -> OpenWork:
    """List what is open for a claim, and leave out the letters that later ones have overtaken."""
    at_once(session)
    rows = session.execute(_TAKE_STOCK, {"ref": claim_ref}).all()
    return OpenWork(
        effects=tuple((kind, ref) for kind, _, ref in rows if kind != "letter"),
        letters=tuple(ref for kind, _, ref in rows if kind == "letter"),
    )
