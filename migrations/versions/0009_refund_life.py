"""Keep what else happens at the payment provider: disputes, refunds made in its dashboard, its pace, and troubles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

# Every account and occasion that the domain knows by now; the later ones come with the entries of store credit.
ACCOUNTS = (
    "remedy_cost", "owed_to_customers", "refunds_in_flight", "stripe_balance", "store_credit_liability", "sales",
    "inventory", "breakage", "unclaimed_property", "refunded_elsewhere", "dispute_losses",
)  # fmt: skip
OCCASIONS = (
    "remedy_promised", "remedy_released", "remedy_reversed", "refund_sent", "refund_settled", "refund_failed",
    "credit_issued", "credit_spent", "credit_given_back", "credit_expired", "credit_reversed", "replacement_sent",
    "refunded_elsewhere", "refund_elsewhere_failed", "dispute_lost",
)  # fmt: skip
EARLIER_ACCOUNTS, EARLIER_OCCASIONS = ACCOUNTS[:9], OCCASIONS[:12]

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON troubles, disputes, external_refunds, refund_lanes, event_polls
        TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE, DELETE ON troubles, disputes, external_refunds, refund_lanes, event_polls
        TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
# What another way took the place of was said by its remedy; from now on each refund says it of itself.
REPLACED = """
UPDATE refunds SET replaced_at = coalesce(refunds.settled_at, now()) FROM remedies
WHERE remedies.id = refunds.remedy_id AND remedies.state = 'replaced'
  AND refunds.state IN ('failed', 'canceled', 'refused', 'blocked_by_dispute')
"""


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(f"ck_{table}_{column}", table)
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({listed})")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    _allow("journal_postings", "account", ACCOUNTS)
    _allow("journal_entries", "occasion", OCCASIONS)
    op.add_column("refunds", sa.Column("replaced_at", sa.DateTime(timezone=True)))
    op.execute(REPLACED)
    op.create_index(
        "ix_payments_provider_account",
        "payments",
        ["provider_account"],
        postgresql_where=sa.text("provider_account IS NOT NULL"),
    )
    _troubles()
    _disputes()
    _external_refunds()
    op.create_table(
        "refund_lanes",
        sa.Column("lane", sa.String(16), nullable=False),
        _moment("next_at", nullable=False),
        sa.Column("since_pause", sa.Integer(), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        _moment("paused_until"),
        _moment("locked_at"),
        _moment("probe_at"),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_refund_lanes")),
    )
    op.create_table(
        "event_polls",
        sa.Column("sender", sa.String(16), nullable=False),
        _moment("polled_at", nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_event_polls")),
    )
    op.execute(GRANTS)


def _troubles() -> None:
    op.create_table(
        "troubles",
        _key(),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("claim_id", sa.BigInteger()),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("detail", JSONB(), server_default="{}", nullable=False),
        _moment("opened_at", nullable=False),
        _moment("closed_at"),
        sa.Column("closed_by", sa.String(80)),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_troubles_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_troubles")),
        sa.UniqueConstraint("ref", name=op.f("uq_troubles_ref")),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index("ix_troubles_one_open", "troubles", ["kind", "subject"], unique=True, postgresql_where=still_open)
    op.create_index("ix_troubles_claim_id", "troubles", ["claim_id"], postgresql_where=sa.text("claim_id IS NOT NULL"))


def _disputes() -> None:
    op.create_table(
        "disputes",
        _key(),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_ref", sa.String(255), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        _moment("opened_at", nullable=False),
        _moment("closed_at"),
        _moment("read_at", nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("ref", name=op.f("uq_disputes_ref")),
        sa.UniqueConstraint("provider_ref", name=op.f("uq_disputes_provider_ref")),
    )
    op.create_index(op.f("ix_disputes_payment_id"), "disputes", ["payment_id"])


def _external_refunds() -> None:
    op.create_table(
        "external_refunds",
        _key(),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_ref", sa.String(255), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(80)),
        _moment("adopted_at", nullable=False),
        _moment("settled_at"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_external_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_external_refunds_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_refunds")),
        sa.UniqueConstraint("ref", name=op.f("uq_external_refunds_ref")),
        sa.UniqueConstraint("provider_ref", name=op.f("uq_external_refunds_provider_ref")),
    )
    op.create_index(op.f("ix_external_refunds_payment_id"), "external_refunds", ["payment_id"])


def downgrade() -> None:
    """Take back. What was booked meanwhile of the new kinds must be gone before."""
    for table in ("event_polls", "refund_lanes", "external_refunds", "disputes", "troubles"):
        op.drop_table(table)
    op.drop_index("ix_payments_provider_account", "payments")
    op.drop_column("refunds", "replaced_at")
    _allow("journal_entries", "occasion", EARLIER_OCCASIONS)
    _allow("journal_postings", "account", EARLIER_ACCOUNTS)
