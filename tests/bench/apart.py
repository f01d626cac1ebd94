"""Work that is measured in a process of its own, so that its memory is its own: ``python -m tests.bench.apart``."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from portal.domain.actors import Actor
from portal.launch.settings import ROOT
from portal.services.import_orders import import_orders
from portal.wiring import wire_web
from tests.support.settings import a_config

_STATUS = Path("/proc/self/status")


def run_apart(what: str, *arguments: str) -> dict[str, float]:
    """Run a piece of work apart; give what it tells: its seconds and its peak memory in bytes."""
    command = (sys.executable, "-m", "tests.bench.apart", what, *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} failed:\n{done.stdout}{done.stderr}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _import(url: str, orders: str, payments: str) -> None:
    toolkit = wire_web(a_config(url)).toolkit
    with Path(orders).open("rb", buffering=1 << 20) as lines, Path(payments).open("rb", buffering=1 << 20) as paid:
        import_orders(toolkit, orders=lines, payments=paid, actor=Actor.system("bench"))


def peak_memory() -> int:
    """Tell the most memory that this process ever held, in bytes."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    # Elsewhere in the world this is bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


_WORK = {"import": _import}


def main() -> None:
    """Do the work that is named, and tell what it took as one line of JSON."""
    what, *arguments = sys.argv[1:]
    began = time.perf_counter()
    _WORK[what](*arguments)
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak_memory()}))


if __name__ == "__main__":
    main()
