"""``incidents``: opened and closed at the machine, listed, and refused where nothing is said."""

import pytest

from tests.support.command_line import CommandLine


@pytest.fixture
def shell(database_url: str) -> CommandLine:
    return CommandLine(database_url, {})


def test_an_incident_is_listed_from_its_opening_to_its_end(shell: CommandLine) -> None:
    opened, said = shell.say("incidents", "open", "A truck burnt.", "--carrier", "Correios", "--ship-to-region", "SP")
    ref = said.split()[0]
    _, listed = shell.say("incidents", "list")

    closed, _ = shell.say("incidents", "close", ref)

    _, after = shell.say("incidents", "list")
    assert (opened, closed) == (0, 0)
    assert ref in listed
    assert "carrier Correios, ship_to_region SP: A truck burnt." in listed
    assert ref not in after


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("open", "Something."), "an incident is about something"),
        (("open", " ", "--sku", "VAS-35"), "is told in 1 to 2000 letters"),
        (("close", "INC-AAAAAAA"), "No incident INC-AAAAAAA is open."),
    ],
)
def test_what_cannot_be_done_is_told(shell: CommandLine, typed: tuple[str, ...], says: str) -> None:
    code, said = shell.say("incidents", *typed)

    assert code == 1
    assert says in said
