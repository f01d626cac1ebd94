"""Work that is measured in a process of its own, so that its memory is its own: ``python -m tests.bench.apart``."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.policy import parse_text
from portal.factory import create_app
from portal.launch.settings import ROOT
from portal.records.kept_facts import Which
from portal.services.find_patterns import find_patterns
from portal.services.import_orders import import_orders
from portal.services.replay_policy import replay_policy
from portal.wiring import wire_web
from tests.support.past_parcels import LAST_DAY
from tests.support.settings import a_config
from tests.support.web import sign_in_staff

_REPLAYS = 3
_STATUS = Path("/proc/self/status")


def run_apart(what: str, *arguments: str) -> dict[str, float]:
    """Run a piece of work apart; give what it tells: its seconds and its peak memory in bytes."""
    command = (sys.executable, "-m", "tests.bench.apart", what, *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} failed:\n{done.stdout}{done.stderr}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _import(url: str, orders: str, payments: str) -> float:
    toolkit = wire_web(a_config(url)).toolkit
    with Path(orders).open("rb", buffering=1 << 20) as lines, Path(payments).open("rb", buffering=1 << 20) as paid:
        began = time.perf_counter()
        import_orders(toolkit, orders=lines, payments=paid, actor=Actor.system("bench"))
        return time.perf_counter() - began


def _export(url: str, first: str, last: str, file: str) -> float:
    client = create_app(a_config(url)).test_client()
    sign_in_staff(client, Role.FINANCE)
    began = time.perf_counter()
    answer = client.get(f"/finance/costs.csv?from={first}&to={last}", buffered=False)
    with Path(file).open("wb") as written:
        written.writelines(answer.iter_encoded())
    return time.perf_counter() - began


def _replay(url: str, draft: str, lines: str) -> float:
    toolkit = wire_web(a_config(url)).toolkit
    policy = parse_text(Path(draft).read_text(encoding="utf-8"))
    which = Which(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    times = []
    for _ in range(_REPLAYS):
        began = time.perf_counter()
        done = replay_policy(toolkit, draft=policy, which=which)
        times.append(time.perf_counter() - began)
        if done.comparison.lines != int(lines) or not done.comparison.changed:
            raise RuntimeError(f"{done.comparison.lines} of {lines} lines were replayed")
    return median(times)


def _patterns(url: str) -> float:
    """Count all days but the last."""
    return _searched(url, LAST_DAY - timedelta(days=1))


def _patterns_night(url: str) -> float:
    """Count the last day, as every night does."""
    return _searched(url, LAST_DAY)


def _searched(url: str, until: date) -> float:
    toolkit = wire_web(a_config(url)).toolkit
    began = time.perf_counter()
    find_patterns(toolkit, until=until)
    return time.perf_counter() - began


def peak_memory() -> int:
    """Tell the most memory that this process ever held, in bytes."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    # Elsewhere in the world this is bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


_WORK: dict[str, Callable[..., float]] = {
    "import": _import,
    "export": _export,
    "replay": _replay,
    "patterns": _patterns,
    "patterns_night": _patterns_night,
}


def main() -> None:
    """Do the work that is named, and tell what it took as one line of JSON."""
    what, *arguments = sys.argv[1:]
    seconds = _WORK[what](*arguments)
    print(json.dumps({"seconds": seconds, "peak": peak_memory()}))


if __name__ == "__main__":
    main()
