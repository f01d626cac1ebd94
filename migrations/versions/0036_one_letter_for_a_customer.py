"""Tell a customer of all their parcels by one letter, and count those as not told whose letter was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

TABLE = "outreach_targets"
# Until here each parcel had a letter of its own, which belongs to its claim.
WRITTEN_BEFORE = """
    UPDATE outreach_targets AS t SET letter_id = l.id FROM letters AS l
    WHERE l.claim_id = t.claim_id AND l.template = 'told_first'
"""
# What was kept before counts from now on as it would have.
KEPT_BEFORE = """
    UPDATE outreach_targets AS t SET state = 'skipped', skip = 'opted_out', told_at = NULL
    FROM letters AS l, outreach_opt_outs AS said
    WHERE l.id = t.letter_id AND l.state = 'overtaken' AND said.customer_id = t.customer_id AND t.state = 'told'
      AND NOT EXISTS (SELECT FROM remedies WHERE claim_id = t.claim_id)
      AND NOT EXISTS (SELECT FROM claim_messages WHERE claim_id = t.claim_id AND kind = 'from_customer')
      AND NOT EXISTS (SELECT FROM claim_events WHERE claim_id = t.claim_id AND actor ~ '^(claimant|guest):')
"""
# A parcel is told of once: where another letter told of it since, or was kept since, this one stays as not told.
TOLD_BY_ANOTHER = """
    UPDATE outreach_targets AS t SET claim_id = NULL WHERE t.state = 'skipped' AND t.claim_id IS NOT NULL
      AND EXISTS (SELECT FROM outreach_targets AS o WHERE o.shipment_id = t.shipment_id AND o.id <> t.id
        AND (o.state = 'told' OR o.claim_id IS NOT NULL AND o.id > t.id))
"""
CHECKS = {
    "told_by_a_claim": "state <> 'told' OR claim_id IS NOT NULL",
    "told_by_a_letter": "(claim_id IS NULL) = (letter_id IS NULL)",
    "claim_is_told": "claim_id IS NULL OR state = 'told' OR skip IN ('opted_out', 'erased')",
}
ONLY_TOLD = "(state = 'told') = (claim_id IS NOT NULL)"


def upgrade() -> None:
    """Apply."""
    op.add_column(TABLE, sa.Column("letter_id", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_outreach_targets_letter_id_letters"), TABLE, "letters", ["letter_id"], ["id"])
    op.create_index("ix_outreach_targets_letter_id", TABLE, ["letter_id"])
    op.execute(WRITTEN_BEFORE)
    op.drop_constraint(op.f("ck_outreach_targets_told_by_a_claim"), TABLE)
    op.execute(KEPT_BEFORE)
    for name, said in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_outreach_targets_{name}"), TABLE, said)


def downgrade() -> None:
    """Take back; a letter that was kept counts as told again, unless the parcel was told of since."""
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_outreach_targets_{name}"), TABLE)
    op.execute(TOLD_BY_ANOTHER)
    op.execute("""UPDATE outreach_targets AS t SET state = 'told', skip = NULL, told_at = c.created_at
        FROM claims AS c WHERE c.id = t.claim_id AND t.state = 'skipped'""")
    op.create_check_constraint(op.f("ck_outreach_targets_told_by_a_claim"), TABLE, ONLY_TOLD)
    op.drop_column(TABLE, "letter_id")
