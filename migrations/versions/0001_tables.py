"""Make the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(
        "ix_api_keys_one_live", "api_keys", ["name"], unique=True, postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=16), server_default="en", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_customers_mailbox")),
    )
    op.create_table(
        "feed_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_imports")),
    )
    op.create_table(
        "incoming_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sender", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.CheckConstraint("sender IN ('stripe', 'warehouse')", name=op.f("ck_incoming_events_sender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_events")),
        sa.UniqueConstraint("sender", "event_id", name=op.f("uq_incoming_events_sender_event_id")),
    )
    op.create_index(
        "ix_incoming_events_open",
        "incoming_events",
        ["received_at"],
        unique=False,
        postgresql_where="applied_at IS NULL",
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("claim_ref", sa.String(length=24), nullable=True),
        sa.Column("dimensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "occasion IN ('remedy_promised', 'remedy_released', 'refund_sent', 'refund_settled', 'refund_failed', 'credit_issued', 'credit_spent', 'credit_given_back', 'replacement_sent')",
            name=op.f("ck_journal_entries_occasion"),
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["journal_entries.id"], name=op.f("fk_journal_entries_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint("occasion", "source", name=op.f("uq_journal_entries_occasion_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_journal_entries_ref")),
    )
    op.create_index("ix_journal_entries_effective", "journal_entries", ["effective_on", "id"], unique=False)
    op.create_table(
        "journey_stages",
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("stage", name=op.f("pk_journey_stages")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("market", "number", name=op.f("uq_policy_versions_market_number")),
    )
    op.create_index("ix_policy_versions_market_published", "policy_versions", ["market", "published_at"], unique=False)
    op.create_table(
        "problem_stages",
        sa.Column("problem", sa.String(length=32), nullable=False),
        sa.Column("parcel_state", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("problem", "parcel_state", name=op.f("pk_problem_stages")),
    )
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_at", name=op.f("pk_rate_counts")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('agent', 'approver', 'finance', 'admin')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_staff_mailbox")),
        sa.UniqueConstraint("ref", name=op.f("uq_staff_ref")),
    )
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("held", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_sessions_token_hash")),
    )
    op.create_index("ix_web_sessions_expires_at", "web_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_web_sessions_subject"), "web_sessions", ["subject"], unique=False)
    op.create_table(
        "api_answers",
        sa.Column("api_key_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_api_answers_api_key_id")),
        sa.PrimaryKeyConstraint("api_key_id", "idempotency_key", name=op.f("pk_api_answers")),
    )
    op.create_table(
        "authority_limits",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_authority_limits_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "currency", name=op.f("pk_authority_limits")),
    )
    op.create_table(
        "credit_accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_credit_accounts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_accounts")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_credit_accounts_code_hash")),
        sa.UniqueConstraint("customer_id", "currency", name=op.f("uq_credit_accounts_customer_id_currency")),
        sa.UniqueConstraint("ref", name=op.f("uq_credit_accounts_ref")),
    )
    op.create_table(
        "journal_postings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_class", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "account IN ('remedy_cost', 'owed_to_customers', 'refunds_in_flight', 'stripe_balance', 'store_credit_liability', 'sales', 'inventory', 'breakage')",
            name=op.f("ck_journal_postings_account"),
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_journal_postings_amount_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name=op.f("fk_journal_postings_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_postings")),
    )
    op.create_index("ix_journal_postings_account", "journal_postings", ["account", "entry_id"], unique=False)
    op.create_index(op.f("ix_journal_postings_entry_id"), "journal_postings", ["entry_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_number", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ship_to_name", sa.String(length=200), nullable=False),
        sa.Column("ship_to_line1", sa.String(length=200), nullable=False),
        sa.Column("ship_to_city", sa.String(length=120), nullable=False),
        sa.Column("ship_to_region", sa.String(length=80), nullable=False),
        sa.Column("ship_to_postcode", sa.String(length=20), nullable=False),
        sa.Column("ship_to_country", sa.String(length=2), nullable=False),
        sa.Column("market", sa.String(length=16), nullable=False),
        sa.Column("lines_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("payments_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("order_number", name=op.f("uq_orders_order_number")),
    )
    op.create_index("ix_orders_customer_placed", "orders", ["customer_id", "placed_at"], unique=False)
    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("order_number", sa.String(length=64), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_sign_in_codes_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
    )
    op.create_index(op.f("ix_sign_in_codes_browser_hash"), "sign_in_codes", ["browser_hash"], unique=False)
    op.create_index("ix_sign_in_codes_expires_at", "sign_in_codes", ["expires_at"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("apology", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("raised_by", sa.String(length=80), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger(), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits_for_answer", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'escalated', 'awaiting_customer', 'accepted', 'made_whole', 'declined', 'restored', 'closed_not_known', 'withdrawn', 'closed_elsewhere')",
            name=op.f("ck_claims_state"),
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name=op.f("fk_claims_assignee_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["claims.id"], name=op.f("fk_claims_corrects_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_claims_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_claims_order_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_claims_policy_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("order_id", "client_key", name=op.f("uq_claims_order_id_client_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_claims_ref")),
    )
    op.create_index("ix_claims_customer_created", "claims", ["customer_id", "created_at"], unique=False)
    op.create_index(
        "ix_claims_next_action",
        "claims",
        ["next_action_at"],
        unique=False,
        postgresql_where="next_action_at IS NOT NULL",
    )
    op.create_index("ix_claims_queue", "claims", ["answer_by"], unique=False, postgresql_where="answer_by IS NOT NULL")
    op.create_table(
        "credit_holds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("api_key_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name=op.f("ck_credit_holds_state")),
        sa.CheckConstraint(
            "amount_minor > 0 AND captured_minor BETWEEN 0 AND amount_minor", name=op.f("ck_credit_holds_amounts")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["credit_accounts.id"], name=op.f("fk_credit_holds_account_id")),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_credit_holds_api_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_holds")),
        sa.UniqueConstraint("ref", name=op.f("uq_credit_holds_ref")),
    )
    op.create_index("ix_credit_holds_account", "credit_holds", ["account_id", "settled_at"], unique=False)
    op.create_index(
        "ix_credit_holds_held", "credit_holds", ["account_id"], unique=False, postgresql_where="state = 'held'"
    )
    op.create_table(
        "credit_lots",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("jurisdiction", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('paid_value', 'goodwill')", name=op.f("ck_credit_lots_origin")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_lots_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["credit_accounts.id"], name=op.f("fk_credit_lots_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_lots")),
        sa.UniqueConstraint("ref", name=op.f("uq_credit_lots_ref")),
        sa.UniqueConstraint("source", "origin", name=op.f("uq_credit_lots_source_origin")),
    )
    op.create_index(op.f("ix_credit_lots_account_id"), "credit_lots", ["account_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("installments", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("card_brand", sa.String(length=32), nullable=True),
        sa.Column("card_last4", sa.String(length=4), nullable=True),
        sa.Column("provider_ref", sa.String(length=255), nullable=True),
        sa.Column("provider_account", sa.String(length=255), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("order_id", "sequence", name=op.f("uq_payments_order_id_sequence")),
        sa.UniqueConstraint("ref", name=op.f("uq_payments_ref")),
    )
    op.create_index(
        "ix_payments_provider_ref",
        "payments",
        ["provider_ref"],
        unique=True,
        postgresql_where="provider_ref IS NOT NULL",
    )
    op.create_table(
        "shipments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_number", sa.String(length=80), nullable=False),
        sa.Column("vendor", sa.String(length=80), nullable=False),
        sa.Column("vendor_region", sa.String(length=80), nullable=False),
        sa.Column("carrier", sa.String(length=80), nullable=True),
        sa.Column("service", sa.String(length=80), nullable=True),
        sa.Column("tracking_number", sa.String(length=80), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=200), nullable=True),
        sa.Column("left_at", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("order_id", "shipment_number", name=op.f("uq_shipments_order_id_shipment_number")),
    )
    op.create_table(
        "claim_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('from_customer', 'to_customer', 'note')", name=op.f("ck_claim_messages_kind")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_messages_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_messages")),
        sa.UniqueConstraint("claim_id", "client_key", name=op.f("uq_claim_messages_claim_id_client_key")),
    )
    op.create_index(op.f("ix_claim_messages_claim_id"), "claim_messages", ["claim_id"], unique=False)
    op.create_table(
        "credit_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'spend', 'give_back', 'reverse', 'expire')", name=op.f("ck_credit_moves_kind")
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_credit_moves_amount_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["credit_accounts.id"], name=op.f("fk_credit_moves_account_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["credit_lots.id"], name=op.f("fk_credit_moves_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_moves")),
        sa.UniqueConstraint("lot_id", "kind", "source", name=op.f("uq_credit_moves_lot_id_kind_source")),
    )
    op.create_index("ix_credit_moves_account", "credit_moves", ["account_id", "happened_at"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("subject_ref", sa.String(length=64), nullable=False),
        sa.Column("subject_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'undeliverable')", name=op.f("ck_letters_state")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_letters_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "recipient",
            "template",
            "subject_ref",
            "subject_version",
            name=op.f("uq_letters_recipient_template_subject_ref_subject_version"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_letters_ref")),
    )
    op.create_index(op.f("ix_letters_claim_id"), "letters", ["claim_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("vendor", sa.String(length=80), nullable=False),
        sa.Column("vendor_region", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity_positive")),
        sa.CheckConstraint(
            "unit_price_minor >= 0 AND shipping_minor >= 0", name=op.f("ck_order_lines_prices_not_negative")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_order_lines_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_id", "line_number", name=op.f("uq_order_lines_order_id_line_number")),
    )
    op.create_index(op.f("ix_order_lines_shipment_id"), "order_lines", ["shipment_id"], unique=False)
    op.create_table(
        "claim_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=32), nullable=False),
        sa.Column("parcel_state", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence_wanted", sa.String(length=64), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("alternative", sa.String(length=64), nullable=True),
        sa.Column("decline_words", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "problem IN ('missing_package', 'missing_line', 'damaged', 'wrong', 'faulty', 'late', 'not_as_described', 'charged_wrongly', 'other')",
            name=op.f("ck_claim_lines_problem"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'escalated', 'awaiting_customer', 'accepted', 'made_whole', 'declined', 'restored', 'closed_not_known', 'withdrawn', 'closed_elsewhere')",
            name=op.f("ck_claim_lines_state"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_claim_lines_quantity_positive")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_lines_claim_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"], name=op.f("fk_claim_lines_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
    )
    op.create_index(op.f("ix_claim_lines_claim_id"), "claim_lines", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_order_line_id"), "claim_lines", ["order_line_id"], unique=False)
    op.create_table(
        "claim_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_events_claim_id")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_claim_events_claim_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_events")),
    )
    op.create_index(op.f("ix_claim_events_claim_id"), "claim_events", ["claim_id"], unique=False)
    op.create_table(
        "claim_units",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("unit > 0", name=op.f("ck_claim_units_unit_positive")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_claim_units_claim_line_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"], name=op.f("fk_claim_units_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_units")),
    )
    op.create_index(op.f("ix_claim_units_claim_line_id"), "claim_units", ["claim_line_id"], unique=False)
    op.create_index(
        "ix_claim_units_one_live", "claim_units", ["order_line_id", "unit"], unique=True, postgresql_where="live"
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by_id", sa.BigInteger(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("kind IN ('approve', 'decline')", name=op.f("ck_decisions_kind")),
        sa.CheckConstraint("state IN ('proposed', 'in_force', 'void')", name=op.f("ck_decisions_state")),
        sa.CheckConstraint(
            "second_by_id IS NULL OR second_by_id <> decided_by_id", name=op.f("ck_decisions_two_people")
        ),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_decisions_claim_line_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_decisions_decided_by_id")),
        sa.ForeignKeyConstraint(["second_by_id"], ["staff.id"], name=op.f("fk_decisions_second_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("ref", name=op.f("uq_decisions_ref")),
    )
    op.create_index(
        "ix_decisions_one_proposed", "decisions", ["claim_line_id"], unique=True, postgresql_where="state = 'proposed'"
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_evidence_claim_id")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_evidence_claim_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("ref", name=op.f("uq_evidence_ref")),
    )
    op.create_index(op.f("ix_evidence_claim_id"), "evidence", ["claim_id"], unique=False)
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_class", sa.String(length=32), nullable=False),
        sa.Column("arrives_in_days", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('replacement', 'refund', 'store_credit')", name=op.f("ck_offers_kind")),
        sa.CheckConstraint("state IN ('live', 'accepted', 'superseded', 'expired')", name=op.f("ck_offers_state")),
        sa.CheckConstraint("amount_minor >= 0 AND bonus_minor >= 0", name=op.f("ck_offers_amounts_not_negative")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_offers_claim_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("ref", name=op.f("uq_offers_ref")),
    )
    op.create_index("ix_offers_claim_line_id", "offers", ["claim_line_id"], unique=False)
    op.create_index(
        "ix_offers_one_accepted", "offers", ["claim_line_id"], unique=True, postgresql_where="state = 'accepted'"
    )
    op.create_table(
        "remedies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_class", sa.String(length=32), nullable=False),
        sa.Column("dimensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_by", sa.String(length=80), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('replacement', 'refund', 'store_credit')", name=op.f("ck_remedies_kind")),
        sa.CheckConstraint("state IN ('promised', 'settled', 'failed', 'replaced')", name=op.f("ck_remedies_state")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_remedies_claim_id")),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_remedies_claim_line_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_remedies_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedies")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_remedies_offer_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_remedies_ref")),
    )
    op.create_index(op.f("ix_remedies_claim_id"), "remedies", ["claim_id"], unique=False)
    op.create_index(op.f("ix_remedies_claim_line_id"), "remedies", ["claim_line_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'refused', 'blocked_by_dispute')",
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedies.id"], name=op.f("fk_refunds_remedy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("ref", name=op.f("uq_refunds_ref")),
    )
    op.create_index(
        "ix_refunds_one_live",
        "refunds",
        ["remedy_id", "payment_id"],
        unique=True,
        postgresql_where="state NOT IN ('failed', 'canceled', 'refused', 'blocked_by_dispute')",
    )
    op.create_index(
        "ix_refunds_open",
        "refunds",
        ["created_at"],
        unique=False,
        postgresql_where="state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action')",
    )
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_index(
        "ix_refunds_provider_ref", "refunds", ["provider_ref"], unique=True, postgresql_where="provider_ref IS NOT NULL"
    )
    op.create_table(
        "replacements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("warehouse_ref", sa.String(length=80), nullable=True),
        sa.Column("carrier", sa.String(length=80), nullable=True),
        sa.Column("tracking_number", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("arrives_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'accepted', 'shipped', 'delivered', 'refused')", name=op.f("ck_replacements_state")
        ),
        sa.ForeignKeyConstraint(["claim_line_id"], ["claim_lines.id"], name=op.f("fk_replacements_claim_line_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedies.id"], name=op.f("fk_replacements_remedy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacements")),
        sa.UniqueConstraint("ref", name=op.f("uq_replacements_ref")),
    )
    op.create_index(
        "ix_replacements_one_live",
        "replacements",
        ["claim_line_id"],
        unique=True,
        postgresql_where="state <> 'refused'",
    )
    op.create_index(op.f("ix_replacements_remedy_id"), "replacements", ["remedy_id"], unique=False)
    op.create_table(
        "refund_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("refund_id", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_refund_calls_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_calls")),
    )
    op.create_index(op.f("ix_refund_calls_refund_id"), "refund_calls", ["refund_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_refund_calls_refund_id"), table_name="refund_calls")
    op.drop_table("refund_calls")
    op.drop_index(op.f("ix_replacements_remedy_id"), table_name="replacements")
    op.drop_index("ix_replacements_one_live", table_name="replacements", postgresql_where="state <> 'refused'")
    op.drop_table("replacements")
    op.drop_index("ix_refunds_provider_ref", table_name="refunds", postgresql_where="provider_ref IS NOT NULL")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index(
        "ix_refunds_open",
        table_name="refunds",
        postgresql_where="state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action')",
    )
    op.drop_index(
        "ix_refunds_one_live",
        table_name="refunds",
        postgresql_where="state NOT IN ('failed', 'canceled', 'refused', 'blocked_by_dispute')",
    )
    op.drop_table("refunds")
    op.drop_index(op.f("ix_remedies_claim_line_id"), table_name="remedies")
    op.drop_index(op.f("ix_remedies_claim_id"), table_name="remedies")
    op.drop_table("remedies")
    op.drop_index("ix_offers_one_accepted", table_name="offers", postgresql_where="state = 'accepted'")
    op.drop_index("ix_offers_claim_line_id", table_name="offers")
    op.drop_table("offers")
    op.drop_index(op.f("ix_evidence_sha256"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_claim_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("ix_decisions_one_proposed", table_name="decisions", postgresql_where="state = 'proposed'")
    op.drop_table("decisions")
    op.drop_index("ix_claim_units_one_live", table_name="claim_units", postgresql_where="live")
    op.drop_index(op.f("ix_claim_units_claim_line_id"), table_name="claim_units")
    op.drop_table("claim_units")
    op.drop_index(op.f("ix_claim_events_claim_id"), table_name="claim_events")
    op.drop_table("claim_events")
    op.drop_index(op.f("ix_claim_lines_order_line_id"), table_name="claim_lines")
    op.drop_index(op.f("ix_claim_lines_claim_id"), table_name="claim_lines")
    op.drop_table("claim_lines")
    op.drop_index(op.f("ix_order_lines_shipment_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_letters_claim_id"), table_name="letters")
    op.drop_table("letters")
    op.drop_index("ix_credit_moves_account", table_name="credit_moves")
    op.drop_table("credit_moves")
    op.drop_index(op.f("ix_claim_messages_claim_id"), table_name="claim_messages")
    op.drop_table("claim_messages")
    op.drop_table("shipments")
    op.drop_index("ix_payments_provider_ref", table_name="payments", postgresql_where="provider_ref IS NOT NULL")
    op.drop_table("payments")
    op.drop_index(op.f("ix_credit_lots_account_id"), table_name="credit_lots")
    op.drop_table("credit_lots")
    op.drop_index("ix_credit_holds_held", table_name="credit_holds", postgresql_where="state = 'held'")
    op.drop_table("credit_holds")
    op.drop_index("ix_claims_queue", table_name="claims", postgresql_where="answer_by IS NOT NULL")
    op.drop_index("ix_claims_next_action", table_name="claims", postgresql_where="next_action_at IS NOT NULL")
    op.drop_index("ix_claims_customer_created", table_name="claims")
    op.drop_table("claims")
    op.drop_index("ix_sign_in_codes_expires_at", table_name="sign_in_codes")
    op.drop_index(op.f("ix_sign_in_codes_browser_hash"), table_name="sign_in_codes")
    op.drop_table("sign_in_codes")
    op.drop_index("ix_orders_customer_placed", table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_journal_postings_entry_id"), table_name="journal_postings")
    op.drop_index("ix_journal_postings_account", table_name="journal_postings")
    op.drop_table("journal_postings")
    op.drop_table("credit_accounts")
    op.drop_table("authority_limits")
    op.drop_table("api_answers")
    op.drop_index(op.f("ix_web_sessions_subject"), table_name="web_sessions")
    op.drop_index("ix_web_sessions_expires_at", table_name="web_sessions")
    op.drop_table("web_sessions")
    op.drop_table("staff")
    op.drop_table("rate_counts")
    op.drop_table("problem_stages")
    op.drop_index("ix_policy_versions_market_published", table_name="policy_versions")
    op.drop_table("policy_versions")
    op.drop_table("journey_stages")
    op.drop_index("ix_journal_entries_effective", table_name="journal_entries")
    op.drop_table("journal_entries")
    op.drop_index("ix_incoming_events_open", table_name="incoming_events", postgresql_where="applied_at IS NULL")
    op.drop_table("incoming_events")
    op.drop_table("feed_imports")
    op.drop_table("customers")
    op.drop_table("api_keys")
