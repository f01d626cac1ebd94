"""Any claim ever decided is explained and decided again, the same: in words for staff, and at the command line."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.facts import LATER, Facts
from portal.domain.policy import Verdict, default_policy, judge
from portal.domain.problems import Problem
from portal.gateways.photo_folder import PhotoFolder
from portal.records import claims
from portal.services import apologise
from portal.services.add_photos import Photo, add_photos
from portal.services.decide_again import decide_again
from portal.services.explain_claim import explain_claim
from portal.services.look_again import look_again
from tests.support.command_line import CommandLine
from tests.support.shop import Shop

_LOST = Problem.MISSING_PACKAGE
_KINDS: list[tuple[Problem, dict[str, Any]]] = [
    (Problem.DAMAGED, {}),
    (Problem.FAULTY, {}),
    (Problem.WRONG, {}),
    (Problem.NOT_AS_DESCRIBED, {}),
    (Problem.MISSING_LINE, {}),
    (Problem.OTHER, {}),
    (Problem.CHARGED_WRONGLY, {}),
    (Problem.LATE, {"promised": 20, "delivered": 5}),
    (Problem.DAMAGED, {"delivered": 400, "ordered": 420, "promised": 405, "handed_over": 410}),
    (Problem.MISSING_PACKAGE, {"status": "shipped", "promised": 20, "delivered": None, "ordered": 40}),
    (Problem.MISSING_PACKAGE, {"status": "shipped", "promised": -3, "delivered": None, "ordered": 4}),
]


@pytest.fixture
def shell(shop: Shop, database_url: str) -> CommandLine:
    return CommandLine(database_url, {})


def reported(shop: Shop) -> list[str]:
    return [shop.report(shop.order(**wanted), problem) for problem, wanted in _KINDS]


def test_every_kind_of_claim_is_explained_and_decided_again_the_same(shop: Shop) -> None:
    refs = reported(shop)

    explained = [explain_claim(shop.toolkit, ref) for ref in refs]

    lines = [judged for one in explained for line in one.lines for judged in line.judgements]
    assert [line.again.differs for line in lines] == [()] * len(refs)
    assert {line.verdict.outcome.value for line in lines} == {"offer", "wait", "decline", "escalate"}
    assert len({line.verdict.rule_key for line in lines}) > len(refs) // 2
    for one, line in zip(explained, lines, strict=True):
        assert line.rules.won is not None
        assert all(finding.passed for finding in line.rules.won.findings)
        assert all(0 < len(rule.missed) <= 2 or not rule.missed for rule in line.rules.close)
        assert len(one.rules) == 1 + len(line.rules.close) + len(line.rules.others)
        assert (one.version.number, one.version.market) == (1, "*")


def test_facts_of_before_newer_ones_were_gathered_are_decided_again_the_same(shop: Shop) -> None:
    policy = default_policy()
    for ref in reported(shop):
        (line,) = shop.claim(ref).lines
        old = {name: value for name, value in line.facts.items() if name not in LATER}
        then = json.loads(json.dumps(judge(Facts.from_document(old), policy).to_document()))

        again = decide_again(policy, facts=old, standing=None, kept=then)

        assert again.same
        assert "not recorded" in again.verdict.found


def test_what_comes_out_otherwise_is_named_and_never_called_the_same(shop: Shop) -> None:
    ref = shop.report(shop.order(), Problem.DAMAGED)
    policy, (line,) = default_policy(), shop.claim(ref).lines

    changes: tuple[dict[str, Any], ...] = ({"rule_key": "late"}, {"keeps": False}, {"offers": []}, {"unheard_of": 1})
    parts = [
        decide_again(policy, facts=line.facts, standing=line.standing, kept={**line.verdict, **change}).differs
        for change in changes
    ]

    assert parts == [("rule_key",), ("keeps",), ("offers",), ("unheard_of",)]


def test_what_decided_before_a_date_came_and_a_photo_is_kept_and_decided_again_the_same(
    shop: Shop, shell: CommandLine, tmp_path: Path
) -> None:
    late = shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)
    waiting = shop.report(late, _LOST)
    apology, first = shop.claim(waiting).apology, shop.claim(waiting).lines[0]
    picture = Photo(b"clean", "image/jpeg", 3, 4, hashlib.sha256(b"clean").digest())
    store = PhotoFolder(tmp_path)
    add_photos(shop.toolkit, store, customer_id=late.customer_id, claim_ref=waiting, photos=[picture])
    for _ in range(2):
        shop.clock[0] = shop.looks_again_at(waiting)
        look_again(shop.toolkit, claim_ref=waiting)
    order = shop.order(lines=[("Vase", "900.00", 1)])
    shown = shop.report(order, Problem.DAMAGED)
    add_photos(shop.toolkit, store, customer_id=order.customer_id, claim_ref=shown, photos=[picture])

    (line,) = explain_claim(shop.toolkit, waiting).lines
    (pictured,) = explain_claim(shop.toolkit, shown).lines
    code, said = shell.say("policy", "explain", waiting)
    again = shell.say("policy", "check-again")

    told = [(one.verdict.outcome.value, one.replaced and one.replaced.why.value) for one in line.judgements]
    assert told == [("wait", "date_reached"), ("offer", "offers_expired"), ("offer", None)]
    assert line.judgements[0].verdict.to_document() == Verdict.from_document(first.verdict).to_document()
    assert [one.again.differs for one in (*line.judgements, *pictured.judgements)] == [()] * 5
    assert [one.verdict.evidence_wanted is None for one in pictured.judgements] == [False, True]
    assert (code, said.count("Decided again: the same."), "(offers expired, system:sweep)" in said) == (0, 3, True)
    assert again[1].startswith("5 decisions made again in ")
    # A photo that nobody asked for is known too, as soon as it is looked at again.
    assert (first.facts["evidence"], shop.claim(waiting).lines[0].facts["evidence"]) == (False, True)
    assert (shop.claim(waiting).apology, apology["gravity"]) == (apology, "light")
    assert "It is ours to put right." in apology["paragraphs"]
    # The page sounds as it did, whatever another rule says by now.
    with shop.toolkit.reading() as session:
        now = claims.found(session, waiting)
        assert now is not None
        page = apologise.apology(now, shop.toolkit.zone, apology["locale"])
    assert (now.lines[0].verdict["wording"], page.gravity.value) == ("serious", "light")
    assert "It is ours to put right." in page.paragraphs


def test_a_claim_is_explained_at_the_command_line(shop: Shop, shell: CommandLine) -> None:
    ref = shop.report(shop.order(), Problem.DAMAGED)

    code, said = shell.say("policy", "explain", ref.lower(), "--facts")
    unknown = shell.say("policy", "explain", "CLM-NOWHERE")

    assert code == 0
    assert "Version 1 for market *, published " in said
    assert "  Decided by damaged: It came damaged, within 90 days: their word is enough." in said
    assert "    holds  problem is damaged, asked for damaged" in said
    assert "  Nearly " in said
    assert "    fails  " in said
    assert "    shipping value: 5.00 BRL" in said
    assert "    earlier claims in 365 days: 0" in said
    assert "  Decided again: the same." in said
    assert (unknown[0], "There is no claim CLM-NOWHERE." in unknown[1]) == (1, True)


def test_every_claim_is_decided_again_by_one_command(shop: Shop, shell: CommandLine) -> None:
    refs = reported(shop)

    code, said = shell.say("policy", "check-again")

    assert code == 0
    assert said.startswith(f"{len(refs)} decisions made again in ")
    assert said.endswith(", 0 otherwise.\n")
    with shop.toolkit.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM claim_lines")) == len(refs)
