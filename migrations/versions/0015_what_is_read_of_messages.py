"""Keep of each message from outside only what is read of it, because the rest may name people."""

from alembic import op

revision = "0015"
down_revision = "0014"

OF_STRIPE = """
UPDATE incoming_events SET payload = jsonb_strip_nulls(jsonb_build_object(
  'account', payload -> 'account', 'data', jsonb_build_object('object', jsonb_build_object(
    'object', payload #> '{data,object,object}', 'id', payload #> '{data,object,id}',
    'status', payload #> '{data,object,status}'))))
WHERE sender = 'stripe'
"""
OF_THE_WAREHOUSE = """
UPDATE incoming_events SET payload = payload - '{id,at,carrier,tracking_number,reason}'::text[]
WHERE sender = 'warehouse' AND applied_at IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    op.execute(OF_STRIPE)
    op.execute(OF_THE_WAREHOUSE)


def downgrade() -> None:
    """Take back nothing: what was left out is not needed, and gone."""
