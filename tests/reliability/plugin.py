"""Write down what each marked test proved: ``pytest --reliability FILE``.

A line of JSON for each id and test, after its teardown:

    {"id": "M1", "test": "tests/…::test_…", "outcome": "passed", "commit": "28bf224"}

Where a file that git knows was changed since, the commit ends in -dirty. The process that gathers the reports writes,
so that it is the same with and without xdist. What stands in the file already stays: a run in several pieces may share
one.
"""

import json
import subprocess
from pathlib import Path

import pytest

from tests.reliability.ids import known
from tests.reliability.marks import ROOT

_PROPERTY = "proves"
_WORST_FIRST = ("failed", "skipped", "passed")


def present_commit() -> str:
    """Name the commit whose files these are, or are made of."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=7", "--dirty", "--exclude=*"]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file to write to."""
    group = parser.getgroup("reliability")
    group.addoption("--reliability", metavar="FILE", help="append what each marked test proved, as lines of JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Write only where somebody asked for it, and only in the process that gathers the reports."""
    file = config.getoption("--reliability")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Writer(Path(file)), "reliability-writer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hang the ids of each test on its reports, which carry them from worker to writer."""
    for item in items:
        ids = [one for mark in item.iter_markers("proves") for one in mark.args]
        if unknown := set(ids) - known():
            raise pytest.UsageError(f"{item.nodeid} proves what is not in tests/reliability/ids.toml: {unknown}")
        item.user_properties.extend((_PROPERTY, one) for one in ids)


class _Writer:
    """Keeps the worst outcome of a test's three phases, and writes it after the last."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._outcomes: dict[str, str] = {}
        self._commit = present_commit()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one phase. A test whose process died has no teardown, and so proves nothing."""
        so_far = self._outcomes.get(report.nodeid, "passed")
        self._outcomes[report.nodeid] = min(so_far, report.outcome, key=_WORST_FIRST.index)
        if report.when == "teardown":
            outcome = self._outcomes.pop(report.nodeid)
            ids = sorted({str(value) for name, value in report.user_properties if name == _PROPERTY})
            said = {"test": report.nodeid, "outcome": outcome, "commit": self._commit}
            lines = [json.dumps({"id": one, **said}) for one in ids]
            with self._file.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
