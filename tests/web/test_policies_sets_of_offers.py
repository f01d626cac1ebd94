"""Sets of offers of a draft: said with the rules that name them, added, changed, and taken out where no rule does."""

import tomllib
from typing import Any

import pytest
from flask import Flask

from tests.support.policy_desk import Desk, Wrong
from tests.support.policy_texts import SHARES


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk.started(app, SHARES)


def packs(desk: Desk) -> dict[str, Any]:
    return dict(tomllib.loads(desk.source())["packs"])


def test_a_set_is_said_with_its_rules_and_changed_for_all_of_them(desk: Desk):
    before, listed = packs(desk), desk.form("offers")

    untouched = desk.form("offers/whole").submit("Save")
    typed = {"o-refund-goods": "80", "o-refund-round_to": "much", "o-refund-round": "down", "o-replacement-place": "3"}
    page = desk.form("offers/whole").submit("Save", typed)

    assert "Money back: all of the goods and the shipping, arrives within 14 days" in listed.text
    assert "1. It is late: all of it." in listed.text
    assert "Nothing was different" in untouched.text
    assert "80% of the goods" in page.text
    refund = {**before["whole"]["refund"], "goods": 80, "round_to": "much", "round": "down"}
    assert [*packs(desk)["whole"].items()] == [("refund", refund), ("replacement", before["whole"]["replacement"])]
    assert desk.source().count("#") == SHARES.count("#")
    assert "The offers “whole”" in desk.form("changes").text


def test_a_set_is_added_and_taken_out_and_one_that_a_rule_names_stays(desk: Desk):
    fields = {"name": "Only money", "o-refund": "yes", "o-refund-fixed": "much", "o-store_credit": "yes"}
    desk.form("new-offers").submit("Save", {**fields, "o-store_credit-goods": "100", "o-store_credit-bonus": "12,5"})
    added, stale = packs(desk)["only_money"], desk.form("offers/half")

    named = desk.owner.post(f"{desk.path}/offers/whole/remove", {**desk.token(), "version": "3"}, status=422)
    desk.form("offers").submit("Remove only money")
    desk.form("offers").submit("Remove half")
    lost = stale.submit("Save", {"o-store_credit-goods": "40"}, status=409)
    lost.submit("Save", {"name": "Half"})

    assert added == {"refund": {"fixed": "much"}, "store_credit": {"goods": 100, "bonus": "12.5"}}
    assert "“whole” stays as long as rules name it: “1. It is late: all of it.”." in named.text
    assert "What you typed is kept below." in lost.text
    assert packs(desk)["half"] == {"store_credit": {"goods": 40, "arrives_in_days": 0}}


def test_a_name_that_begins_with_no_letter_says_what_it_names(desk: Desk):
    typed = {"o-refund": "yes", "o-refund-fixed": "much"}
    for name in ("2 vouchers", "代金券", "代金券 2"):
        page = desk.form("new-offers").submit("Save", {"name": name, **typed})
    everywhere = {"amount-new-BRL": "5.00", "amount-new-EUR": "1.00"}
    desk.form("amounts").submit("Save the amounts", {"new_name": "5 reais", **everywhere})

    assert "set 2 vouchers" in page.text
    assert [*packs(desk)][-3:] == ["set_2_vouchers", "set", "set_2"]
    assert [*tomllib.loads(desk.source())["amounts"]] == ["much", "amount_5_reais"]


WRONG: list[Wrong] = [
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
    desk.refuses(WRONG, "pack-form")
