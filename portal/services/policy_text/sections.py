"""Sections: the tables of a policy's text that are no rules, such as ``[[limits]]``, each changed where it stands."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.errors import BadPolicy
from portal.domain.policy.shape import refuse
from portal.services.policy_text.blocks import RULE_HEAD, lines_of, own_start, says_nothing
from portal.services.policy_text.lines import equal, made_equal
from portal.services.policy_text.notation import bare, statement, statements_of

Row = Mapping[str, Any]
_TABLE = re.compile(r"\s*\[")


def add_row(text: str, table: str, row: Row) -> str:
    """Put a row behind the last of a list such as ``limits``; raise BadPolicy where the list is not written in rows."""
    rows = [*tomllib.loads(text).get(table, []), dict(row)]
    return _checked(_with_new(text, _heads_of_rows(table), f"[[{table}]]", row), text, table, rows)


def change_row(text: str, table: str, at: int, row: Row) -> str:
    """Let a row, counted from 0, say what is given; lines that say the same already stay as they are."""
    rows = [*tomllib.loads(text)[table]]
    rows[at] = dict(row)
    return _checked(_with_changed(text, _heads_of_rows(table), at, row), text, table, rows)


def remove_row(text: str, table: str, at: int) -> str:
    """Take a row, counted from 0, out with its own comment."""
    rows = [*tomllib.loads(text)[table]]
    del rows[at]
    return _checked(_without(text, _heads_of_rows(table), at), text, table, rows)


def change_defaults(text: str, defaults: Row) -> str:
    """Let the defaults say what is given."""
    return _checked(_with_changed(text, _heads_of("defaults"), 0, defaults), text, "defaults", dict(defaults))


def change_pack(text: str, name: str, pack: Row) -> str:
    """Let a set of offers say what is given, its remedies in the same order; one that is not there is added."""
    packs = tomllib.loads(text).get("packs", {})
    if name in packs:
        made = _with_changed(text, _heads_of("packs", name), 0, pack)
    else:
        made = _with_new(text, re.compile(r"\s*\[\s*packs\s*\."), f"[packs.{bare(name)}]", pack)
    return _checked(made, text, "packs", {**packs, name: dict(pack)})


def remove_pack(text: str, name: str) -> str:
    """Take a set of offers out with its own comment."""
    packs = tomllib.loads(text)["packs"]
    left = {one: packs[one] for one in packs if one != name}
    return _checked(_without(text, _heads_of("packs", name), 0), text, "packs", left)


def _heads_of_rows(table: str) -> re.Pattern[str]:
    return re.compile(rf"\s*\[\[\s*{table}\s*\]\]")


def _heads_of(*names: str) -> re.Pattern[str]:
    dotted = r"\s*\.\s*".join(re.escape(name) for name in names)
    return re.compile(rf"\s*\[\s*{dotted}\s*\]")


def _sections(lines: Sequence[str], heads: re.Pattern[str]) -> list[tuple[int, int]]:
    """Find where each table begins, with the comment right above it, and the line behind its last statement."""
    tables = [at for at, line in enumerate(lines) if _TABLE.match(line)]
    found = []
    for start, following in zip(tables, [*tables[1:], len(lines)], strict=True):
        if heads.match(lines[start]):
            end = following
            while says_nothing(lines[end - 1]):
                end -= 1
            found.append((own_start(lines, start), end))
    return found


def _with_changed(text: str, heads: re.Pattern[str], at: int, row: Row) -> str:
    lines = lines_of(text)
    sections = _sections(lines, heads)
    if at >= len(sections):
        return ""
    start, end = sections[at]
    return "".join([*lines[:start], made_equal("".join(lines[start:end]), row), *lines[end:]])


def _without(text: str, heads: re.Pattern[str], at: int) -> str:
    lines = lines_of(text)
    sections = _sections(lines, heads)
    if at >= len(sections):
        return ""
    start, end = sections[at]
    # One of the empty lines around it goes with it.
    start -= 1 if start and not lines[start - 1].strip() and end < len(lines) and not lines[end].strip() else 0
    return "".join([*lines[:start], *lines[end:]])


def _with_new(text: str, heads: re.Pattern[str], heading: str, row: Row) -> str:
    """Write a table behind the last of its kind; where it is the first, behind all that stands before the rules."""
    lines = lines_of(text)
    sections = _sections(lines, heads)
    before_rules = next((at for at, line in enumerate(lines) if RULE_HEAD.match(line)), len(lines))
    end = sections[-1][1] if sections else before_rules
    while end and says_nothing(lines[end - 1]):
        end -= 1
    statements = "".join(statement(path, value) for path, value in statements_of(row))
    return "".join([*lines[:end], f"\n{heading}\n{statements}", *lines[end:]])


def _checked(made: str, before: str, name: str, wanted: object) -> str:
    """Give a text, sure that it says this and all else as before; raise BadPolicy where it was not to be changed so."""
    try:
        document, old = tomllib.loads(made), tomllib.loads(before)
    except tomllib.TOMLDecodeError:
        raise _only_as_text(name) from None
    # A list without rows and one that is not there say the same.
    both = ({one: part for one, part in whole.items() if part} for whole in (document, {**old, name: wanted}))
    if not equal(*both):
        raise _only_as_text(name)
    return made


def _only_as_text(name: str) -> BadPolicy:
    return refuse(name, "is written in such a way that only the text can be changed")
