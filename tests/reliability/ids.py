"""The ids that have to be proved, read from their file."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("ids.toml")
_BEFORE = {"invariants": "", "faults": "fault ", "inputs": "input ", "bugs": "bug "}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that has to hold. why_argued is empty where a test has to show it."""

    id: str
    section: str
    says: str
    why_argued: str = ""


@cache
def every() -> tuple[Wanted, ...]:
    """List all that has to hold, in the order of the file."""
    return tuple(_read())


def known() -> frozenset[str]:
    """Give the ids that a test may name."""
    return frozenset(wanted.id for wanted in every())


def _read() -> Iterator[Wanted]:
    kept = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    argued = kept.pop("argued")
    for section, before in _BEFORE.items():
        for number, says in kept[section].items():
            yield Wanted(f"{before}{number}", section, says, argued.pop(f"{before}{number}", ""))
    if argued:
        raise ValueError(f"argued, but not in the list: {', '.join(argued)}")
