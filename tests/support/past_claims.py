"""Past claims by the hundred thousand, made by the database itself: what a draft of a policy is replayed on."""

import json
from importlib.resources import files
from random import Random

import psycopg

from portal.domain.policy import default_policy, judge
from tests.support.random_claims import Claims

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
_KINDS = 1_000
_PREPARED = (
    "CREATE TEMPORARY TABLE kinds (number bigint PRIMARY KEY, facts jsonb, verdict jsonb) ON COMMIT DROP",
    "SET session_replication_role = replica",
)
_KIND = "INSERT INTO kinds VALUES (%s, %s, %s)"
_POLICY = """
    INSERT INTO policy_versions (market, number, published_by, source, document, in_force_from)
    VALUES ('*', 1, 'system:tests', %(source)s, '{}', now())
"""
_ORDERS = """
    INSERT INTO orders (id, order_number, customer_id, placed_at, status, customer_name, locale, currency, ship_to_name,
        ship_to_line1, ship_to_city, ship_to_region, ship_to_postcode, ship_to_country, market, lines_total_minor,
        payments_total_minor)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'B' || n, 1 + n / 2, '2026-03-01Z', 'delivered', 'C', 'en', 'BRL', 'C', '1 St', 'Town', 'SP', '0', 'BR',
        'BR', 10000, 10000
    FROM generate_series(1, %(count)s) AS n
"""
_CLAIMS = """
    INSERT INTO claims (id, ref, order_id, customer_id, client_key, state, locale, apology, raised_by,
        policy_version_id, version, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'CLM-' || n, n, 1 + n / 2, 'key', 'made_whole', 'en', '{}', 'claimant:' || n,
        (SELECT max(id) FROM policy_versions), 3, timestamptz '2026-01-01Z' + n * interval '10 seconds'
    FROM generate_series(1, %(count)s) AS n
"""
# Each line has facts of its own, because whatever reads them must not gain by rows that are the same.
_LINES = """
    INSERT INTO claim_lines (id, claim_id, order_line_id, quantity, problem, parcel_state, stage, state, facts, verdict)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, n, 1, k.facts ->> 'problem', k.facts ->> 'parcel_state', 'transit', 'made_whole',
        k.facts || jsonb_build_object('sku', 'SKU-' || n %% 4000, 'vendor', 'vendor-' || n %% 90,
            'now', to_char(timestamptz '2026-01-01Z' + n * interval '10 seconds', 'YYYY-MM-DD"T"HH24:MI:SS+00:00')),
        k.verdict
    FROM generate_series(1, %(count)s) AS n JOIN kinds AS k ON k.number = n %% %(kinds)s
"""
_REMEDIES = """
    INSERT INTO remedies (id, ref, claim_id, claim_line_id, offer_id, kind, state, amount_minor, bonus_minor,
        credit_minor, currency, policy_class, dimensions, accepted_by, promised_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'RMD-' || n, n, n, n, (ARRAY['refund', 'store_credit', 'replacement'])[1 + n %% 3], 'settled', 1000, 0, 0,
        'BRL', 'entitled', '{}', 'claimant:' || n, '2026-03-02Z'
    FROM generate_series(1, %(count)s) AS n WHERE n %% 5 < 3
"""


def write_past_claims(url: str, claims: int) -> None:
    """Write so many claims of one line each, as a replica does: what is measured is reading them."""
    policy, made = default_policy(), Claims(default_policy(), Random(11))
    with psycopg.connect(url) as connection:
        for statement in _PREPARED:
            connection.execute(statement)
        for number in range(_KINDS):
            facts = made.any_in("BRL")
            documents = [json.dumps(one.to_document()) for one in (facts, judge(facts, policy))]
            connection.execute(_KIND, [number, *documents])
        values = {"count": claims, "kinds": _KINDS, "source": _SOURCE}
        for statement in (_POLICY, _ORDERS, _CLAIMS, _LINES, _REMEDIES):
            connection.execute(statement, values)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE orders, claims, claim_lines, remedies")
