"""What a run of the bench found: figures, the targets that some of them are held to, and where they are written."""

import json
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. Without a target it is printed for information; held is then nothing."""

    name: str
    value: float
    unit: str
    target: str | None = None
    held: bool | None = None


@dataclass(slots=True)
class Report:
    """The figures of one run, in the order in which they were found, with what had to be said about them."""

    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def tell(self, name: str, value: float, unit: str) -> None:
        """Keep a figure for information."""
        self._keep(Figure(name, value, unit))

    def hold(self, name: str, value: float, unit: str, *, most: float) -> None:
        """Keep a figure that must not be above its target."""
        self._keep(Figure(name, value, unit, f"<= {most:g}", value <= most))

    def void(self, name: str, why: str, *, most: float) -> None:
        """Keep that a figure could not be measured; its target counts as not held."""
        self._keep(Figure(name, float("nan"), "void", f"<= {most:g}", held=False))
        self.remark(f"{name} is void: {why}")

    def remark(self, sentence: str) -> None:
        """Keep a sentence that is printed under the table."""
        self.remarks.append(sentence)

    def all_held(self) -> bool:
        """Tell whether every figure that has a target holds it."""
        return all(figure.held is not False for figure in self.figures)

    def _keep(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(f"    {line_of(figure)}", flush=True)


def line_of(figure: Figure) -> str:
    """Write one figure as a line of the table."""
    said = "" if figure.target is None else f"{figure.target:>10}  {'held' if figure.held else 'NOT HELD'}"
    return f"{figure.name:<42}{figure.value:>12,.2f} {figure.unit:<22}{said}"


def table_of(figures: Iterable[Figure]) -> str:
    """Write figures as a table."""
    head = f"{'figure':<42}{'value':>12} {'unit':<22}{'target':>10}"
    return "\n".join([head, "-" * len(head), *map(line_of, figures)])


def write(report: Report, path: Path, *, seconds: float, scale: str, started_load: float) -> None:
    """Write the figures and the machine that they were measured on."""
    machine = describe_machine() | {
        "seconds": round(seconds),
        "scale": scale,
        "load_when_started": round(started_load, 2),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    figures = [asdict(figure) | {"value": None if figure.unit == "void" else figure.value} for figure in report.figures]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"figures": figures, "remarks": report.remarks, "machine": machine}, indent=1) + "\n")


def describe_machine() -> dict[str, Any]:
    """Describe this machine as far as it matters to the figures."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    names = listed.read_text().splitlines() if listed.exists() else []
    return next((line.partition(":")[2].strip() for line in names if line.startswith("model name")), platform.machine())


def quantile(values: list[float], share: float) -> float:
    """Give the value below which a share of all values lies, by nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
