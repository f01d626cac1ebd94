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
    for name, tree in _marked():
        yield from _marks(tree, name)


def every_place() -> Iterator[str]:
    """Name every place that looks like a marker, whether pytest reads it or not."""
    for name, tree in _marked():
        yield from (f"{name}:{call.lineno}" for call in _markers_in(tree))


def _marked() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if ".proves(" in source:
            yield str(path.relative_to(ROOT)), ast.parse(source, filename=str(path))


def _markers_in(tree: ast.AST) -> Iterator[ast.Call]:
    return (call for call in ast.walk(tree) if isinstance(call, ast.Call) and _called(call) == "proves")


def _marks(tree: ast.Module, name: str) -> Iterator[Mark]:
    for node in ast.walk(tree):
        for said in _said_by(node):
            yield from (Mark(f"{name}:{call.lineno}", tuple(_texts(call.args))) for call in _markers_in(said))


def _said_by(node: ast.AST) -> Iterator[ast.AST]:
    """Give where pytest looks for markers: decorators of tests, pytestmark, marks of a case, test classes as made."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
        yield from (one for one in node.decorator_list if not _is_of_cases(one))
    elif isinstance(node, ast.Assign) and any(_names_a_test(target) for target in node.targets):
        yield node.value
    elif isinstance(node, ast.Call) and _called(node) == "param":
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "marks")


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _is_of_cases(decorator: ast.expr) -> bool:
    """Tell whether it lays out cases, whose own marks are found in each of them."""
    return isinstance(decorator, ast.Call) and _called(decorator) == "parametrize"


def _names_a_test(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and (target.id == "pytestmark" or target.id.startswith("Test"))


def _texts(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
