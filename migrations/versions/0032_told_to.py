"""Keep to whom a letter of an incident was sent, so that what the incident becomes later changes nothing of that."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"

# What was sent before goes on as it was going. The days of an incident begin where the shop is, which no migration
# knows: a day earlier loses nobody.
SENT_BEFORE = """
    UPDATE incident_tellings AS t SET told_to = (
        SELECT jsonb_build_object(
            'parts', jsonb_agg(jsonb_build_object('about', p.about, 'measure', p.measure) ORDER BY p.id),
            'since', to_char(min(p.since_on) - 1, 'YYYY-MM-DD') || 'T00:00:00+00:00')
        FROM incidents AS i JOIN incidents AS p ON p.id = i.id OR p.merged_into = i.ref
        WHERE i.id = t.incident_id)
    WHERE t.sent_at IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("incident_tellings", sa.Column("told_to", postgresql.JSONB(astext_type=sa.Text())))
    op.execute(SENT_BEFORE)
    op.create_check_constraint(
        op.f("ck_incident_tellings_sent_to_somebody"), "incident_tellings", "(told_to IS NULL) = (sent_at IS NULL)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("incident_tellings", "told_to")
