"""`make run` with a database of its own: Ctrl-C leaves nothing running, and the next start finds what this one left."""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.launch import places, postgres
from portal.launch.settings import Ports
from tests.support.launched import launched
from tests.support.sandbox_server import free_port

_FIRST_ONLY = ("Publishing", "Importing", "Counting", "Giving", "Making")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "instance"
    yield folder
    if (folder / "postgres").exists():
        postgres.start(folder / "postgres", durable=False).discard()


def started_by(instance: Path) -> list[psutil.Process]:
    """Find the parts that were written down, with whatever they started, and the processes of the database."""
    written = json.loads((instance / "processes.json").read_text())
    parts = [psutil.Process(pid) for pid, _born in written if psutil.pid_exists(pid)]
    data = str(places.find(instance / "postgres").data)
    servers = [one for one in psutil.process_iter(["cwd"]) if one.info["cwd"] == data]
    return [*parts, *(child for part in parts for child in part.children(recursive=True)), *servers]


def those_that_stay(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Give who has not ended soon; one that ended and that nobody has asked about yet is called a zombie."""
    _, there = psutil.wait_procs(processes, timeout=5)
    return [one for one in there if one.status() != psutil.STATUS_ZOMBIE]


def steps_told(told: str) -> list[str]:
    return [word for word in _FIRST_ONLY if f"  {word} " in told]


def addresses_and_sign_ins(told: str) -> str:
    """Take what is told from the line after the one that says that everything is ready, and how quickly."""
    return told.partition("Amends is ready")[2].partition("\n")[2]


def test_ctrl_c_leaves_nothing_running_and_the_next_start_prepares_nothing_again(instance: Path, tmp_path: Path):
    ports = Ports(free_port(), free_port(), free_port())

    with launched(instance, ports, tmp_path / "first.log") as first:
        running = started_by(instance)
        names = {one.name() for one in running}
        ended = first.interrupt()
    left = those_that_stay(running)
    with launched(instance, ports, tmp_path / "second.log") as second:
        ended_again = second.interrupt()

    assert "postgres" in names
    assert len(running) > len({"sandbox", "web", "worker"})
    assert left == []
    assert (ended, ended_again) == (0, 0)
    assert first.told().rstrip().endswith("Stopped.")
    assert steps_told(first.told()) == [*_FIRST_ONLY]
    assert steps_told(second.told()) == []
    assert "agent" in addresses_and_sign_ins(first.told())
    assert addresses_and_sign_ins(second.told()) == addresses_and_sign_ins(first.told())
