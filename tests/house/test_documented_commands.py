"""What README and docs tell people to type is there, and begins with where the environment keeps it."""

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from portal.factory import create_app
from tests.house.sources import ROOT, name_of
from tests.support.settings import a_config

_FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4,}(\S.*)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`]+)`")
# Behind a command in full, others are told in short: `… stock import STOCK.csv`.
_COMMAND = re.compile(r"(?:(\S*)flask --app portal\.factory|^…) (.+)")
_NAME = re.compile(r"[a-z][a-z|-]*")
_MADE = re.compile(r"^make (?:[A-Z]+=\S+ )*([a-z]+)")
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def lines_of_code() -> Iterator[tuple[str, str]]:
    """Give every line of code of README and docs, with its file; code that is broken in a sentence is one line."""
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        prose = _FENCED.sub("", text)
        fenced = [line.strip() for block in _FENCED.findall(text) for line in block.splitlines()]
        spans = [" ".join(span.split()) for span in _SPAN.findall(_INDENTED.sub("", prose))]
        yield from ((name_of(path), line) for line in [*fenced, *_INDENTED.findall(prose), *spans])


def is_there(app: Flask, words: list[str]) -> bool:
    """Tell whether words begin with a command of ours; where several are told as a|b, with each of them."""
    found: click.Command = app.cli
    with app.app_context():
        for word in words:
            if not isinstance(found, click.Group) or not _NAME.fullmatch(word):
                break
            named = [found.get_command(click.Context(found), name) for name in word.split("|")]
            if None in named:
                return False
            found = named[0] or found
    return True


@pytest.fixture
def app(database_url: str) -> Flask:
    return create_app(a_config(database_url))


def test_every_command_that_is_told_is_there(app: Flask):
    told = [(place, line, match) for place, line in lines_of_code() if (match := _COMMAND.search(line))]

    missing = [f"{place}: {line}" for place, line, match in told if not is_there(app, match[2].split())]

    assert len(told) > 50
    assert missing == []


def test_every_command_that_is_told_begins_with_the_folder_that_no_path_names():
    told = [(f"{place}: {line}", match) for place, line in lines_of_code() if (match := _COMMAND.search(line))]

    assert [line for line, match in told if match[1] not in {".venv/bin/", None}] == []


def test_everything_that_is_told_to_be_made_can_be_made():
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    told = [(place, match[1]) for place, line in lines_of_code() if (match := _MADE.search(line))]

    assert len(told) > 20
    assert [f"{place}: make {target}" for place, target in told if target not in targets] == []
