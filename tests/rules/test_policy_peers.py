"""Another engine, given the same table, finds the same rule for the same claim; so does a plain chain of ifs."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.facts import Facts
from portal.domain.policy import default_policy, judge
from tests.support.any_facts import facts
from tests.support.policy_peers import Context, context_of, if_chain, zen_table

Chains = dict[str, Callable[[Context], str]]

_POLICY = default_policy()
_ZEN = {currency: zen_table(_POLICY, currency) for currency in ("BRL", "EUR", "JPY")}


@pytest.fixture(scope="module")
def ifs(tmp_path_factory: pytest.TempPathFactory) -> Chains:
    folder = tmp_path_factory.mktemp("ifs")
    return {currency: if_chain(_POLICY, currency, folder) for currency in _ZEN}


@settings(max_examples=80, deadline=None)
@given(many=st.lists(facts(currencies=tuple(_ZEN)), min_size=1, max_size=25))
def test_three_engines_find_the_same_rule(ifs: Chains, many: list[Facts]) -> None:
    for one in many:
        context, currency = context_of(one, _POLICY), one.line_value.currency

        key = judge(one, _POLICY).rule_key

        assert _ZEN[currency].evaluate(context)["result"].get("rule", "") == key
        assert ifs[currency](context) == key
