"""Lines: the text of one rule, or of another table, cut into its statements; only those that say something else change.

TOML Kit changes the value of a statement and keeps the comment behind it. It is given one statement at a time: of a
whole rule, whose conditions are dotted keys one below another, it may lose some when others go.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import tomlkit

from portal.domain.offers import RemedyKind
from portal.services.policy_text.blocks import lines_of
from portal.services.policy_text.notation import Path, literal, statement, statements_of

_NOTHING = object()
_REMEDIES = frozenset(kind.value for kind in RemedyKind)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: where its value stands, the value, and its lines with the comments above them."""

    path: Path
    value: object
    text: str


def made_equal(block: str, rule: Mapping[str, Any]) -> str:
    """Change the lines of a block that say something else; where that cannot be done in place, write it anew."""
    try:
        text = _changed(block, rule)
    except ValueError:
        return _rewritten(block, rule)
    return text if _says(text, rule) else _rewritten(block, rule)


def _changed(block: str, rule: Mapping[str, Any]) -> str:
    """Let a block say exactly what is given; raise ValueError where it holds more than plain statements."""
    head, held, rest = _cut(block)
    kept = [made for one in held if (made := _made_equal(one, rule)) is not None]
    wanted = list(statements_of(rule))
    for path, value in wanted:
        if not _holds(kept, path):
            kept.insert(_place(kept, path), Statement(path, value, statement(path, value)))
    text = head + "".join(one.text for one in kept) + rest
    if _says(text, rule):
        return text
    by_path = {one.path: one.text for one in kept}
    return head + "".join(by_path.get(path, statement(path, value)) for path, value in wanted) + rest


def _rewritten(block: str, rule: Mapping[str, Any]) -> str:
    """Write a block anew below all of its comments."""
    heading = next(line for line in block.split("\n") if line.lstrip().startswith("["))
    comments = [said for line in block.split("\n") if (said := _comment(line))]
    lines = [statement(path, value) for path, value in statements_of(rule)]
    return "".join(f"{line}\n" for line in comments) + f"{heading.partition('#')[0].rstrip()}\n" + "".join(lines)


def _comment(line: str) -> str:
    """Give the comment of a line: all of it, or what stands behind a statement that is whole."""
    starts = [at for at, letter in enumerate(line) if letter == "#"]
    return next((line[at:] for at in starts if _is_whole(line[:at])), "")


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _says(block: str, rule: Mapping[str, Any]) -> bool:
    """Tell whether a block says exactly this below its heading, its remedies in the same order."""
    lines = lines_of(block)
    below = "".join(lines[_heading_of(lines) + 1 :])
    return _is_whole(below) and equal(tomllib.loads(below), rule)


def _heading_of(lines: Sequence[str]) -> int:
    return next(at for at, line in enumerate(lines) if line.lstrip().startswith("["))


def equal(one: object, other: object) -> bool:
    """Compare as the reader does: 1 is not yes, and the order of remedies is the order in which they are shown."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {*one} == {*other} and all(equal(one[name], other[name]) for name in one) and _in_order(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return type(one) is type(other) and one == other


def _in_order(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return not {*one} <= _REMEDIES or [*one] == [*other]


def _cut(block: str) -> tuple[str, list[Statement], str]:
    """Cut a block into its head with the comment above it, its statements, and what stands behind the last."""
    lines = lines_of(block)
    start = _heading_of(lines) + 1
    held, waiting = [], ""
    for line in lines[start:]:
        waiting += line
        if not line.lstrip().startswith("#") and line.strip() and (said := _read(waiting)) is not None:
            path, value = _leaf(said)
            held.append(Statement(path, value, waiting))
            waiting = ""
    if waiting.strip() and not all(line.lstrip().startswith("#") for line in waiting.split("\n") if line.strip()):
        raise ValueError("a table holds more than statements")
    return "".join(lines[:start]), held, waiting


def _read(text: str) -> dict[str, Any] | None:
    """Read a statement that is whole; one over several lines is not until its last."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    if not said or any(line.startswith("[") for line in lines_of(text)):
        raise ValueError("a table holds one of its own")
    return said


def _leaf(said: dict[str, Any]) -> tuple[Path, object]:
    """Go down from ``{"when": {"problem": […]}}`` to where a rule's parts stand: a condition, a part of the outcome."""
    path: list[str] = []
    value: object = said
    while isinstance(value, dict) and len(value) == 1 and _goes_on(path):
        ((name, value),) = value.items()
        path.append(name)
    return tuple(path), value


def _goes_on(path: list[str]) -> bool:
    return path in ([], ["when"], ["then"], ["then", "offer"])


def _made_equal(one: Statement, rule: Mapping[str, Any]) -> Statement | None:
    """Give a statement that says what the rule says at its place; None where the rule says nothing there."""
    wanted: object = rule
    for name in one.path:
        wanted = wanted.get(name, _NOTHING) if isinstance(wanted, Mapping) else _NOTHING
    if wanted is _NOTHING:
        return None
    if equal(wanted, one.value):
        return one
    document = tomlkit.parse(one.text)
    table: Any = document
    for name in one.path[:-1]:
        table = table[name]
    table[one.path[-1]] = tomlkit.value(literal(cast("Any", wanted)))
    return Statement(one.path, wanted, document.as_string())


def _holds(kept: Sequence[Statement], path: Path) -> bool:
    return any(path[: len(one.path)] == one.path for one in kept)


def _place(kept: Sequence[Statement], path: Path) -> int:
    """Find where a new statement stands: behind the last that is about the same, else at the end."""
    for length in range(len(path) - 1, 0, -1):
        alike = [at for at, one in enumerate(kept) if one.path[:length] == path[:length]]
        if alike:
            return alike[-1] + 1
    return len(kept)
