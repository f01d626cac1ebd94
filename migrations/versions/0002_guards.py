"""Let the database refuse what the code forgets: balanced entries, append-only books, frozen refunds, three roles."""

from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("journal_entries", "journal_postings", "credit_moves", "claim_events", "refund_calls", "policy_versions")

BALANCED = """
CREATE FUNCTION entry_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM journal_postings WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'journal entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON journal_postings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_must_balance();
"""

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

FROZEN_REFUND = """
CREATE FUNCTION refund_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ref, NEW.remedy_id, NEW.payment_id, NEW.amount_minor, NEW.currency, NEW.request)
        IS DISTINCT FROM (OLD.ref, OLD.remedy_id, OLD.payment_id, OLD.amount_minor, OLD.currency, OLD.request)
        OR (OLD.provider_ref IS NOT NULL AND NEW.provider_ref IS DISTINCT FROM OLD.provider_ref)
    THEN
        RAISE EXCEPTION 'refund % is frozen', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_frozen BEFORE UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION refund_is_frozen();
"""

# Locks in the code keep an account from being spent twice; this is for the day that one is forgotten.
LOT_IN_BOUNDS = """
CREATE FUNCTION lot_stays_in_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id
        WHERE l.id = NEW.lot_id
        GROUP BY l.id HAVING sum(m.amount_minor) NOT BETWEEN 0 AND l.amount_minor
    ) OR EXISTS (SELECT FROM credit_lots WHERE id = NEW.lot_id AND account_id <> NEW.account_id)
    THEN
        RAISE EXCEPTION 'credit lot % leaves its bounds', NEW.lot_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lot_in_bounds AFTER INSERT ON credit_moves
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lot_stays_in_bounds();
"""

# Roles belong to the whole server, so they may be there already; a server that lets us make none goes on without.
ROLES = """
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['portal_web', 'portal_worker', 'portal_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'no right to make roles: the portal runs as its own user';
    WHEN duplicate_object OR unique_violation THEN RAISE NOTICE 'the roles were made by somebody else just now';
END $$;
"""

GRANTS = """
DO $$
DECLARE t text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT USAGE ON SCHEMA public TO portal_web, portal_worker, portal_read;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
    FOREACH t IN ARRAY %(append_only)s LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %%I FROM portal_web, portal_worker', t);
    END LOOP;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.execute(BALANCED)
    op.execute(REFUSE)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(FROZEN_REFUND)
    op.execute(LOT_IN_BOUNDS)
    op.execute(ROLES)
    listed = "ARRAY[" + ", ".join(f"'{table}'" for table in APPEND_ONLY) + "]"
    op.execute(GRANTS % {"append_only": listed})


def downgrade() -> None:
    """Take back the triggers; the roles may serve other databases of the server and stay."""
    op.execute("DROP TRIGGER lot_in_bounds ON credit_moves")
    op.execute("DROP TRIGGER refund_frozen ON refunds")
    op.execute("DROP TRIGGER entry_balances ON journal_postings")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
    op.execute("DROP FUNCTION lot_stays_in_bounds()")
    op.execute("DROP FUNCTION refund_is_frozen()")
    op.execute("DROP FUNCTION entry_must_balance()")
    op.execute("DROP FUNCTION refuse_change()")
