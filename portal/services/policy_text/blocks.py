"""Blocks: a policy's text cut into its rules and what stands between them, so that a rule moves with its own comment.

The comment right above a rule is the rule's. What is apart from it by an empty line, such as a heading, stays where it
is when rules move past it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from portal.domain.errors import BadPolicy
from portal.domain.policy.shape import refuse

RULE_HEAD = re.compile(r"\s*\[\[\s*rules\s*\]\]")
_OTHER_TABLE = re.compile(r"\[(?!\[?\s*rules\b)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_APART = "\n"


@dataclass(frozen=True, slots=True)
class Block:
    """One rule. gap: what stands before it and is not its own; text: its comment and its lines, whole lines each."""

    gap: str
    text: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """A whole text: its rules in order, and what stands behind the last of them."""

    rules: tuple[Block, ...]
    rest: str

    def text(self) -> str:
        """Write it down again."""
        return "".join(f"{block.gap}{block.text}" for block in self.rules) + self.rest

    def without(self, at: int) -> "Blocks":
        """Take a rule out; a heading that stands before it stays."""
        gap, behind = self.rules[at].gap, at + 1
        if behind == len(self.rules):
            return Blocks(self.rules[:at], _joined(gap, self.rest))
        following = replace(self.rules[behind], gap=_joined(gap, self.rules[behind].gap))
        return Blocks((*self.rules[:at], following, *self.rules[behind + 1 :]), self.rest)

    def with_before(self, at: int, text: str) -> "Blocks":
        """Put a rule right before another, behind the heading of that one."""
        new, following = Block(self.rules[at].gap, text), replace(self.rules[at], gap=_APART)
        return Blocks((*self.rules[:at], new, following, *self.rules[at + 1 :]), self.rest)

    def with_after(self, at: int, text: str) -> "Blocks":
        """Put a rule right after another, before the heading of the next."""
        return Blocks((*self.rules[: at + 1], Block(_APART, text), *self.rules[at + 1 :]), self.rest)

    def with_text(self, at: int, text: str) -> "Blocks":
        """Write a rule anew."""
        return Blocks((*self.rules[:at], replace(self.rules[at], text=text), *self.rules[at + 1 :]), self.rest)


def blocks_of(text: str) -> Blocks:
    """Cut a text into its rules; raise BadPolicy where they are not written as ``[[rules]]``, one after another."""
    lines = lines_of(text)
    starts = [own_start(lines, at) for at, line in enumerate(lines) if RULE_HEAD.match(line)]
    ends = [_own_end(lines, *both) for both in zip(starts, [*starts[1:], len(lines)], strict=False)]
    befores = [0, *ends]
    rules = tuple(
        Block("".join(lines[before:start]), "".join(lines[start:end]))
        for before, start, end in zip(befores, starts, ends, strict=False)
    )
    found = Blocks(rules, "".join(lines[befores[-1] :]))
    _check_cut(found, text)
    return found


def lines_of(text: str) -> list[str]:
    """Cut a text into whole lines."""
    lines: list[str] = _LINE.findall(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


def rule_of(text: str) -> dict[str, Any]:
    """Read the one rule of a block."""
    (row,) = tomllib.loads(text)["rules"]
    return dict(row)


# Whoever changes one rule of a table reads the keys of all, and most of them are as they were.
@lru_cache(maxsize=2048)
def _key_of(text: str) -> object:
    return rule_of(text).get("key")


def position_of(blocks: Blocks, key: str) -> int:
    """Find a rule by its key; raise BadPolicy where there is none."""
    for at, block in enumerate(blocks.rules):
        if _key_of(block.text) == key:
            return at
    raise refuse(f"rule {key}", "is not there")


def checked(blocks: Blocks, before: str, rules: Sequence[Mapping[str, Any]]) -> str:
    """Write blocks down, sure that they hold these rules in this order, and all else as the text before."""
    text = blocks.text()
    document, old = tomllib.loads(text), tomllib.loads(before)
    if document != {**old, "rules": [*rules]}:
        raise _not_cut()
    return text


def rules_of(blocks: Blocks) -> list[dict[str, Any]]:
    """Read every rule."""
    return [rule_of(block.text) for block in blocks.rules]


def own_start(lines: Sequence[str], at: int) -> int:
    """Go up from a rule's first line over the comment that stands right above it."""
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _own_end(lines: Sequence[str], start: int, following: int) -> int:
    """Find the line behind a rule's last: before another table, an empty line or a comment at its end."""
    end = next((at for at in range(start, following) if _OTHER_TABLE.match(lines[at])), following)
    while end > start and says_nothing(lines[end - 1]):
        end -= 1
    return end


def says_nothing(line: str) -> bool:
    """Tell whether a line is empty or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def _joined(gap: str, following: str) -> str:
    """Join what stood before and behind a rule; an empty line is not kept twice."""
    if gap.strip() and following.strip():
        return gap.rstrip("\n") + "\n" + (following if following.startswith("\n") else f"\n{following}")
    return gap if gap.strip() else following


def _check_cut(blocks: Blocks, text: str) -> None:
    try:
        document = tomllib.loads(text)
        same = document.get("rules", []) == rules_of(blocks)
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise _not_cut() from error
    if not same:
        raise _not_cut()


def _not_cut() -> BadPolicy:
    return refuse(
        "policy: rules", "are not written one after another as [[rules]], so that only the text can be changed"
    )
