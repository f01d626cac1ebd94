"""What rules share, typed into its form and read from the text into its form again, is the same, and so is the text."""

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.budgets import BudgetPeriod
from portal.domain.limits import Subject
from portal.domain.offers import PolicyClass
from portal.domain.policy import parse_text
from portal.services.policy_text import add_row, change_pack, change_row, remove_pack, remove_row
from portal.web.staff.policies.outcome_fields import typed_of_plans
from portal.web.staff.policies.pack_form import read_pack
from portal.web.staff.policies.row_form import KINDS, read_row, typed_of
from tests.support.any_policies import AMOUNTS, plans
from tests.support.policy_texts import SHARES

_WHOLE = st.integers(1, 100)
_LIMIT = st.builds(
    lambda subject, days, most, more: {"subject": subject.value, "within_days": days, **most, **more},
    st.sampled_from(Subject),
    st.integers(1, 365),
    st.one_of(
        _WHOLE.map(lambda most: {"remedies": most}),
        st.just({"value": "much"}),
        _WHOLE.map(lambda most: {"remedies": most, "value": "much"}),
    ),
    st.one_of(st.just({}), st.integers(1, 720).map(lambda hours: {"within_hours": hours})),
)
_BUDGET = st.builds(
    lambda name, period, stops: {"class": name.value, "period": period.value, "amount": "much", **stops},
    st.sampled_from(PolicyClass),
    st.sampled_from(BudgetPeriod),
    st.sampled_from([{}, {"stops": True}, {"stops": False}]),
)
_ROWS = st.one_of(st.tuples(st.just("limits"), _LIMIT), st.tuples(st.just("budgets"), _BUDGET))
_AMOUNTS = "".join(f'\n[amounts.{name}]\nBRL = "{reais}"\nEUR = "7.00"\n' for reais, name in enumerate(AMOUNTS, 3))
# With none of its lists, so that any row goes with it.
_BARE = SHARES[: SHARES.index("# Over a limit")] + SHARES[SHARES.index("# Everything") :]


@settings(max_examples=25, deadline=None)
@given(first=_ROWS, second=_LIMIT)
def test_a_limit_or_budget_is_the_same_from_form_to_text_to_form(first: tuple[str, dict[str, Any]], second: Any):
    table, row = first
    typed = typed_of(KINDS[table], row)

    made = read_row(KINDS[table], typed, {})
    text = add_row(_BARE, table, made.row)
    shown = typed_of(KINDS[table], parse_text(text).document[table][0])
    with_comments = text.replace(f"[[{table}]]", f"# Why.\n[[{table}]] # So.")
    # Only a line feed ends a line of TOML, so that this is one comment.
    with_comments = with_comments.replace("\nwithin_days", "\n# Or\u2028not.\nwithin_days")

    assert (made.errors, made.row, shown) == ({}, row, typed)
    assert change_row(with_comments, table, 0, made.row) == with_comments
    assert remove_row(text, table, 0) == _BARE
    if table == "limits":
        other = change_row(with_comments, table, 0, read_row(KINDS[table], typed_of(KINDS[table], second), row).row)
        assert tomllib.loads(other) == {**tomllib.loads(_BARE), "limits": [second]}
        assert other.count("# ") == with_comments.count("# ")


def _unwritten(offers: dict[str, Any]) -> dict[str, Any]:
    """Leave a no away that a box without its tick does not write."""
    for plan in offers.values():
        if plan.get("customer_cap", {}).get("of_goodwill") is False:
            del plan["customer_cap"]["of_goodwill"]
    return offers


@settings(max_examples=25, deadline=None)
@given(first=plans().map(_unwritten), second=plans().map(_unwritten))
def test_a_set_of_offers_is_the_same_from_form_to_text_to_form(first: dict[str, Any], second: dict[str, Any]):
    typed = typed_of_plans(first)

    made = read_pack({"name": "Any set", **typed}, None)
    text = change_pack(_BARE + _AMOUNTS, "any_set", made.pack)
    shown_again = typed_of_plans(parse_text(text).document["packs"]["any_set"])
    with_comments = text.replace("[packs.any_set]", "# Why.\n[packs.any_set] # So.")
    other = change_pack(with_comments, "any_set", read_pack(typed_of_plans(second), first).pack)

    assert (made.errors, made.pack, shown_again) == ({}, first, typed)
    assert [*made.pack] == [*first]
    assert change_pack(with_comments, "any_set", made.pack) == with_comments
    assert remove_pack(text, "any_set") == _BARE + _AMOUNTS
    assert [*tomllib.loads(other)["packs"]["any_set"].items()] == [*second.items()]
    assert "# Why.\n[packs.any_set]" in other
