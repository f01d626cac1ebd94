"""Sets of offers of a draft: said with the rules that name them, added, changed, and taken out where no rule does."""

import tomllib
from typing import Any

import pytest
from flask import Flask

from tests.support.page import Page
from tests.support.policy_desk import Desk
from tests.support.policy_texts import SHARES


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    made.save_text(SHARES)
    return made


def form(desk: Desk, path: str) -> Page:
    return desk.owner.get(f"{desk.path}/{path}")


def packs(desk: Desk) -> dict[str, Any]:
    return dict(tomllib.loads(desk.source())["packs"])


def test_a_set_is_said_with_its_rules_and_changed_for_all_of_them(desk: Desk):
    before, listed = packs(desk), form(desk, "offers")

    untouched = form(desk, "offers/whole").submit("Save")
    typed = {"o-refund-goods": "80", "o-refund-round_to": "much", "o-refund-round": "down", "o-replacement-place": "3"}
    page = form(desk, "offers/whole").submit("Save", typed)

    assert "Money back: all of the goods and the shipping, arrives within 14 days" in listed.text
    assert "1. It is late: all of it." in listed.text
    assert "Nothing was different" in untouched.text
    assert "80% of the goods" in page.text
    refund = {**before["whole"]["refund"], "goods": 80, "round_to": "much", "round": "down"}
    assert [*packs(desk)["whole"].items()] == [("refund", refund), ("replacement", before["whole"]["replacement"])]
    assert desk.source().count("#") == SHARES.count("#")
    assert "The offers “whole”" in form(desk, "changes").text


def test_a_set_is_added_and_taken_out_and_one_that_a_rule_names_stays(desk: Desk):
    fields = {"name": "Only money", "o-refund": "yes", "o-refund-fixed": "much", "o-store_credit": "yes"}
    form(desk, "new-offers").submit("Save", {**fields, "o-store_credit-goods": "100", "o-store_credit-bonus": "12,5"})
    added, stale = packs(desk)["only_money"], form(desk, "offers/half")

    named = desk.owner.post(f"{desk.path}/offers/whole/remove", {**desk.token(), "version": "3"}, status=422)
    form(desk, "offers").submit("Remove only money")
    form(desk, "offers").submit("Remove half")
    lost = stale.submit("Save", {"o-store_credit-goods": "40"}, status=409)
    lost.submit("Save", {"name": "Half"})

    assert added == {"refund": {"fixed": "much"}, "store_credit": {"goods": 100, "bonus": "12.5"}}
    assert "“whole” stays as long as rules name it: “1. It is late: all of it.”." in named.text
    assert "What you typed is kept below." in lost.text
    assert packs(desk)["half"] == {"store_credit": {"goods": 40, "arrives_in_days": 0}}


WRONG: list[tuple[str, dict[str, object], str]] = [
    (
        "new-offers",
        {"name": "", "o-replacement": "yes", "o-replacement-arrives_in_days": "8"},
        "Please name it in up to",
    ),
    ("new-offers", {"name": "Nothing"}, "Please choose at least one remedy."),
    ("offers/half", {"o-store_credit-goods": "half"}, "Please give a percentage"),
    ("offers/half", {"o-store_credit-goods": "101"}, "100 %"),
    ("offers/half", {"o-store_credit-fixed": "much"}, "takes fixed or a share of goods, not both"),
    ("offers/half", {"o-store_credit-cap": "nothing_like_it"}, "nothing_like_it"),
    ("offers/half", {"o-store_credit-goods": ""}, "gives nothing"),
]


@pytest.mark.proves("input 77")
def test_what_cannot_be_is_refused_with_a_sentence_and_kept(desk: Desk):
    for path, typed, sentence in WRONG:
        page = form(desk, path).submit("Save", typed, status=422)

        assert sentence in page.text, (path, typed)
        sent = page.filled(next(one for one in page.forms() if one.get("id") == "pack-form"))
        assert {name: sent[name] for name in typed} == typed
    assert desk.source() == SHARES
