"""Drafts on the command line: a file in, the same bytes out; a second person publishes; what is refused says why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.authority import Role
from portal.services.create_staff import deactivate_staff
from tests.support.command_line import CommandLine
from tests.support.policy_texts import GAP, NEVER_REACHED, QUIET, quiet
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

OLGA, PAUL = "olga@shop.example", "paul@shop.example"


@pytest.fixture
def shell(shop: Shop, database_url: str) -> CommandLine:
    """Open a shell at a shop with an owner of its policy and an approver."""
    a_staff_member(shop.toolkit, OLGA, Role.POLICY_OWNER)
    a_staff_member(shop.toolkit, PAUL, Role.APPROVER)
    return CommandLine(database_url, {})


def file_of(folder: Path, text: str) -> str:
    path = folder / "policy.toml"
    path.write_bytes(text.encode())
    return str(path)


def imported(shell: CommandLine, path: str) -> str:
    """Import a file as a draft and give its ref."""
    code, said = shell.say("policy", "import", path, "--as", OLGA)
    assert code == 0, said
    return said.split()[0]


def published(shell: CommandLine, path: str, *options: str) -> tuple[int, str]:
    """Import a file, propose it and publish it."""
    ref = imported(shell, path)
    assert shell.say("policy", "propose", ref, "--as", OLGA) == (0, f"{ref} waits for a second person.\n")
    return shell.say("policy", "publish", ref, "--as", PAUL, *options)


@pytest.mark.parametrize(
    "text",
    [
        QUIET,
        QUIET.replace("\n", "\r\n"),
        QUIET.rstrip(),
        QUIET + "# A comment in the last line, without an end, with “ç” and a tab\t",
        QUIET.replace('name = "Two rules"', 'name   =   "Two r\\u00fcles"  # spaces stay'),
    ],
    ids=["as it is", "of Windows", "no last line", "comments", "spaces"],
)
def test_what_was_imported_and_published_is_exported_byte_for_byte(shell: CommandLine, tmp_path: Path, text: str):
    path = file_of(tmp_path, text)

    code, said = published(shell, path)
    exported = shell.bytes("policy", "export")

    assert code == 0, said
    assert "Version 2 for market * is published, in force from " in said
    assert exported == text.encode()
    assert shell.say("policy", "load", path) == (0, "Version 2 for market * is in force already.\n")


def test_a_file_goes_into_a_draft_that_is_there(shell: CommandLine, shop: Shop, tmp_path: Path):
    ref = imported(shell, file_of(tmp_path, quiet()))

    code, said = shell.say("policy", "import", file_of(tmp_path, quiet(12)), "--into", ref, "--as", OLGA)

    assert (code, said) == (0, f"{ref} holds the text of policy.toml.\n")
    assert [tuple(row) for row in shop.rows("SELECT version, source FROM policy_drafts")] == [(2, quiet(12))]


def test_drafts_and_versions_are_listed(shell: CommandLine, tmp_path: Path):
    path = file_of(tmp_path, GAP)
    code, _ = published(shell, path, "--despite", "It is known.")
    ref = imported(shell, file_of(tmp_path, quiet()))

    assert code == 0
    assert f"{ref}  *    draft" in shell.say("policy", "drafts")[1]
    assert "1 drafts." in shell.say("policy", "drafts")[1]
    listed = shell.say("policy", "versions")[1].splitlines()
    assert listed[0].startswith("   2  ")
    assert listed[0].endswith("21 warnings: It is known.")
    assert listed[-1] == "2 versions."


def test_who_wrote_it_does_not_publish_it_and_nor_does_anybody_else_without_the_role(
    shell: CommandLine, shop: Shop, tmp_path: Path
):
    ref = imported(shell, file_of(tmp_path, quiet()))
    shell.say("policy", "propose", ref, "--as", OLGA)

    code, said = shell.say("policy", "publish", ref, "--as", OLGA)

    assert code == 1
    assert f"{ref} is refused. an account of role policy_owner cannot publish a draft" in said
    assert shop.rows("SELECT count(*) FROM policy_versions")[0][0] == 1


def test_warnings_are_told_with_an_example_until_there_is_a_word(shell: CommandLine, tmp_path: Path):
    path = file_of(tmp_path, GAP)

    code, said = shell.say("policy", "load", path)

    assert code == 1
    assert "Needs a word: No rule covers this claim (late, late), so that a person answers it." in said
    assert "paid no" in said
    assert "--despite" in said
    assert shell.say("policy", "load", path, "--despite", "It is known.")[0] == 0


def test_errors_are_told_and_no_word_helps(shell: CommandLine, tmp_path: Path):
    path = file_of(tmp_path, NEVER_REACHED)

    code, said = shell.say("policy", "load", path, "--despite", "Whatever.")

    assert code == 1
    assert "Stops publishing: “paid_late” is never reached: earlier rules take every claim of it (paid)." in said


def test_a_version_may_be_planned_and_overtaken(shell: CommandLine, shop: Shop, tmp_path: Path):
    day = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    planned = shell.say("policy", "load", file_of(tmp_path, quiet(6)), "--from", day)
    path = file_of(tmp_path, quiet(7))

    refused = shell.say("policy", "load", path)
    overtaken = shell.say("policy", "load", path, "--overtake")

    assert planned == (0, "Version 2 for market * is published.\n")
    assert refused[0] == 1
    assert f"version 2 is planned for {day}T00:00:00+00:00 and would never begin" in refused[1]
    assert overtaken == (0, "Version 3 for market * is published.\n")


def test_a_start_that_is_over_is_refused(shell: CommandLine, shop: Shop, tmp_path: Path):
    code, said = shell.say("policy", "load", file_of(tmp_path, quiet()), "--from", "2020-01-01")

    assert code == 1
    assert "is over; a version begins now or later" in said
    assert shop.rows("SELECT count(*) FROM policy_versions")[0][0] == 1


def test_what_a_market_wants_of_its_orders_is_set(shell: CommandLine, shop: Shop):
    code, said = shell.say("policy", "market", "BR", "--orders-keep", "placed")

    assert (code, said) == (0, "An order of market BR is decided by the version in force when it was placed.\n")
    assert [tuple(row) for row in shop.rows("SELECT market, orders_keep FROM policy_markets")] == [("BR", "placed")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as", "nobody@shop.example"], "nobody@shop.example is not on the staff."),
        (["--as", "nobody"], "nobody is no mailbox."),
        (["--as", PAUL], "an account of role approver cannot start a draft"),
        (["--as", OLGA, "--market", "PT"], "market: is '*', and this is the policy of 'PT'"),
        (["--as", OLGA, "--into", "DRF-NONE"], "There is no draft DRF-NONE."),
        (["--as", OLGA, "--title", "a" * 121], "121 characters are more than the 120 that are kept"),
    ],
)
def test_what_cannot_be_imported_says_why_and_writes_nothing(
    shell: CommandLine, shop: Shop, tmp_path: Path, arguments: list[str], words: str
):
    code, said = shell.say("policy", "import", file_of(tmp_path, quiet()), *arguments)

    assert code == 1
    assert words in said
    assert shop.rows("SELECT count(*) FROM policy_drafts")[0][0] == 0


def test_whose_account_was_closed_imports_nothing(shell: CommandLine, shop: Shop, tmp_path: Path):
    deactivate_staff(shop.toolkit, mailbox=OLGA)

    code, said = shell.say("policy", "import", file_of(tmp_path, quiet()), "--as", OLGA)

    assert (code, f"{OLGA} is not on the staff." in said) == (1, True)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\xef\xbb\xbfname = 1", b"name = 'a\x00b'"])
def test_a_file_that_is_no_text_is_refused(shell: CommandLine, tmp_path: Path, content: bytes):
    path = tmp_path / "policy.toml"
    path.write_bytes(content)

    for command in (["load"], ["check"], ["import", "--as", OLGA]):
        code, said = shell.say("policy", command[0], str(path), *command[1:])
        assert code == 1
        assert "policy.toml is refused." in said
