"""Texts that are no policy, on purpose or by accident: refused with the place and the reason, and never at length."""

import pytest

from portal.domain.errors import BadPolicy
from portal.domain.policy import parse_text
from portal.domain.policy.proof import ConcernKind, Severity, prove
from portal.domain.policy.proof.concerns import Concern
from tests.support.policy_texts import QUIET

_RULE = """
[[rules]]
key = "rule_{number}"
describe = "One of many."
when.days_since_ordered = {{ min = {number} }}
then.person = {{ reason = "high_value" }}
"""
TEXTS = {
    "empty": ("", "policy: is empty"),
    "blank": (" \n\t\n", "policy: is empty"),
    "no TOML": ("name =", "policy: is not TOML: Invalid value (at end of document)"),
    "10,000 rules": (
        QUIET + "".join(_RULE.format(number=number) for number in range(9_998)),
        "characters; at most 1000000 are read",
    ),
    "2,000 rules": (
        QUIET + "".join(_RULE.format(number=number) for number in range(1_998)),
        "policy: rules: has 2000 rules; at most 1000 are read",
    ),
    "too long": (QUIET + "#" * 1_000_000, "at most 1000000 are read"),
    "lists in lists": (QUIET + "x = " + "[" * 20_000, "deeper than can be read"),
    "tables in tables": (QUIET + "x = " + "{a = " * 5_000, "deeper than can be read"),
    "a key of many parts": (QUIET + "a." * 20_000 + "a = 1", "policy: line 20: has more than 100 points"),
    "a number without end": (QUIET.replace("= 24", "= " + "9" * 5_000), "policy: is not TOML: Exceeds the limit"),
    "a date that is none": (QUIET.replace("= 24", "= 2026-02-30"), "policy: is not TOML: Invalid date"),
    "a date": (QUIET.replace("= 24", "= 2026-02-20"), "answer_within_hours: must be a whole number, not datetime.date"),
    "a number that is none": (QUIET.replace("= 24", "= nan"), "answer_within_hours: must be a whole number, not nan"),
    "what cannot be seen": (
        QUIET.replace("Two rules", "Two\\u0000rules"),
        "policy: name: holds a character that cannot be seen, as 'Two\\x00rules' does",
    ),
    "a name without end": (QUIET.replace("Two", "T" * 201), "policy: name: has 207 characters; at most 200 are kept"),
    "a description without end": (
        QUIET.replace("It was not", "It was " + "so" * 500),
        "rule not_paid: describe: has 1035 characters; at most 1000 are kept",
    ),
    "a currency that is none": (
        QUIET + '\n[amounts.limit]\nABC = "10.00"\n',
        "amounts.limit: there is no currency 'ABC' (ISO 4217); one is 'BRL'",
    ),
    "an amount without currency": (
        QUIET + '\n[amounts]\nlimit = "10.00"\n',
        "amounts.limit: an amount needs its currency, such as { BRL = \"30.00\" }, not '10.00'",
    ),
    "packs in a circle": (QUIET + '\n[packs]\none = "two"\ntwo = "one"\n', "packs.one: must be a table, not 'two'"),
    "a pack in itself": (QUIET + "\n[packs.one]\none = { goods = 100 }\n", "packs.one.one: must be one of"),
    "a market that is none": (QUIET.replace('"*"', '"B R"'), "policy: market: a market is '*', or up to 16 letters"),
    "a market of another's address": (QUIET.replace('"*"', '"all"'), "policy: market: a market is '*', or up to 16"),
    "a market without end": (QUIET.replace('"*"', f'"{"A" * 17}"'), "policy: market: a market is '*', or up to 16"),
    "the same key twice": (QUIET + QUIET[QUIET.index("[[rules]]") :], "rule paid: another rule has the same key"),
    "days that contradict": (
        QUIET.replace("when.paid = true", "when.days_since_ordered = { min = 9, max = 3 }"),
        "rule paid: when.days_since_ordered: its min, 9, is above its max, 3, so that nothing can pass",
    ),
}


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(("text", "reason"), TEXTS.values(), ids=TEXTS.keys())
def test_what_is_no_policy_is_refused_with_its_place_and_in_few_words(text: str, reason: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        parse_text(text)

    assert reason in str(refused.value)
    assert len(str(refused.value)) < 1_100


def concern(when: str) -> Concern:
    """Give what the check says first of the small policy with other conditions in its first rule."""
    return prove(parse_text(QUIET.replace("when.paid = true", when))).concerns[0]


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    "when",
    [
        'when.parcel_state = ["on_the_way"]\nwhen.days_since_delivered = { min = 3 }',
        'when.parcel_state = ["delivered"]\nwhen.days_since_delivered = "unknown"',
        "when.days_since_promised = { max = 3 }\nwhen.days_since_delivered = { min = 5 }\nwhen.days_late = { min = 1 }",
    ],
    ids=["came while on the way", "came on no day", "late and before its time"],
)
def test_dates_that_contradict_each_other_are_errors_that_name_the_rule(when: str) -> None:
    said = concern(when)

    assert (said.kind, said.severity, said.rules) == (ConcernKind.CONTRADICTS_ITSELF, Severity.ERROR, ("paid",))


def test_a_table_whose_check_would_take_too_long_is_told_so_and_stops_publishing() -> None:
    policy = parse_text(QUIET + "".join(_RULE.format(number=number) for number in range(50)))

    ended = prove(policy, together=60)

    assert not ended.may_be_published
    undecided = [one for one in ended.concerns if one.kind is ConcernKind.UNDECIDED]
    assert {key for one in undecided for key in one.rules} >= {f"rule_{number}" for number in range(1, 50)}
