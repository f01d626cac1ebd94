"""A draft replayed over real claims: nothing changes under the same rules, and what does is what judging alone says."""

import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.domain.facts import Facts
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import OutcomeKind, Policy, default_policy, judge, parse_text
from portal.domain.problems import Problem
from portal.records.kept_facts import Which
from portal.services.replay_policy import Replay, replay_in, replay_policy
from tests.support.command_line import CommandLine
from tests.support.shop import Shop

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
_WHOLE = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"


def half() -> Policy:
    """Give back half of what the default policy gives back to cards."""
    return parse_text(_SOURCE.replace(_WHOLE, _WHOLE.replace("100", "50")))


@pytest.fixture
def claims(shop: Shop) -> list[str]:
    """Report three damaged orders; one customer takes money, one credit, and one has not chosen."""
    refs = []
    for choice in ("refund", "store_credit", None):
        order = shop.order()
        refs.append(shop.report(order, Problem.DAMAGED))
        if choice:
            shop.accept(order, refs[-1], choice)
    shop.work()
    return refs


def replayed(shop: Shop, draft: Policy, *, hours: int = 24, market: str | None = None) -> Replay:
    which = Which(shop.now() - timedelta(days=1), shop.now() + timedelta(hours=hours), market)
    return replay_policy(shop.toolkit, draft=draft, which=which)


def test_the_same_rules_change_nothing(shop: Shop, claims: list[str]) -> None:
    found = replayed(shop, default_policy()).comparison

    assert (found.lines, found.changed, found.better, found.worse) == (len(claims), 0, 0, 0)
    assert found.before == found.after


def test_a_stingier_draft_costs_less_by_what_each_customer_took(shop: Shop, claims: list[str]) -> None:
    replay = replayed(shop, half())

    # One customer's refund is halved; credit stays, and is the dearest offer of the one who has not chosen.
    found = replay.comparison
    ((paid, currency),) = shop.rows("SELECT amount_minor, currency FROM remedies WHERE kind = 'refund'")
    assert sum(found.deltas.values()) == -(paid - paid // 2)
    refunds = {cost: minor for cost, minor in found.after.items() if cost.kind is RemedyKind.REFUND}
    assert refunds == {(RemedyKind.REFUND, PolicyClass.ENTITLED, currency): paid // 2}
    assert [replay.refs[change.line_id] for change in found.largest][:1] == claims[:1]
    assert (found.changed, found.better, found.worse) == (len(claims), 0, 1)


def test_every_flip_is_what_judging_the_line_alone_says(shop: Shop, claims: list[str]) -> None:
    strict = parse_text(
        _SOURCE.replace('key = "high_value"', 'key = "everything"').replace(
            'min = "high_value"', 'min = "kindness_cap"'
        )
    )

    found = replayed(shop, strict).comparison

    kept = [Facts.from_document(row[0]) for row in shop.rows("SELECT facts FROM claim_lines")]
    alone = [(judge(facts, default_policy()), judge(facts, strict)) for facts in kept]
    expected = {
        (was.rule_key, was.outcome, now.rule_key, now.outcome)
        for was, now in alone
        if (was.rule_key, was.outcome) != (now.rule_key, now.outcome)
    }
    assert {(one.rule, one.outcome, one.draft_rule, one.draft_outcome) for one in found.flips} == expected
    assert found.changed == len(claims)
    assert found.to_a_person["after"] - found.to_a_person["before"] == sum(
        (now.outcome is OutcomeKind.ESCALATE) - (was.outcome is OutcomeKind.ESCALATE) for was, now in alone
    )
    assert found.worse == len(claims)


def test_lines_without_facts_are_set_apart(shop: Shop, claims: list[str]) -> None:
    with shop.toolkit.reading() as session:
        session.execute(text("UPDATE claim_lines SET facts = '{}' WHERE id = (SELECT min(id) FROM claim_lines)"))
        which = Which(shop.now() - timedelta(days=1), shop.now() + timedelta(days=1))
        apart = replay_in(session, draft=default_policy(), which=which)

    assert (apart.comparison.lines, apart.without_facts) == (len(claims) - 1, 1)


def test_a_period_and_a_market_choose_the_claims(shop: Shop, claims: list[str]) -> None:
    assert replayed(shop, default_policy(), hours=-1).comparison.lines == 0
    assert replayed(shop, default_policy(), market="nowhere").comparison.lines == 0


def test_the_command_prints_what_changes(shop: Shop, claims: list[str], database_url: str, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    stingier = _SOURCE.replace(_WHOLE, _WHOLE.replace("100", "50")).replace("then.keep = true\n", "")
    draft.write_text(stingier, encoding="utf-8")
    days = [f"{shop.now() + timedelta(days=day):%Y-%m-%d}" for day in (-2, 2)]

    code, said = CommandLine(database_url, {}).say(
        "policy", "replay", str(draft), "--since", days[0], "--until", days[1]
    )

    assert code == 0
    assert (
        f"{len(claims)} claim lines judged again, {len(claims)} have another verdict; 0 set apart without facts."
        in said
    )
    assert "Customers better off: 0. Worse off: 1." in said
    # Each cost says which rules move it, by as much as it moves.
    assert re.search(r"refund +entitled .* (-[0-9.]+) BRL\n +because of +\1 BRL  [a-z_]+ -> [a-z_]+\n", said)
    assert re.search(r" (\w+): offer -> \1: offer \(now other: keep\)\n", said)
    assert claims[0] in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "2026-02-02", "--until", "2026-02-02"), "The last day comes before the first."),
        (("--since", "1999-01-01", "--until", "2026-02-02"), "These are more than 1098 days."),
        (("--since", "2026-01-01", "--until", "2026-02-02", "--market", "NOWHERE"), "No order is of this market"),
    ],
)
def test_the_command_says_what_cannot_be_replayed(
    shop: Shop, claims: list[str], database_url: str, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(_SOURCE, encoding="utf-8")

    code, told = CommandLine(database_url, {}).say("policy", "replay", str(draft), *options)

    assert code == 1
    assert said in told


def test_the_command_refuses_a_file_that_is_no_policy(shop: Shop, database_url: str, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("rules = 7", encoding="utf-8")

    code, told = CommandLine(database_url, {}).say(
        "policy", "replay", str(draft), "--since", "2026-01-01", "--until", "2026-02-02"
    )

    assert code == 1
    assert "draft.toml is refused." in told
