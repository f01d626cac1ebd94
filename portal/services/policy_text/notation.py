"""Notation: values, statements and whole rules as the project writes them in TOML."""

from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit

Path = tuple[str, ...]
_HEAD = "[[rules]]\n"


def literal(value: object) -> str:
    """Write a value on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{bare(name)} = {literal(one)}" for name, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(literal(one) for one in value)}]"
    return tomlkit.item(value).as_string()


def bare(name: str) -> str:
    """Write a key, in quotes where it needs them."""
    return tomlkit.key(name).as_string()


def rule_text(rule: Mapping[str, Any]) -> str:
    """Write a whole rule."""
    return _HEAD + "".join(statement(path, value) for path, value in statements_of(rule))


def statement(path: Path, value: object) -> str:
    """Write a line."""
    return f"{'.'.join(bare(name) for name in path)} = {literal(value)}\n"


def statements_of(rule: Mapping[str, Any]) -> Iterator[tuple[Path, object]]:
    """List what a rule says, a line for each condition, each part of the outcome and each remedy."""
    for name, value in rule.items():
        if name not in ("when", "then") or not isinstance(value, Mapping):
            yield (name,), value
            continue
        for inner, one in value.items():
            if inner == "offer" and isinstance(one, Mapping):
                yield from ((("then", "offer", remedy), plan) for remedy, plan in one.items())
            else:
                yield (name, inner), one
