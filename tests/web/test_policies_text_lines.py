"""The line that a refusal is about: the very statement where there is one, and else the heading of its table."""

import pytest

from portal.domain.errors import BadPolicy
from portal.domain.policy import parse_text
from portal.web.staff.policies.text_lines import line_of
from tests.support.builders import DEFAULT_POLICY

TEXT = DEFAULT_POLICY.read_text(encoding="utf-8")
_LIMIT = '[[limits]]\nsubject = "mailbox"\nwithin_days = 180\nremedies = 12\n'
_RULE = (
    '\n[[rules]]\nkey = "more_{number}"\ndescribe = "One more."\nwhen.paid = true\nthen.person.reason = "high_value"\n'
)
WRONG = {
    "a condition": ("when.days_since_delivered = { max = 90 }", "when.days_since_delivered = { max = -90 }"),
    "a fact that there is not": ("when.days_late = { min = 1 }", "when.days_lat = { min = 1 }"),
    "a part of a remedy": (
        "then.offer.replacement = { arrives_in_days = 8 }",
        "then.offer.replacement = { goods = 8 }",
    ),
    "an outcome": ('then.class = "goodwill"', 'then.class = "because"'),
    "a description": ('describe = "It came damaged, within 90 days: their word is enough."', 'describe = ""'),
    "a key": ('key = "worn_out"', 'key = "worn out"'),
    "a currency that there is not": ('JPY = "6000"', 'ABC = "6000"'),
    "an amount": ('GBP = "35.00"', 'GBP = "35.001"'),
    "a pack": ('store_credit = { goods = 50, cap = "long_ago_cap"', 'store_credit = { goods = 50, cap = "nobodys"'),
    "a default": ("answer_within_hours = 24", "answer_within_hours = 0"),
    "a limit": ('subject = "device"', 'subject = "shoe"'),
    "a budget": ('class = "not_ours"\nperiod = "month"', 'class = "not_ours"\nperiod = "moon"'),
    "the market": ('market = "*"', 'market = "B R"'),
    "the name": ('name = "A parcel shop, generous on purpose"', "name = 3"),
    "what nobody reads": ("[defaults]", "[preferences]"),
    "no TOML": ("when.signed_by = true", "when.signed_by = yes please"),
}


def refused(text: str) -> str:
    with pytest.raises(BadPolicy) as error:
        parse_text(text)
    return str(error.value)


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(("right", "wrong"), WRONG.values(), ids=WRONG.keys())
def test_the_line_is_the_one_that_is_wrong(right: str, wrong: str):
    text = TEXT.replace(right, wrong, 1)

    lines = text.split("\n")

    assert wrong.rsplit("\n", maxsplit=1)[-1] in lines[line_of(refused(text), text) - 1]


@pytest.mark.proves("input 77")
def test_of_two_that_say_the_same_the_line_is_that_of_the_second():
    twice = TEXT.replace('key = "wrong"', 'key = "damaged"', 1)
    limits = TEXT.replace(_LIMIT, f"{_LIMIT}\n{_LIMIT}", 1)

    at_key, at_limit = line_of(refused(twice), twice), line_of(refused(limits), limits)

    assert twice.split("\n")[:at_key].count('key = "damaged"') == 2
    assert limits.split("\n")[:at_limit].count("[[limits]]") == 2


@pytest.mark.proves("input 77")
def test_of_too_many_rules_the_line_is_that_of_the_first_one_too_many():
    text = TEXT + "".join(_RULE.format(number=number) for number in range(1_000))

    at = line_of(refused(text), text)

    assert text.split("\n")[at - 1] == "[[rules]]"
    assert sum(line == "[[rules]]" for line in text.split("\n")[:at]) == 1_001


@pytest.mark.proves("input 77")
def test_of_a_text_that_is_too_long_the_line_is_where_reading_ends():
    text = TEXT + "# Nothing more.\n" * 70_000

    at = line_of(refused(text), text)

    assert len("\n".join(text.split("\n")[:at])) >= 1_000_000
    assert len("\n".join(text.split("\n")[: at - 1])) < 1_000_000


def test_what_is_about_no_line_has_none():
    assert line_of("policy: is empty", "") == 0
    assert line_of("rule nobody: when.paid: must be true or false, not 3", TEXT) == 0
