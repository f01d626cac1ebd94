"""Rows: add, change, move, duplicate and remove rules in the text of a policy."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from itertools import count
from typing import Any

from portal.domain.policy.shape import refuse
from portal.services.policy_text.blocks import blocks_of, checked, position_of, rules_of
from portal.services.policy_text.lines import made_equal
from portal.services.policy_text.notation import rule_text

_LONGEST_KEY = 60
_ROOM_FOR_A_NUMBER = 5
_KEY_WORDS = 6
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")


def add_rule(text: str, rule: Mapping[str, Any], *, beside: str, after: bool) -> str:
    """Put a new rule right before or after another, by that one's key; raise BadPolicy where there is none."""
    blocks = blocks_of(text)
    at, rules = position_of(blocks, beside), rules_of(blocks)
    written = rule_text(rule)
    made = blocks.with_after(at, written) if after else blocks.with_before(at, written)
    rules.insert(at + 1 if after else at, dict(rule))
    return checked(made, text, rules)


def change_rule(text: str, key: str, rule: Mapping[str, Any]) -> str:
    """Let a rule say what is given; lines that say the same already stay as they are, with their comments."""
    blocks = blocks_of(text)
    at, rules = position_of(blocks, key), rules_of(blocks)
    rules[at] = dict(rule)
    return checked(blocks.with_text(at, made_equal(blocks.rules[at].text, rule)), text, rules)


def move_rule(text: str, key: str, position: int) -> str:
    """Let a rule be the first (1) or any later one; past the last it is the last."""
    blocks = blocks_of(text)
    at, rules = position_of(blocks, key), rules_of(blocks)
    to = min(max(position, 1), len(rules)) - 1
    if to == at:
        return text
    written = blocks.rules[at].text
    left = blocks.without(at)
    made = left.with_before(to, written) if to < at else left.with_after(to - 1, written)
    rules.insert(to, rules.pop(at))
    return checked(made, text, rules)


def duplicate_rule(text: str, key: str, describe: str) -> tuple[str, str]:
    """Put a copy right after a rule, described so; give the text and the key of the copy."""
    blocks = blocks_of(text)
    at, rules = position_of(blocks, key), rules_of(blocks)
    copy = {**rules[at], "key": _numbered(key, [row["key"] for row in rules]), "describe": describe}
    made = blocks.with_after(at, made_equal(blocks.rules[at].text, copy))
    rules.insert(at + 1, copy)
    return checked(made, text, rules), copy["key"]


def remove_rule(text: str, key: str) -> str:
    """Take a rule out with its own comment; raise BadPolicy for the last one."""
    blocks = blocks_of(text)
    at, rules = position_of(blocks, key), rules_of(blocks)
    if len(rules) == 1:
        raise refuse("policy: rules", "needs at least one rule")
    del rules[at]
    return checked(blocks.without(at), text, rules)


def new_key(describe: str, taken: Collection[str], *, kind: str = "rule") -> str:
    """Make a key from words, one that is not taken. kind: what it is a key of, where its words begin with no letter."""
    plain = unicodedata.normalize("NFKD", describe).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_A_KEY.sub("_", plain).strip("_").split("_")[:_KEY_WORDS]
    short = "_".join(words)[: _LONGEST_KEY - _ROOM_FOR_A_NUMBER].strip("_")
    key = short if short[:1].isalpha() else f"{kind}_{short}".strip("_")
    return key if key not in taken else _numbered(key, taken)


def _numbered(key: str, taken: Collection[str]) -> str:
    short = key[: _LONGEST_KEY - _ROOM_FOR_A_NUMBER]
    return next(made for number in count(2) if (made := f"{short}_{number}") not in taken)
