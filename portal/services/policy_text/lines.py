"""Lines: one rule's text cut into its statements, of which only those that say something else are written anew.

TOML Kit changes the value of a statement and keeps the comment behind it. It is given one statement at a time: of a
whole rule, whose conditions are dotted keys one below another, it may lose some when others go.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import tomlkit

from portal.services.policy_text.notation import Path, literal, rule_head, statement, statements_of

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: where its value stands, the value, and its lines with the comments above them."""

    path: Path
    value: object
    text: str


def changed(block: str, rule: Mapping[str, Any]) -> str:
    """Let a rule's block say exactly what is given; raise ValueError where it holds more than plain statements."""
    head, held, rest = _cut(block)
    kept = [made for one in held if (made := _made_equal(one, rule)) is not None]
    wanted = list(statements_of(rule))
    for path, value in wanted:
        if not _holds(kept, path):
            kept.insert(_place(kept, path), Statement(path, value, statement(path, value)))
    text = head + "".join(one.text for one in kept) + rest
    if says(text, rule):
        return text
    by_path = {one.path: one.text for one in kept}
    return head + "".join(by_path.get(path, statement(path, value)) for path, value in wanted) + rest


def rewritten(block: str, rule: Mapping[str, Any]) -> str:
    """Write a rule anew below all of its comments."""
    comments = [said for line in block.split("\n") if (said := _comment(line))]
    lines = [statement(path, value) for path, value in statements_of(rule)]
    return "".join(f"{line}\n" for line in comments) + rule_head() + "".join(lines)


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


def says(text: str, rule: Mapping[str, Any]) -> bool:
    """Tell whether a block is one rule that says exactly this, its remedies in the same order."""
    return _is_whole(text) and equal(tomllib.loads(text)["rules"], [rule])


def equal(one: object, other: object) -> bool:
    """Compare as the reader does: 1 is not yes, and the order of remedies is the order in which they are shown."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {*one} == {*other} and all(equal(one[name], other[name]) for name in one) and _in_order(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return type(one) is type(other) and one == other


def _in_order(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return "offer" not in one or not isinstance(one["offer"], Mapping) or [*one["offer"]] == [*other["offer"]]


def _cut(block: str) -> tuple[str, list[Statement], str]:
    """Cut a block into its head with the comment above it, its statements, and what stands behind the last."""
    lines = block.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if line.lstrip().startswith("[[")) + 1
    held, waiting = [], ""
    for line in lines[start:]:
        waiting += line
        if not line.lstrip().startswith("#") and line.strip() and (said := _read(waiting)) is not None:
            path, value = _leaf(said)
            held.append(Statement(path, value, waiting))
            waiting = ""
    if waiting.strip() and not all(line.lstrip().startswith("#") for line in waiting.split("\n") if line.strip()):
        raise ValueError("a rule holds more than statements")
    return "".join(lines[:start]), held, waiting


def _read(text: str) -> dict[str, Any] | None:
    """Read a statement that is whole; one over several lines is not until its last."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    if any(line.startswith("[") for line in text.splitlines()):
        raise ValueError("a rule holds a table of its own")
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
