"""Kept facts as PostgreSQL gives their parts: whatever stands in them is judged as it would be alone."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.analysis.replay.batches import batch_of
from portal.analysis.replay.judging import judge_columns
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.facts import LATER, Facts
from portal.domain.policy import Policy, judge, parse
from portal.domain.problems import Problem
from portal.records import kept_parts
from portal.records.kept_facts import Which
from tests.support.shop import Shop

_ODD = ["\\N", "\\", "a\tb", "two\nlines", 'say "so"', "\\t", "café ☕", 'x, "y": 1', "{}", "a\r\nb", "N"]


def word_policy(word: str, fact: str = "vendor", other: str = "somebody") -> Policy:
    """Decide by one word alone, and by whether it is known."""
    rows: list[dict[str, Any]] = [{fact: [word]}, {fact: "unknown"}, {fact: {"none_of": [other]}}]
    rules = [
        {
            "key": f"rule_{number}",
            "describe": "A rule.",
            "when": when,
            "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
        }
        for number, when in enumerate(rows)
    ]
    defaults = {"offer_expires_in_days": 30, "answer_within_hours": 24}
    return parse({"name": "A policy", "market": "*", "defaults": defaults, "rules": rules})


def rules_of(shop: Shop, policy: Policy) -> dict[int, str]:
    """Give the rule that each kept line comes to, judged in columns."""
    keys = [*(rule.key for rule in policy.rules), ""]
    reading = reading_of([policy])
    found: dict[int, str] = {}
    which = Which(shop.now() - timedelta(days=9), shop.now() + timedelta(days=9))
    with shop.toolkit.reading() as session:
        for block in kept_parts.kept_parts(session, which, reading.paths, reading.whether):
            batch = batch_of(block, reading)
            rules = judge_columns(policy, batch.facts).rules
            found |= {int(line): keys[rule] for line, rule in zip(batch.line_ids, rules, strict=True)}
    return found


def rewritten(shop: Shop, line_id: int, facts: dict[str, Any]) -> None:
    with shop.toolkit.reading() as session:
        session.execute(
            text("UPDATE claim_lines SET facts = CAST(:facts AS jsonb) WHERE id = :id"),
            {"facts": json.dumps(facts), "id": line_id},
        )
        session.commit()


@pytest.fixture
def line(shop: Shop) -> tuple[int, dict[str, Any]]:
    shop.report(shop.order(), Problem.DAMAGED)
    ((line_id, facts),) = shop.rows("SELECT id, facts FROM claim_lines")
    return line_id, facts


@pytest.mark.parametrize("odd", _ODD)
def test_odd_words_are_read_as_they_are(shop: Shop, line: tuple[int, dict[str, Any]], odd: str) -> None:
    line_id, facts = line
    policy = word_policy(odd)

    for vendor in (odd, None, "somebody", "", odd + "x"):
        rewritten(shop, line_id, facts | {"vendor": vendor})

        alone = judge(Facts.from_document(facts | {"vendor": vendor}), policy).rule_key
        assert rules_of(shop, policy) == {line_id: alone}
    rewritten(shop, line_id, facts)


@pytest.mark.parametrize(
    ("fact", "word", "other"),
    [
        ("service", "express", "slow"),
        ("signed_for_by", "customer", "neighbour"),
        ("delivered_to", "address", "neighbour"),
    ],
)
def test_a_fact_that_was_not_recorded_then_passes_nothing(
    shop: Shop, line: tuple[int, dict[str, Any]], fact: str, word: str, other: str
) -> None:
    line_id, facts = line
    lacking = {name: value for name, value in facts.items() if name not in LATER}
    policy = word_policy(word, fact, other)

    rewritten(shop, line_id, lacking)

    assert rules_of(shop, policy) == {line_id: judge(Facts.from_document(lacking), policy).rule_key} == {line_id: ""}
    rewritten(shop, line_id, facts)


def test_lines_are_counted_by_the_version_that_decided_them(shop: Shop, line: tuple[int, dict[str, Any]]) -> None:
    ((version_id,),) = shop.rows("SELECT id FROM policy_versions")
    now, day = shop.now(), timedelta(days=1)
    markets = [row[0] for row in shop.rows("SELECT market FROM orders")]

    with shop.toolkit.reading() as session:
        counted = [
            kept_parts.count_by_version(session, which)
            for which in (
                Which(now - day, now + day),
                Which(now + day, now + 2 * day),
                Which(now - day, now + day, market=markets[0]),
                Which(now - day, now + day, market="nowhere"),
                Which(now - day, now + day, elsewhere=tuple(markets)),
            )
        ]

    assert counted == [{version_id: 1}, {}, {version_id: 1}, {}, {}]
