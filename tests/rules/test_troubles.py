"""Which troubles a person can do something about, and that the page shows it."""

import re
from pathlib import Path

from portal.domain.troubles import HAS_WAYS, UNKNOWN_OUTCOME, WAYS, TroubleKind, Ways

_PAGE = Path(__file__).parents[2] / "templates" / "staff" / "trouble.html"


def test_every_way_that_a_kind_has_is_drawn_on_its_page():
    drawn = set(re.findall(r"{% macro (\w+)\(\) %}", _PAGE.read_text(encoding="utf-8")))

    assert {ways.value for ways in WAYS.values()} == set(Ways) == drawn


def test_what_has_ways_is_not_put_right_by_saying_so_and_what_is_unknown_is_decided():
    others = {TroubleKind.CUSTOMER_MUST_ACT, TroubleKind.POISON_EVENT, TroubleKind.INVARIANT_BROKEN}

    assert others == HAS_WAYS - UNKNOWN_OUTCOME
    assert {TroubleKind.KEY_MISUSED, TroubleKind.UNKNOWN_TOO_LONG} == UNKNOWN_OUTCOME
