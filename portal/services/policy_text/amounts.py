"""Amounts: what a policy's rules name, by currency, changed in its text."""

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import tomlkit

from portal.services.policy_text.blocks import lines_of
from portal.services.policy_text.notation import bare, literal

Amounts = Mapping[str, Mapping[str, str]]
_AMOUNTS = re.compile(r"\[\s*amounts\s*\.")
_TABLE = re.compile(r"\[")
_VALUE = re.compile(r"\s*[A-Za-z0-9_\"'-]+\s*=")


def change_amounts(text: str, amounts: Amounts) -> str:
    """Let the amounts be exactly these, as decimal texts by currency; what says the same already stays as it is."""
    held = tomllib.loads(text).get("amounts", {})
    if amounts == held:
        return text
    for name in [name for name in held if name not in amounts]:
        text = _without(text, name)
    known = {name: by_currency for name, by_currency in amounts.items() if name in held}
    text = _changed(text, known) if "amounts" in tomllib.loads(text) else text
    new = {name: by_currency for name, by_currency in amounts.items() if name not in held}
    return _with_new(text, new) if new else text


def _without(text: str, name: str) -> str:
    """Take an amount out that has a table of its own, with the comment right above it; leave any other to TOML Kit."""
    lines = lines_of(text)
    start = next((at for at, line in enumerate(lines) if line.strip() == f"[amounts.{bare(name)}]"), None)
    if start is None:
        return text
    end = next((at for at in range(start + 1, len(lines)) if not _VALUE.match(lines[at])), len(lines))
    while start and lines[start - 1].startswith("#"):
        start -= 1
    # One of the empty lines around it goes with it.
    start -= 1 if start and not lines[start - 1].strip() and end < len(lines) and not lines[end].strip() else 0
    return "".join([*lines[:start], *lines[end:]])


def _changed(text: str, amounts: Amounts) -> str:
    document = tomlkit.parse(text)
    tables = cast("Any", document["amounts"])
    for name in [name for name in tables if name not in amounts]:
        del tables[name]
    for name, wanted in amounts.items():
        _make_equal(tables[name], wanted)
    return document.as_string()


def _make_equal(table: MutableMapping[str, Any], wanted: Mapping[str, str]) -> None:
    for currency in [currency for currency in table if currency not in wanted]:
        del table[currency]
    for currency, value in wanted.items():
        if table.get(currency) != value:
            table[currency] = tomlkit.value(literal(value))


def _with_new(text: str, amounts: Amounts) -> str:
    """Write new amounts behind the last line of the last one, before the comment of whatever follows."""
    lines = lines_of(text)
    at = max((at for at, line in enumerate(lines) if _AMOUNTS.match(line)), default=None)
    tables = [at for at, line in enumerate(lines) if _TABLE.match(line)]
    end = next((table for table in tables if at is None or table > at), len(lines))
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    written = [f"\n[amounts.{bare(name)}]\n{_values(by_currency)}" for name, by_currency in amounts.items()]
    return "".join([*lines[:end], *written, *lines[end:]])


def _values(by_currency: Mapping[str, str]) -> str:
    return "".join(f"{bare(currency)} = {literal(value)}\n" for currency, value in by_currency.items())
