"""Which tests say that they prove something, read from their source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker, with the ids that are written out in it; pytest itself checks those that are computed."""

    place: str
    ids: tuple[str, ...]


def every_mark() -> Iterator[Mark]:
    """Find the markers of all tests."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if ".proves(" in source:
            yield from _marks(ast.parse(source, filename=str(path)), str(path.relative_to(ROOT)))


def _marks(tree: ast.Module, name: str) -> Iterator[Mark]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "proves":
            yield Mark(f"{name}:{node.lineno}", tuple(_texts(node.args)))


def _texts(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
