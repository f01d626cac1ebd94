"""Keep what is counted of the journey, whether people came back, and the digests of a week; let leaders work here."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON journey_counts, journey_costs, journey_kept, journey_digests
        TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE, DELETE ON journey_counts, journey_costs, journey_kept TO portal_web, portal_worker;
    GRANT INSERT, UPDATE ON journey_digests TO portal_web, portal_worker;
    GRANT UPDATE ON journey_stages TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
BEFORE = ("agent", "approver", "policy_owner", "finance", "admin")
AFTER = (*BEFORE, "leader")
SPANS = "span IN ('month', 'week', 'year')"
GROUPS = "'all', 'remedy', 'speed', 'outcome', 'reached', 'scope', 'beyond'"
TIMES = ("apology_median", "apology_p90", "remedy_median", "remedy_p90", "restored_median", "restored_p90")
NUMBERS = ("orders", "problems", "second_failures", "asked", "restored", "remedied")


def upgrade() -> None:
    """Apply."""
    _roles(AFTER)
    op.add_column("journey_stages", sa.Column("owner_mailbox", sa.String(254), server_default="", nullable=False))
    op.create_table(
        "journey_counts",
        *_key("journey_counts", "stage", 32, "currency", 3),
        sa.Column("last_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        *(sa.Column(name, sa.Double(), nullable=True) for name in TIMES),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "journey_costs",
        *_key("journey_costs", "stage", 32, "policy_class", 32, "problem", 32, "currency", 3),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
    )
    _kept()
    _digests()
    op.execute(GRANTS)


def _roles(roles: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_staff_role"), "staff")
    listed = ", ".join(f"'{role}'" for role in roles)
    op.create_check_constraint(op.f("ck_staff_role"), "staff", f"role IN ({listed})")


def _key(table: str, *parts: str | int) -> list[sa.schema.SchemaItem]:
    """Give the columns by which a row of counts is known: its span, its first day, and text of some length."""
    texts = [(str(name), int(length)) for name, length in zip(parts[::2], parts[1::2], strict=True)]
    return [
        sa.Column("span", sa.String(8), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts),
        sa.CheckConstraint(SPANS, name=op.f(f"ck_{table}_span")),
        sa.PrimaryKeyConstraint("span", "first_on", *(name for name, _ in texts), name=op.f(f"pk_{table}")),
    ]


def _kept() -> None:
    op.create_table(
        "journey_kept",
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("grouped_by", sa.String(16), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("alike", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("share", "usual", "low", "high")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("worth_minor", "usual_worth_minor", "worth_low_minor", "worth_high_minor")
        ),
        sa.CheckConstraint(f"grouped_by IN ({GROUPS})", name=op.f("ck_journey_kept_grouped_by")),
        sa.PrimaryKeyConstraint("days", "grouped_by", "value", "currency", name=op.f("pk_journey_kept")),
    )


def _digests() -> None:
    op.create_table(
        "journey_digests",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'undeliverable')", name=op.f("ck_journey_digests_state")),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_journey_digests_sent_has_its_moment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_digests")),
        sa.UniqueConstraint("ref", name=op.f("uq_journey_digests_ref")),
        sa.UniqueConstraint("week_on", "recipient", name=op.f("uq_journey_digests_week_on_recipient")),
    )


def downgrade() -> None:
    """Take back. Nobody may be a leader by then."""
    for table in ("journey_digests", "journey_kept", "journey_costs", "journey_counts"):
        op.drop_table(table)
    op.drop_column("journey_stages", "owner_mailbox")
    _roles(BEFORE)
