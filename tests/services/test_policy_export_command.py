"""``policy export`` and ``policy diff``: what git holds and what decides are one text, or differ as told."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.shop import Shop

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")


@pytest.fixture
def shell(shop: Shop, database_url: str) -> CommandLine:
    """Open a shell at a shop that published the default policy."""
    return CommandLine(database_url, {})


def test_what_was_loaded_comes_out_word_for_word_and_goes_in_again(shell: CommandLine, tmp_path: Path) -> None:
    code, said = shell.say("policy", "export")
    path = tmp_path / "policy.toml"
    path.write_text(said, encoding="utf-8")

    assert (code, said) == (0, _SOURCE)
    assert shell.say("policy", "diff", str(path)) == (0, "")
    assert "is in force already" in shell.say("policy", "load", str(path))[1]


def test_a_difference_is_told_and_ends_with_1(shell: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(_SOURCE.replace("answer_within_hours = 24", "answer_within_hours = 12", 1), encoding="utf-8")

    assert shell.say("policy", "diff", str(path)) == (
        1,
        "changed  defaults.answer_within_hours\n         - 24\n         + 12\n",
    )


def test_an_older_version_can_be_had_by_its_number(shell: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(_SOURCE.replace("A parcel shop", "Another shop", 1), encoding="utf-8")
    assert "is published" in shell.say("policy", "load", str(path), "--despite", "As before.")[1]

    assert "Another shop" in shell.say("policy", "export")[1]
    assert shell.say("policy", "export", "--number", "1") == (0, _SOURCE)


def test_a_market_without_a_version_is_told(shell: CommandLine) -> None:
    code, said = shell.say("policy", "export", "--market", "ZZ")

    assert code == 1
    assert "Market ZZ has none." in said
