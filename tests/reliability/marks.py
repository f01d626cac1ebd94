"""Which tests say that they prove something, read from their source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker. ids holds None for an argument that is not written out as a string."""

    place: str
    ids: tuple[str | None, ...]


def every_mark() -> Iterator[Mark]:
    """Find the markers of all tests."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if ".proves(" in source:
            yield from _marks(ast.parse(source, filename=str(path)), str(path.relative_to(ROOT)))


def _marks(tree: ast.Module, name: str) -> Iterator[Mark]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "proves":
            yield Mark(f"{name}:{node.lineno}", tuple(_text(argument) for argument in node.args))


def _text(argument: ast.expr) -> str | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None
