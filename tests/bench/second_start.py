"""How long `make run` takes where everything is there already: its database, its shop and its people."""

from pathlib import Path

from portal.launch import postgres
from portal.launch.settings import Ports
from tests.bench.figures import Report
from tests.support.launched import launched
from tests.support.sandbox_server import free_port


def measure(report: Report, folder: Path) -> None:
    """Start everything twice in an empty folder, by the launch's own command, and tell how long the second took."""
    folder.mkdir()
    instance, ports = folder / "instance", Ports(free_port(), free_port(), free_port())
    try:
        with launched(instance, ports, folder / "first.log") as first:
            first.interrupt()
        with launched(instance, ports, folder / "second.log") as second:
            second.interrupt()
    finally:
        if (instance / "postgres").exists():
            postgres.start(instance / "postgres", durable=False).discard()
    report.tell("run.second_start_seconds", second.ready_seconds, "s")
