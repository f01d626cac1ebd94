"""What the project is written in, as the tests of this folder read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("portal", "tests", "migrations")


def python_files(*folders: str) -> list[Path]:
    """List our Python files, the settings included unless folders are named."""
    found = [path for folder in folders or CODE for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *([] if folders else [ROOT / "config.py"])])


def page_files(*folders: str) -> list[Path]:
    """List our templates."""
    return sorted(path for folder in folders or ("templates",) for path in (ROOT / folder).rglob("*.html"))


def name_of(path: Path) -> str:
    """Name a file as a person would."""
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function and method of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports_of(path: Path) -> Iterator[str]:
    """Give the full name of every module that a file imports from."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
