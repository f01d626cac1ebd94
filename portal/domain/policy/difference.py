"""Differences between two policies, rule by rule and word by word, for whoever reviews a change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from portal.domain.policy.table import Policy

_NAMED_BY = {"limits": ("subject", "within_days"), "budgets": ("class", "period")}


class Change(StrEnum):
    """What became of a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. place: such as ``rules.late.when.problem``; before and after: as the document holds it, or None.

    For a rule that moved: the keys of the rules that it stood and stands behind, None for the first.
    """

    change: Change
    place: str
    before: object = None
    after: object = None


def differences(one: Policy, other: Policy) -> list[Difference]:
    """List what became of the first policy in the second: settings and amounts first, then the rules in their order.

    Nothing is listed exactly where both documents say the same.
    """
    mine, theirs = ({**policy.document, **_of_lists(policy), "rules": _by_key(policy)} for policy in (one, other))
    settings = (dict(document) for document in (mine, theirs))
    first, second = ({name: value for name, value in each.items() if name != "rules"} for each in settings)
    return [*_of_values("", first, second), *_of_rules(mine["rules"], theirs["rules"])]


def _by_key(policy: Policy) -> dict[str, Any]:
    return {row["key"]: {name: row[name] for name in row if name != "key"} for row in policy.document["rules"]}


def _of_rules(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    behind_mine, behind_theirs = _behind(mine), _behind(theirs)
    moved = _moved([key for key in mine if key in theirs], [key for key in theirs if key in mine])
    for key in mine:
        if key not in theirs:
            yield Difference(Change.REMOVED, f"rules.{key}", before=mine[key])
    for key in theirs:
        if key not in mine:
            yield Difference(Change.ADDED, f"rules.{key}", after=theirs[key])
            continue
        if key in moved:
            yield Difference(Change.MOVED, f"rules.{key}", behind_mine[key], behind_theirs[key])
        yield from _of_values(f"rules.{key}", mine[key], theirs[key])


def _of_lists(policy: Policy) -> dict[str, Any]:
    """Give limits and budgets by what no two of them share, sorted, because their order means nothing."""
    found = {}
    for name, parts in _NAMED_BY.items():
        if name in policy.document:
            rows = {".".join(str(row[part]) for part in parts): row for row in policy.document[name]}
            found[name] = {key: rows[key] for key in sorted(rows)}
    return found


def _behind(rules: Mapping[str, Any]) -> dict[str, str | None]:
    keys = list(rules)
    return dict(zip(keys, [None, *keys], strict=False))


def _moved(mine: list[str], theirs: list[str]) -> set[str]:
    """Tell which of the rules that both have do not stand in one order with the others."""
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    in_order = {key for block in blocks for key in theirs[block.b : block.b + block.size]}
    return set(theirs) - in_order


def _of_values(place: str, before: object, after: object) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        inside = f"{place}." if place else ""
        for name in dict.fromkeys([*before, *after]):
            if name not in after:
                yield Difference(Change.REMOVED, inside + name, before=before[name])
            elif name not in before:
                yield Difference(Change.ADDED, inside + name, after=after[name])
            else:
                yield from _of_values(inside + name, before[name], after[name])
        if list(before) != list(after) and sorted(before) == sorted(after):
            # The order of remedies is the order in which they are shown.
            yield Difference(Change.MOVED, place, before=list(before), after=list(after))
    elif before != after or type(before) is not type(after):
        yield Difference(Change.CHANGED, place, before, after)
