"""Let credit end, come back from a cancelled order, and be taken back where it was granted in error."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OCCASIONS = (
    "remedy_promised remedy_released refund_sent refund_settled refund_failed credit_issued credit_spent "
    "credit_given_back replacement_sent"
).split()
NEW_OCCASIONS = ["credit_expired", "credit_reversed", "remedy_reversed"]
ACCOUNTS = (
    "remedy_cost owed_to_customers refunds_in_flight stripe_balance store_credit_liability sales inventory breakage"
).split()
NEW_ACCOUNTS = ["unclaimed_property"]

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON credit_give_backs, credit_reversals TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON credit_give_backs, credit_reversals TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
# What waits for the sweep is found by its end.
TO_END = "ended_at IS NULL AND expires_at IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    _lists(OCCASIONS + NEW_OCCASIONS, ACCOUNTS + NEW_ACCOUNTS)
    _lots()
    _holds()
    _reversals()
    op.create_index(
        "ix_credit_moves_one_end", "credit_moves", ["lot_id"], unique=True, postgresql_where="kind = 'expire'"
    )
    for table in ("credit_give_backs", "credit_reversals"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_credit_moves_one_end", table_name="credit_moves")
    op.drop_table("credit_reversals")
    op.drop_table("credit_give_backs")
    op.drop_constraint(op.f("ck_credit_holds_given_back"), "credit_holds")
    op.drop_column("credit_holds", "given_back_minor")
    op.drop_index("ix_credit_lots_to_end", table_name="credit_lots")
    op.drop_constraint(op.f("uq_credit_lots_source_origin_again_of_id"), "credit_lots")
    op.drop_column("credit_lots", "again_of_id")
    op.drop_column("credit_lots", "ended_at")
    op.create_unique_constraint(op.f("uq_credit_lots_source_origin"), "credit_lots", ["source", "origin"])
    _lists(OCCASIONS, ACCOUNTS)


def _lists(occasions: list[str], accounts: list[str]) -> None:
    for table, column, values in (
        ("journal_entries", "occasion", occasions),
        ("journal_postings", "account", accounts),
    ):
        listed = ", ".join(f"'{value}'" for value in values)
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({listed})")


def _lots() -> None:
    op.add_column("credit_lots", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column("credit_lots", sa.Column("again_of_id", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_credit_lots_again_of_id"), "credit_lots", "credit_lots", ["again_of_id"], ["id"])
    op.drop_constraint(op.f("uq_credit_lots_source_origin"), "credit_lots")
    op.create_unique_constraint(
        op.f("uq_credit_lots_source_origin_again_of_id"),
        "credit_lots",
        ["source", "origin", "again_of_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_credit_lots_to_end", "credit_lots", ["expires_at"], postgresql_where=TO_END)


def _holds() -> None:
    op.add_column("credit_holds", sa.Column("given_back_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_credit_holds_given_back"), "credit_holds", "given_back_minor BETWEEN 0 AND captured_minor"
    )
    op.create_table(
        "credit_give_backs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_give_backs_amount_positive")),
        sa.ForeignKeyConstraint(["hold_id"], ["credit_holds.id"], name=op.f("fk_credit_give_backs_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_give_backs")),
        sa.UniqueConstraint("hold_id", "source", name=op.f("uq_credit_give_backs_hold_id_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_credit_give_backs_ref")),
    )


def _reversals() -> None:
    op.create_table(
        "credit_reversals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("wanted_minor", sa.BigInteger(), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "taken_minor BETWEEN 0 AND wanted_minor AND wanted_minor > 0", name=op.f("ck_credit_reversals_amounts")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["credit_lots.id"], name=op.f("fk_credit_reversals_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_reversals")),
        sa.UniqueConstraint("lot_id", "source", name=op.f("uq_credit_reversals_lot_id_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_credit_reversals_ref")),
    )
