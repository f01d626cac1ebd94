"""Keep what a vendor, a carrier or an insurer pays us of what an incident cost, and book it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON recoveries TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON recoveries TO portal_web, portal_worker;
    -- What was written down stays; only what a second person made of it is added.
    GRANT UPDATE (outcome, decided_by, decided_at) ON recoveries TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
EARLIER_OCCASIONS = (
    "remedy_promised", "remedy_released", "refund_sent", "refund_settled", "refund_failed", "credit_issued",
    "credit_spent", "credit_given_back", "credit_expired", "credit_reversed", "remedy_reversed", "replacement_sent",
    "refunded_elsewhere", "refund_elsewhere_failed", "refund_elsewhere_is_ours", "dispute_lost", "dispute_reversed",
)  # fmt: skip
EARLIER_ACCOUNTS = (
    "remedy_cost", "owed_to_customers", "refunds_in_flight", "stripe_balance", "store_credit_liability", "sales",
    "inventory", "breakage", "unclaimed_property", "refunded_elsewhere", "dispute_losses",
)  # fmt: skip
OCCASIONS = (*EARLIER_OCCASIONS, "recovery_received", "recovery_reversed")
ACCOUNTS = (*EARLIER_ACCOUNTS, "bank", "recovery_income")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _allow("journal_entries", "occasion", OCCASIONS)
    _allow("journal_postings", "account", ACCOUNTS)
    _recoveries()
    op.execute(GRANTS)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    # What is there was checked when it was written; the next migration looks it through while others write.
    op.execute(f"""
        ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column},
          ADD CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({listed})) NOT VALID
    """)


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("incident_ref", sa.String(24), nullable=False),
        sa.Column("payer", sa.String(16), nullable=False),
        sa.Column("payer_name", sa.String(80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(400), server_default="", nullable=False),
        sa.Column("takes_back_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("payer IN ('vendor', 'carrier', 'insurer')", name=op.f("ck_recoveries_payer")),
        sa.CheckConstraint("outcome IN ('booked', 'dropped')", name=op.f("ck_recoveries_outcome")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_recoveries_above_zero")),
        sa.CheckConstraint(
            "(takes_back_id IS NULL) = (reason = '')", name=op.f("ck_recoveries_taken_back_with_a_reason")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_recoveries_decided_by_somebody"),
        ),
        sa.CheckConstraint("outcome <> 'booked' OR decided_by <> recorded_by", name=op.f("ck_recoveries_two_people")),
        sa.ForeignKeyConstraint(["incident_ref"], ["incidents.ref"], name=op.f("fk_recoveries_incident_ref_incidents")),
        sa.ForeignKeyConstraint(
            ["takes_back_id"], ["recoveries.id"], name=op.f("fk_recoveries_takes_back_id_recoveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("ref", name=op.f("uq_recoveries_ref")),
    )
    op.create_index(op.f("ix_recoveries_incident_ref"), "recoveries", ["incident_ref"])
    op.create_index(
        "ix_recoveries_taken_back_once",
        "recoveries",
        ["takes_back_id"],
        unique=True,
        postgresql_where="outcome IS DISTINCT FROM 'dropped'",
    )


def downgrade() -> None:
    """Take back. What was booked meanwhile of the new kinds must be gone before."""
    op.drop_table("recoveries")
    _allow("journal_postings", "account", EARLIER_ACCOUNTS)
    _allow("journal_entries", "occasion", EARLIER_OCCASIONS)
