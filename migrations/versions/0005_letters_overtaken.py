"""Let a letter be overtaken by a later one, and let one job follow a claim in place of a job for each step of it."""

from alembic import op

revision = "0005"
down_revision = "0004"

# Jobs that wait under their old names: what is open is read from the claim, so its ref is all that the new one needs.
FOLLOW = """
UPDATE jobs.procrastinate_jobs AS job
SET task_name = 'claims.follow', lock = NULL, args = jsonb_build_object('claim_ref', claims.ref)
FROM claims
WHERE job.status IN ('todo', 'doing')
  AND claims.id = CASE job.task_name
    WHEN 'letters.send' THEN (SELECT claim_id FROM letters WHERE ref = job.args ->> 'letter_ref')
    WHEN 'remedies.issue_credit' THEN (SELECT claim_id FROM remedies WHERE ref = job.args ->> 'remedy_ref')
    WHEN 'refunds.send' THEN (
        SELECT claim_id FROM remedies JOIN refunds ON refunds.remedy_id = remedies.id
        WHERE refunds.ref = job.args ->> 'refund_ref')
    WHEN 'replacements.send' THEN (
        SELECT claim_id FROM remedies JOIN replacements ON replacements.remedy_id = remedies.id
        WHERE replacements.ref = job.args ->> 'replacement_ref')
  END
"""


def upgrade() -> None:
    """Apply."""
    op.drop_constraint("ck_letters_state", "letters")
    op.create_check_constraint(
        op.f("ck_letters_state"), "letters", "state IN ('queued', 'sent', 'overtaken', 'undeliverable')"
    )
    op.execute(FOLLOW)


def downgrade() -> None:
    """Take back. What was overtaken will not leave any more, so it counts as left."""
    op.execute("UPDATE letters SET state = 'sent' WHERE state = 'overtaken'")
    op.drop_constraint("ck_letters_state", "letters")
    op.create_check_constraint(op.f("ck_letters_state"), "letters", "state IN ('queued', 'sent', 'undeliverable')")
