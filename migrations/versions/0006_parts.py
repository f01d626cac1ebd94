"""Keep of which parts a remedy is: goods, discount, tax, shipping and what was paid beyond, by unit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

FROZEN = """
CREATE OR REPLACE FUNCTION refund_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ref, NEW.remedy_id, NEW.payment_id, NEW.amount_minor, NEW.currency, NEW.request{new})
        IS DISTINCT FROM (OLD.ref, OLD.remedy_id, OLD.payment_id, OLD.amount_minor, OLD.currency, OLD.request{old})
        OR (OLD.provider_ref IS NOT NULL AND NEW.provider_ref IS DISTINCT FROM OLD.provider_ref)
    THEN
        RAISE EXCEPTION 'refund % is frozen', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    """Apply. What was promised before keeps no parts; they are found in proportion when the order is read."""
    op.add_column("offers", sa.Column("of_shipping_minor", sa.BigInteger()))
    op.add_column("offers", sa.Column("of_overpaid_minor", sa.BigInteger()))
    op.add_column("remedies", sa.Column("credit_parts", JSONB()))
    op.add_column("refunds", sa.Column("parts", JSONB()))
    op.execute(FROZEN.format(new=", NEW.parts", old=", OLD.parts"))


def downgrade() -> None:
    """Take back."""
    op.execute(FROZEN.format(new="", old=""))
    op.drop_column("refunds", "parts")
    op.drop_column("remedies", "credit_parts")
    op.drop_column("offers", "of_overpaid_minor")
    op.drop_column("offers", "of_shipping_minor")
