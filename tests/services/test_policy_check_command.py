"""``policy check``: the gap that a rule leaves is told with a claim that falls into it, and an error ends with 1."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine

_POLICY = """
name = "Late parcels"
market = "*"
[defaults]
offer_expires_in_days = 30
answer_within_hours = 24

[[rules]]
key = "late"
describe = "Late by three days or more."
when.problem = ["late"]
when.days_since_promised = {{ min = 3 }}
then.person = {{ reason = "high_value" }}

[[rules]]
key = "very_late"
describe = "Late by {days} days or more."
when.problem = ["late"]
when.days_since_promised = {{ {days} }}
then.person = {{ reason = "high_value" }}
"""


@pytest.fixture
def shell(database_url: str) -> CommandLine:
    return CommandLine(database_url, {})


def test_a_rule_that_is_never_reached_and_the_gap_beside_it_are_told(shell: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(_POLICY.format(days="min = 5"))

    code, said = shell.say("policy", "check", str(path))

    assert code == 1
    assert "Stops publishing: “very_late” is never reached: earlier rules take every claim of it (late)." in said
    assert "Needs a word: No rule covers this claim (late, not_shipped)" in said
    assert "2 rules. errors: 1, warnings:" in said


def test_what_only_needs_a_word_ends_well(shell: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(_POLICY.format(days="max = 2"))

    code, said = shell.say("policy", "check", str(path))

    assert code == 0
    assert "problem late, days_since_promised unknown" in said


def test_what_is_no_policy_is_refused_with_its_place(shell: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(_POLICY.format(days="min = 5").replace('["late"]', '["lost"]', 1))

    code, said = shell.say("policy", "check", str(path))

    assert code == 1
    assert "rule late: when.problem: does not know 'lost'" in said


def test_the_policy_of_the_project_passes(shell: CommandLine) -> None:
    code, said = shell.say("policy", "check")

    assert code == 0
    assert "errors: 0" in said
