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


@dataclass
class Crashes:
    """What the crash suite came to. cases: each with how it ended and its seconds."""

    cases: list[tuple[str, str, float]] = field(default_factory=list)
    seconds: float = 0.0
    code: int = 0

    @property
    def failed(self) -> bool:
        """Tell whether anything did not hold, or nothing was tried."""
        return self.code != 0 or not self.cases


def run_crashes(*, short: bool) -> Crashes:
    """Run it, its own lines shown as they come."""
    command = [sys.executable, "-m", "pytest", "-o", "python_files=prove_*.py", FOLDER, "-v", "--no-header"]
    command += ["-m", "short"] if short else [f"--reliability={_anew(PROVED)}"]
    came, began = Crashes(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="amends-crash-") as folder:
        report = Path(folder) / "report.xml"
        told = subprocess.run([*command, f"--junitxml={report}"], cwd=ROOT, env=os.environ.copy(), check=False)
        came.code = told.returncode
        came.cases = _cases(report) if report.exists() else []
    came.seconds = time.perf_counter() - began
    return came


def _anew(file: Path) -> Path:
    file.unlink(missing_ok=True)
    return file


def _cases(report: Path) -> list[tuple[str, str, float]]:
    # Written a moment ago by our own pytest, so nobody can have put anything into it.
    found = ET.parse(report).getroot().iter("testcase")
    return [(_sentence(case), _outcome(case), float(case.get("time", "0"))) for case in found]


def _sentence(case: ET.Element) -> str:
    return case.get("name", "").removeprefix("test_").replace("_", " ")


def _outcome(case: ET.Element) -> str:
    wrong = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), None)
    return wrong or "held"
