"""Keep stock of what can be sent again, and let a claim be about a parcel that was sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON stock_items, stock_moves TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON stock_items TO portal_web, portal_worker;
    GRANT INSERT ON stock_moves TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
# What each kind of move may change, so that no sum of them means anything else.
CHANGES = """CASE kind WHEN 'reserve' THEN on_hand_change = 0 AND reserved_change > 0
 WHEN 'release' THEN on_hand_change = 0 AND reserved_change < 0
 WHEN 'take' THEN on_hand_change <= 0 AND reserved_change < 0
 ELSE reserved_change = 0 END"""
# A parcel that came before this was noted with its day tells it in the history of its claim.
DELIVERED = """
UPDATE replacements AS parcel SET delivered_at = coalesce(told.delivered_at, parcel.shipped_at)
FROM (
  SELECT r.id, max(e.happened_at) AS delivered_at
  FROM replacements AS r JOIN remedies AS m ON m.id = r.remedy_id
  LEFT JOIN claim_events AS e ON e.claim_id = m.claim_id
    AND e.action = 'replacement_delivered' AND e.detail ->> 'replacement' = r.ref
  WHERE r.state = 'delivered' GROUP BY r.id
) AS told WHERE told.id = parcel.id
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "stock_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("sku", sa.String(80), nullable=False),
        sa.Column("vendor", sa.String(80), server_default="", nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("on_hand >= 0 AND reserved >= 0", name=op.f("ck_stock_items_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_items")),
        sa.UniqueConstraint("sku", "vendor", name=op.f("uq_stock_items_sku_vendor")),
    )
    op.create_table(
        "stock_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("stock_item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("on_hand_change", sa.Integer(), nullable=False),
        sa.Column("reserved_change", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('count', 'reserve', 'release', 'take')", name=op.f("ck_stock_moves_kind")),
        sa.CheckConstraint(CHANGES, name=op.f("ck_stock_moves_changes")),
        sa.ForeignKeyConstraint(["stock_item_id"], ["stock_items.id"], name=op.f("fk_stock_moves_stock_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_moves")),
        sa.UniqueConstraint("stock_item_id", "kind", "source", name=op.f("uq_stock_moves_stock_item_id_kind_source")),
    )
    op.create_index(
        "ix_stock_moves_one_end", "stock_moves", ["source"], unique=True, postgresql_where="kind IN ('release', 'take')"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_moves "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(GRANTS)
    op.add_column("replacements", sa.Column("stock_item_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_replacements_stock_item_id"), "replacements", "stock_items", ["stock_item_id"], ["id"]
    )
    op.add_column("replacements", sa.Column("delivered_at", sa.DateTime(timezone=True)))
    op.execute(DELIVERED)
    op.add_column("claim_lines", sa.Column("about_replacement_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_claim_lines_about_replacement_id"), "claim_lines", "replacements", ["about_replacement_id"], ["id"]
    )
    op.create_index(
        "ix_claim_lines_about_replacement_id",
        "claim_lines",
        ["about_replacement_id"],
        postgresql_where="about_replacement_id IS NOT NULL",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("claim_lines", "about_replacement_id")
    op.drop_column("replacements", "delivered_at")
    op.drop_column("replacements", "stock_item_id")
    op.drop_table("stock_moves")
    op.drop_table("stock_items")
