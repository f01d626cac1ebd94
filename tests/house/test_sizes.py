"""Files and functions stay small, and things have names of their own."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT, functions_of, imports_of, name_of, page_files, python_files, tree_of

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
POSTPONED = re.compile(r"\b(TODO|FIXME|XXX|noqa|type:\s*ignore|pragma: no cover)\b")


def test_no_file_is_over_300_lines():
    scripts = [*(ROOT / "static").glob("*.js"), *(ROOT / "static").glob("*.css")]

    long = {
        name_of(path): lines
        for path in [*_designed(), *page_files(), *scripts]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_function_is_over_40_lines():
    long = {
        f"{name_of(path)}: {function.name}": lines
        for path in _designed()
        for function in functions_of(path)
        if (lines := _body_lines(function)) > LONGEST_FUNCTION
    }

    assert long == {}


def test_every_import_stands_at_the_top_of_its_file():
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if any(node.col_offset for node in _imports_in(tree_of(path)))
        for function in functions_of(path)
        for node in _imports_in(function)
    ]

    assert hidden == []


def test_no_module_has_a_name_that_says_nothing():
    empty_names = [name_of(path) for path in python_files() if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING]

    assert empty_names == []


def test_nothing_is_postponed_or_silenced_in_a_comment():
    found = [
        f"{name_of(path)}:{token.start[0]} {token.string}"
        for path in python_files()
        if POSTPONED.search(text := path.read_text(encoding="utf-8"))
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and POSTPONED.search(token.string)
    ]

    assert found == []


def test_no_error_is_swallowed():
    swallowed = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]

    assert swallowed == []


def test_only_the_stripe_gateway_imports_stripe():
    importers = {
        name_of(path)
        for path in python_files("portal")
        if any(name.split(".")[0] == "stripe" for name in imports_of(path))
    }

    assert importers <= {"portal/gateways/stripe_refunds.py", "portal/gateways/stripe_reading.py"}


def _imports_in(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def _designed() -> list[Path]:
    """Leave the migrations out: each is one change, long or short, and never written again."""
    return [path for path in python_files() if "migrations" not in path.parts]


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count from the first statement to the last: a long list of named arguments is not a long function."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
