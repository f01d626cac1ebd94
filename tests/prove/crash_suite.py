"""The crash suite as ``make prove`` runs it: in a process of its own, read back from the report that pytest writes."""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from portal.launch.settings import ROOT

FOLDER = "tests/prove/crash"
# What each of them proved, for docs/reliability.md: make reliability RESULTS=build/prove.jsonl
PROVED = ROOT / "build" / "prove.jsonl"
# The only reason to leave a crash out; whoever is root meets them all.
NEEDS_ROOT = "only root can mount a small disk (tmpfs) to fill up"
_HELD, _LEFT_OUT = "held", "left out"


@dataclass
class Crashes:
    """What the crash suite came to. cases: each with how it ended and its seconds."""

    cases: list[tuple[str, str, float]] = field(default_factory=list)
    seconds: float = 0.0
    code: int = 0

    @property
    def failed(self) -> bool:
        """Tell whether anything did not hold or was not tried; only what needs root may be left out without it."""
        as_wanted = {_HELD} if os.geteuid() == 0 else {_HELD, _LEFT_OUT}
        outcomes = {outcome for _, outcome, _ in self.cases}
        return self.code != 0 or _HELD not in outcomes or not outcomes <= as_wanted


def run_crashes(*, short: bool) -> Crashes:
    """Run it, its own lines shown as they come."""
    command = [sys.executable, "-m", "pytest", "-o", "python_files=prove_*.py", FOLDER, "-v", "--no-header"]
    command += ["-m", "short"] if short else [f"--reliability={_anew(PROVED)}"]
    came, began = Crashes(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="amends-crash-") as folder:
        report = Path(folder) / "report.xml"
        told = subprocess.run([*command, f"--junitxml={report}"], cwd=ROOT, env=os.environ.copy(), check=False)
        came.code = told.returncode
        came.cases = cases(report) if report.exists() else []
    came.seconds = time.perf_counter() - began
    return came


def _anew(file: Path) -> Path:
    file.unlink(missing_ok=True)
    return file


def cases(report: Path) -> list[tuple[str, str, float]]:
    """Read how each of them ended from what pytest wrote."""
    # Written a moment ago by our own pytest, so nobody can have put anything into it.
    found = ET.parse(report).getroot().iter("testcase")
    return [(_sentence(case), _outcome(case), float(case.get("time", "0"))) for case in found]


def _sentence(case: ET.Element) -> str:
    return case.get("name", "").removeprefix("test_").replace("_", " ")


def _outcome(case: ET.Element) -> str:
    wrong = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
    if wrong is None:
        return _HELD
    return _LEFT_OUT if wrong.get("message") == NEEDS_ROOT else wrong.tag
