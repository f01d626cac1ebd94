"""The migrations make exactly the tables that the code maps."""

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from portal.launch import schema
from portal.records.tables import Base

_TABLES = "SELECT relname, relnatts, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"


def test_there_is_one_newest_migration():
    scripts = ScriptDirectory.from_config(schema.alembic_config("postgresql://"))

    heads = scripts.get_heads()

    assert len(heads) == 1


def test_migrations_are_numbered_without_a_gap():
    scripts = ScriptDirectory.from_config(schema.alembic_config("postgresql://"))

    numbers = sorted(script.revision for script in scripts.walk_revisions())

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_an_empty_database_migrated_to_the_newest_equals_the_models(worker_database_url):
    # Migrated from nothing for this run of the tests.
    engine = create_engine(worker_database_url)

    with engine.connect() as connection:
        # Only our own schema is looked at: the job tables are Procrastinate's.
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_schemas": False})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


@pytest.mark.proves("fault 60")
def test_a_migration_that_a_long_query_holds_up_gives_up_and_the_site_lives(empty_database_url):
    command.upgrade(schema.alembic_config(empty_database_url), "0012")
    with psycopg.connect(empty_database_url) as long_query:
        long_query.execute("SELECT count(*) FROM order_lines")

        with pytest.raises(OperationalError, match="lock timeout"):
            schema.upgrade(empty_database_url)
        with psycopg.connect(empty_database_url, options="-c statement_timeout=1s") as visitor:
            served = visitor.execute("SELECT count(*) FROM order_lines").fetchall()
            version = visitor.execute("SELECT version_num FROM alembic_version").fetchall()
    command.upgrade(schema.alembic_config(empty_database_url), "0013")

    assert (served, version) == ([(0,)], [("0012",)])


def test_migrating_what_is_migrated_changes_nothing(worker_database_url):
    with psycopg.connect(worker_database_url) as connection:
        before = connection.execute(_TABLES).fetchall()

        schema.upgrade(worker_database_url)

        assert connection.execute(_TABLES).fetchall() == before


MANY = 300
# As many parcels that came as there are claims, each with its line of history, and nothing else around them.
PARCELS = """
    SET session_replication_role = replica;
    INSERT INTO remedies (id, ref, claim_id, claim_line_id, offer_id, kind, state, amount_minor, bonus_minor,
      credit_minor, currency, policy_class, dimensions, accepted_by)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'RMD-' || n, n, n, n, 'replacement', 'settled', 0, 0, 0, 'BRL', 'standard', '{}', 'x'
    FROM generate_series(1, 300) AS n;
    INSERT INTO replacements (ref, remedy_id, claim_line_id, quantity, address, state, shipped_at)
    SELECT 'RPL-' || n, n, n, 1, '{}', 'delivered', '2026-01-01' FROM generate_series(1, 300) AS n;
    INSERT INTO claim_events (claim_id, action, actor, happened_at, detail)
    SELECT n, 'replacement_delivered', 'x', '2026-01-02', jsonb_build_object('replacement', 'RPL-' || n)
    FROM generate_series(2, 300) AS n;
"""


def test_the_days_of_parcels_that_came_are_found_by_their_claims(empty_database_url):
    command.upgrade(schema.alembic_config(empty_database_url), "0010")
    with psycopg.connect(empty_database_url) as earlier:
        earlier.execute(PARCELS)

    command.upgrade(schema.alembic_config(empty_database_url), "0011")

    with psycopg.connect(empty_database_url) as connection:
        came = connection.execute("SELECT delivered_at::date::text, count(*) FROM replacements GROUP BY 1 ORDER BY 1")
        read = connection.execute(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'claim_events'"
        )
        assert came.fetchall() == [("2026-01-01", 1), ("2026-01-02", MANY - 1)]
        assert read.fetchall()[0][0] <= 5 * MANY


def test_new_occasions_are_let_in_at_once_and_the_journal_is_looked_through_later(empty_database_url):
    validated = "SELECT convalidated FROM pg_constraint WHERE conname = 'ck_journal_entries_occasion'"
    command.upgrade(schema.alembic_config(empty_database_url), "0012")
    with psycopg.connect(empty_database_url) as connection:
        before = connection.execute(validated).fetchall()

    command.upgrade(schema.alembic_config(empty_database_url), "0016")

    with psycopg.connect(empty_database_url) as connection:
        assert (before, connection.execute(validated).fetchall()) == ([(False,)], [(True,)])


def test_each_migration_ends_before_the_next_begins(empty_database_url):
    command.upgrade(schema.alembic_config(empty_database_url), "0011")
    with psycopg.connect(empty_database_url) as long_query:
        long_query.execute("SELECT count(*) FROM order_lines")

        with pytest.raises(OperationalError, match="lock timeout"):
            schema.upgrade(empty_database_url)

    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0012",)]


