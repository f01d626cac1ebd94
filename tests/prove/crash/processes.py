"""One process of the product, started as the launch starts it, and stopped in every way there is."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from portal.launch.settings import ROOT

_PATIENCE = 60.0


class NotRunning(AssertionError):
    """A process ended or was not ready in time; the message ends with its log."""


class Process:
    """A process and whatever it started, in a session of their own."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, cwd: Path = ROOT):
        self.name, self.log, self._asked = name, log, False
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                list(command),
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def until(self, ready: Callable[[], bool], seconds: float = _PATIENCE) -> None:
        """Wait until it is ready."""
        until = time.monotonic() + seconds
        while not ready():
            if not self.runs() or time.monotonic() > until:
                raise NotRunning(f"the {self.name} is not ready:\n{self.told()[-3000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self._child.pid

    def runs(self) -> bool:
        return self._child.poll() is None

    def told(self) -> str:
        """Read its log."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill it and all its children at once, as `kill -9` does."""
        self._signal(signal.SIGKILL)
        self._child.wait()

    def pause(self) -> None:
        """Stop the clock for it: SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on: SIGCONT."""
        self._signal(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        """Send SIGTERM, as a supervisor does."""
        if self.runs() and not self._asked:
            # A second time would mean: at once.
            self._asked = True
            self._child.terminate()

    def stop(self, seconds: float = 40.0) -> float:
        """Send SIGTERM and wait; tell how many seconds it took. Whoever is left then is killed."""
        began = time.monotonic()
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(seconds)
        took = time.monotonic() - began
        self._signal(signal.SIGKILL)
        self._child.wait()
        return took

    def _signal(self, number: signal.Signals) -> None:
        # The session is its leader's number for as long as one of it lives.
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, number)
