"""The launch by its own command, as `make run` gives it, with nothing given: a database of its own too."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launch.settings import ROOT, Ports
from tests.support.command_line import OURS

_READY = "Amends is ready"
_START_SECONDS, _STOP_SECONDS = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Launched:
    """A launch that runs, and the file of what it tells. ready_seconds: how long it took until it was ready."""

    process: subprocess.Popen[bytes]
    log: Path
    ready_seconds: float

    def told(self) -> str:
        """Read what it told so far."""
        return self.log.read_text(errors="replace")

    def interrupt(self) -> int:
        """Press Ctrl-C, wait until it has ended, and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP_SECONDS)


@contextmanager
def launched(instance: Path, ports: Ports, log: Path) -> Iterator[Launched]:
    """Start everything in a folder and wait until it is ready; stop it at the end of the block where it still runs."""
    told = ("--port", ports.web, "--sandbox-port", ports.sandbox, "--mail-port", ports.mail)
    command = (sys.executable, "-m", "portal.launch", "run", "--instance", instance, *told)
    bare = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(one) for one in command],
            cwd=ROOT,
            env=bare,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while _READY not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() - began > _START_SECONDS:
                raise RuntimeError(f"the launch is not ready:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        yield Launched(process, log, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_STOP_SECONDS)