@pytest.mark.proves("P10")
def test_of_earlier_messages_only_what_is_read_is_kept(empty_database_url):
    subject = {"object": "refund", "id": "re_1", "status": "succeeded", "instructions_email": "ana@example.com"}
    whole = {"id": "evt_1", "type": "refund.updated", "account": None, "data": {"object": subject}}
    parcel = {"id": "w", "at": "now", "ref": "RPL-1", "state": "shipped", "carrier": "C", "tracking_number": "BR1"}
    given = "INSERT INTO incoming_events (sender, event_id, kind, payload, applied_at) VALUES (%s, %s, 'x', %s, %s)"
    command.upgrade(schema.alembic_config(empty_database_url), "0014")
    with psycopg.connect(empty_database_url) as earlier:
        earlier.execute(given, ("stripe", "1", Jsonb(whole), None))
        earlier.execute(given, ("warehouse", "2", Jsonb(parcel), "2026-01-01"))
        earlier.execute(given, ("warehouse", "3", Jsonb(parcel), None))

    command.upgrade(schema.alembic_config(empty_database_url), "0015")

    with psycopg.connect(empty_database_url) as connection:
        kept = [row[0] for row in connection.execute("SELECT payload FROM incoming_events ORDER BY event_id")]
    assert kept == [
        {"data": {"object": {"object": "refund", "id": "re_1", "status": "succeeded"}}},
        {"ref": "RPL-1", "state": "shipped"},
        parcel,
    ]


# One is open, one lost, one won, one only asked about.
DISPUTED = """
    SET session_replication_role = replica;
    INSERT INTO disputes (ref, payment_id, provider_ref, state, amount_minor, currency, opened_at, read_at, closed_at)
    SELECT 'DSP-' || n, n, 'dp_' || n, states[n], 1, 'BRL', '2026-01-01Z', '2026-01-03Z',
      CASE WHEN n IN (2, 3) THEN '2026-01-02Z'::timestamptz END
    FROM (SELECT ARRAY['under_review', 'lost', 'won', 'warning_needs_response'] AS states) AS of,
      generate_series(1, 4) AS n;
"""


def test_of_earlier_disputes_it_is_kept_since_when_they_were_known_to_block_and_both_ways_are_open(empty_database_url):
    config = schema.alembic_config(empty_database_url)
    command.upgrade(config, "0041")
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(DISPUTED)

    command.upgrade(config, "0043")
    command.downgrade(config, "0041")
    command.upgrade(config, "0043")

    with psycopg.connect(empty_database_url) as connection:
        known = connection.execute("SELECT extract(day FROM known_at AT TIME ZONE 'UTC') FROM disputes ORDER BY ref")
        assert [day for (day,) in known] == [3, 2, None, None]


# Of parcel 1 one letter was kept and another one left; of parcel 3 the only one was kept.
KEPT = """
    SET session_replication_role = replica;
    INSERT INTO claims (id, ref, order_id, customer_id, client_key, locale, words, raised_by, state, policy_version_id,
      apology)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'CLM-' || n, n, 1, n, 'en', '', 'system:outreach', 'offered', 1, '{}' FROM generate_series(1, 3) AS n;
    INSERT INTO claim_lines (claim_id, order_line_id, quantity, problem, parcel_state, stage, state, facts, standing,
      verdict)
    SELECT n, n, 1, 'late', 'late', 'transit', 'offered', '{}', '{}', '{}' FROM generate_series(1, 3) AS n;
    INSERT INTO letters (id, claim_id, ref, recipient, template, subject_ref, subject_version, locale, context, state)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, 'LTR-' || n, 'a@b.example', 'told_first', n, 1, 'en', '{}', CASE n WHEN 2 THEN 'sent' ELSE 'overtaken'
      END FROM generate_series(1, 3) AS n;
    INSERT INTO outreach_targets (outreach_id, customer_id, order_id, shipment_id, state, wave, skip, due_at, claim_id,
      letter_id, told_at)
    VALUES (1, 1, 1, 1, 'skipped', 2, 'opted_out', now(), 1, 1, NULL),
      (2, 1, 1, 1, 'told', 2, NULL, now(), 2, 2, now()),
      (2, 1, 3, 3, 'skipped', 2, 'opted_out', now(), 3, 3, NULL);
"""


def test_a_letter_that_was_kept_tells_nobody_also_where_they_allow_such_letters_again(empty_database_url):
    config = schema.alembic_config(empty_database_url)
    asked = "SELECT shipment_id, coalesce(skip, state), claim_id FROM outreach_targets ORDER BY id"
    command.upgrade(config, "0036")
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(KEPT)

    command.downgrade(config, "0035")
    with psycopg.connect(empty_database_url) as connection:
        before = connection.execute(asked).fetchall()
    command.upgrade(config, "0039")

    with psycopg.connect(empty_database_url) as connection:
        after = connection.execute(asked).fetchall()
    assert before == [(1, "opted_out", None), (1, "told", 2), (3, "told", 3)]
    assert after == [(1, "opted_out", None), (1, "told", 2), (3, "opted_out", 3)]
