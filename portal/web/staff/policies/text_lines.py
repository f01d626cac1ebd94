"""Where in a policy's text something is wrong: the line that a refusal of the strict reader is about.

The reader knows the document and not its lines, so the place that it names is looked for in the text. A table that is
written in another way than usual is found by its first line at least.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_MOST_CHARACTERS, _MOST_RULES = 1_000_000, 1_000
_PATH = r"[a-z0-9_.]*"
_QUOTED = re.compile(r"(?:does not know|there is no)[a-z ]* '(?P<name>\w+)'")
Lines = Sequence[str]
Finder = Callable[[re.Match[str], Lines], int]


class Block(NamedTuple):
    """A table of a text: the numbers of its first line and of the one behind its last, from 0."""

    start: int
    end: int


def line_of(error: str, text: str) -> int:
    """Find the line, from 1; 0 where the refusal is about no line."""
    lines = text.split("\n")
    for pattern, find in _FINDERS:
        match = pattern.match(error)
        if match is not None:
            return find(match, lines)
    return 0


def _said(match: re.Match[str], _lines: Lines) -> int:
    return int(match["line"])


def _last(_match: re.Match[str], lines: Lines) -> int:
    return max((at for at, line in enumerate(lines, 1) if line.strip()), default=0)


def _past_the_most(_match: re.Match[str], lines: Lines) -> int:
    left = _MOST_CHARACTERS
    for at, line in enumerate(lines, 1):
        left -= len(line) + 1
        if left < 0:
            return at
    return len(lines)


def _one_rule_too_many(_match: re.Match[str], lines: Lines) -> int:
    blocks = list(_blocks(lines, "rules"))
    return blocks[_MOST_RULES].start + 1 if len(blocks) > _MOST_RULES else 0


def _of_number(match: re.Match[str], lines: Lines) -> int:
    blocks, number = list(_blocks(lines, f"{match['table']}s")), int(match["number"])
    return _within(lines, blocks[number - 1], match["path"] or "", match) if number <= len(blocks) else 0


def _of_rule(match: re.Match[str], lines: Lines) -> int:
    key = re.compile(rf"""\s*key\s*=\s*["']{match["key"]}["']""")
    mine = [one for one in _blocks(lines, "rules") if any(key.match(line) for line in lines[one.start : one.end])]
    if not mine:
        return 0
    if match["path"] is None:
        # Of two rules with one key, the second is the one to change.
        return _line(lines, key, mine[-1])
    return _within(lines, mine[0], match["path"], match)


def _of_table(match: re.Match[str], lines: Lines) -> int:
    """Find an amount, a pack or the defaults: under a heading of their own, or on a line of the table above them."""
    first, *rest = match["path"].split(".")
    for length in range(len(rest), -1, -1):
        name = ".".join([first, *rest[:length]])
        for block in _blocks(lines, name):
            return _within(lines, block, ".".join(rest[length:]), match)
    return 0


def _at_the_top(match: re.Match[str], lines: Lines) -> int:
    name = re.escape(match["name"])
    return _line(lines, re.compile(rf"\s*\[*\s*{name}\s*[]=.]"), Block(0, len(lines)))


def _blocks(lines: Lines, table: str) -> Iterator[Block]:
    """Give every table of a name, ``[name]`` or ``[[name]]``, each to where the next begins."""
    heading = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]")
    starts = [at for at, line in enumerate(lines) if re.match(r"\s*\[", line)]
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        if heading.match(lines[start]):
            yield Block(start, following)


def _within(lines: Lines, block: Block, path: str, match: re.Match[str]) -> int:
    """Find what a refusal names in a table: a word that nobody knows, or where a path leads; else the heading."""
    quoted = _QUOTED.search(match.string)
    unknown = [f"{path}.{quoted['name']}", quoted["name"]] if quoted else []
    exact = (at for one in unknown if (at := _line(lines, _statement(one.split(".")), block)))
    return next(exact, 0) or _named(lines, block, path) or _holding(lines, block, match) or block.start + 1


def _holding(lines: Lines, block: Block, match: re.Match[str]) -> int:
    """Find the line of a table that holds a value that a refusal quotes."""
    quoted = [re.escape(value) for value in re.findall(r"'([^']+)'", match.string)]
    return _line(lines, re.compile(rf""".*=.*["'](?:{"|".join(quoted)})["']"""), block) if quoted else 0


def _named(lines: Lines, block: Block, path: str) -> int:
    """Find the statement of a table that a path such as ``then.offer.refund.goods`` leads to; 0 for none."""
    names = [name for name in path.split(".") if name]
    for length in range(len(names), 0, -1):
        found = _line(lines, _statement(names[:length]), block)
        if found:
            return found
    return 0


def _statement(names: Sequence[str]) -> re.Pattern[str]:
    dotted = r"\s*\.\s*".join(rf'"?{re.escape(name)}"?' for name in names if name)
    return re.compile(rf"\s*{dotted}\s*[.=]")


def _line(lines: Lines, pattern: re.Pattern[str], block: Block) -> int:
    return next((at + 1 for at in range(block.start, block.end) if pattern.match(lines[at])), 0)


_FINDERS: tuple[tuple[re.Pattern[str], Finder], ...] = (
    (re.compile(r".*\(at line (?P<line>\d+), column \d+\)", re.DOTALL), _said),
    (re.compile(r"policy: line (?P<line>\d+):"), _said),
    (re.compile(r".*\(at end of document\)", re.DOTALL), _last),
    (re.compile(r"policy: has \d+ characters"), _past_the_most),
    (re.compile(r"policy: rules: has \d+ rules"), _one_rule_too_many),
    (re.compile(rf"(?P<table>rule|limit|budget) number (?P<number>\d+)(?:: (?P<path>{_PATH}))?"), _of_number),
    (re.compile(rf"rule (?P<key>[a-z][a-z0-9_]*)(?:: (?P<path>(?:when|then|describe){_PATH}))?"), _of_rule),
    (re.compile(rf"(?P<path>(?:amounts|packs|defaults){_PATH}): "), _of_table),
    (re.compile(r"policy: does not know '(?P<name>[^']+)'"), _at_the_top),
    (re.compile(r"(?:policy: )?(?P<name>name|market):"), _at_the_top),
)
