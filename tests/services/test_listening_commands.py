"""``voices`` and ``prevention`` as an operator types them, in a shop where nothing was said and nothing is listed."""

from pathlib import Path

from tests.support.command_line import CommandLine


def test_a_quiet_shop_has_no_voices_no_themes_and_nothing_to_prevent(database_url: str) -> None:
    shell = CommandLine(database_url, {})

    said = [shell.say(*typed.split()) for typed in ("voices gather", "voices themes", "prevention look")]

    assert said == [
        (0, "0 voices gathered.\n"),
        (0, ""),
        (0, "0 parcels listed, 0 messages left, 0 came to their end.\n"),
    ]
    assert shell.say("prevention", "show") == (0, "")


def test_examples_that_nobody_can_read_are_refused_in_a_sentence(database_url: str, tmp_path: Path) -> None:
    examples = tmp_path / "examples.csv"
    examples.write_text("tongue,label,words\nklingon,late,Qapla\n", encoding="utf-8")

    code, said = CommandLine(database_url, {}).say("voices", "agreement", str(examples))

    assert code == 1
    assert "Each row has a tongue" in said
