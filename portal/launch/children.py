"""The processes that a launch starts: kept in a session each, watched, and stopped in the reverse order."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from portal.launch.errors import CannotStart
from portal.launch.interruption import Interruption
from portal.launch.plan import Part
from portal.launch.settings import ROOT

_START_SECONDS = 60
# The worker gives what it runs 25 seconds to finish.
_STOP_SECONDS = 30
_LOG_LINES = 15


class Children:
    """Starts parts and stops them. Their process ids are written down, for a launch that comes after a kill."""

    def __init__(self, instance: Path, interruption: Interruption) -> None:
        self._interruption = interruption
        self._logs = instance / "logs"
        self._logs.mkdir(exist_ok=True)
        self._written = instance / "processes.json"
        self._running: list[tuple[Part, subprocess.Popen[bytes]]] = []

    def start(self, part: Part, environment: Mapping[str, str]) -> None:
        """Start one part; it is not ready yet."""
        log = self._log(part)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with self._interruption.held_back(), log.open("wb") as output:
            child = subprocess.Popen(
                part.command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C is for us alone: we stop the parts in order.
                start_new_session=True,
            )
            self._running.append((part, child))
            self._write_down()

    def wait_until_ready(self) -> None:
        """Wait until every part is ready; raise CannotStart when one ends or takes too long."""
        until = time.monotonic() + _START_SECONDS
        for part, _ in self._running:
            while not part.ready():
                self.look_after()
                if time.monotonic() > until:
                    raise CannotStart(f"The {part.name} is not ready after {_START_SECONDS} seconds.{self._tail(part)}")
                time.sleep(0.1)

    def look_after(self) -> None:
        """Raise CannotStart when a part has ended by itself."""
        for part, child in self._running:
            if (code := child.poll()) is not None:
                how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
                raise CannotStart(f"The {part.name} {how}.{self._tail(part)}")

    def stop(self) -> None:
        """Stop every part, the last started first, and whatever it started itself."""
        while self._running:
            _, child = self._running[-1]
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(_STOP_SECONDS)
            # Whoever is left of its session, itself included, had its time.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            self._running.pop()
        self._written.unlink(missing_ok=True)

    def stop_leftovers(self) -> None:
        """Stop what an earlier launch could not, because it was killed."""
        if not self._written.exists():
            return
        for pid, born in json.loads(self._written.read_text()):
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                # The system may have given the number to somebody else since.
                if process.create_time() == born:
                    _stop_tree(process)
        self._written.unlink()

    def _write_down(self) -> None:
        known = []
        for _, child in self._running:
            with suppress(psutil.NoSuchProcess):
                known.append((child.pid, psutil.Process(child.pid).create_time()))
        self._written.write_text(json.dumps(known))

    def _log(self, part: Part) -> Path:
        return self._logs / f"{part.name}.log"

    def _tail(self, part: Part) -> str:
        lines = self._log(part).read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return f" The end of its log, {self._log(part)}:\n" + "\n".join(f"    {line}" for line in lines)


def _stop_tree(process: psutil.Process) -> None:
    family = [process, *process.children(recursive=True)]
    process.terminate()
    _, left = psutil.wait_procs(family, timeout=_STOP_SECONDS)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()
