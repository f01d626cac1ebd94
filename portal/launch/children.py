"""The processes that a launch starts: kept in a session each, watched, and stopped in the reverse order."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
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
# A part that ends by itself this often within a minute would end again: what breaks it is not a chance.
_MOST_ENDS, _WITHIN_SECONDS = 5, 60.0
# Whoever sends one of these may do so as often as they like. Worker and web end in order then, and say so with 0.
_SENT_BY_SOMEBODY = {0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


@dataclass(slots=True)
class _Running:
    """A part that was started. ends: when it ended by itself, of the machine's steady clock."""

    part: Part
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    ends: list[float] = field(default_factory=list)

    def ended(self) -> str | None:
        """Say how it ended, where it has."""
        code = self.process.poll()
        if code is None:
            return None
        return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"

    def ends_over_and_over(self, now: float) -> bool:
        """Note that it ended, and tell whether it does so too often to be started again."""
        if self.process.returncode not in _SENT_BY_SOMEBODY:
            self.ends = [at for at in self.ends if now - at < _WITHIN_SECONDS] + [now]
        return len(self.ends) >= _MOST_ENDS

    def end_family(self) -> None:
        """Kill whoever is left of its session, itself included: they had their time."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Children:
    """Starts parts and stops them. Their process ids are written down, for a launch that comes after a kill."""

    def __init__(self, instance: Path, interruption: Interruption) -> None:
        self._interruption = interruption
        self._logs = instance / "logs"
        self._logs.mkdir(exist_ok=True)
        self._written = instance / "processes.json"
        self._running: list[_Running] = []

    def start(self, part: Part, environment: Mapping[str, str]) -> None:
        """Start one part; it is not ready yet."""
        log = self._log(part)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with self._interruption.held_back():
            self._running.append(_Running(part, dict(environment), self._launch(part, environment)))
            self._write_down()

    def _launch(self, part: Part, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._log(part).open("ab") as output:
            return subprocess.Popen(
                part.command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C is for us alone: we stop the parts in order.
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until every part is ready; raise CannotStart when one ends or takes too long."""
        until = time.monotonic() + _START_SECONDS
        for one in self._running:
            while not one.part.ready():
                self.look_after()
                if time.monotonic() > until:
                    message = f"The {one.part.name} is not ready after {_START_SECONDS} seconds."
                    raise CannotStart(f"{message}{self._tail(one.part)}")
                time.sleep(0.1)

    def look_after(self) -> None:
        """Raise CannotStart when a part has ended by itself."""
        for one in self._running:
            if (how := one.ended()) is not None:
                raise CannotStart(f"The {one.part.name} {how}.{self._tail(one.part)}")

    def mend(self, tell: Callable[[str], None]) -> None:
        """Start again what has ended by itself, and tell of it; raise CannotStart where a part ends over and over."""
        for one in self._running:
            how = one.ended()
            if how is None:
                continue
            if one.ends_over_and_over(time.monotonic()):
                raise CannotStart(f"The {one.part.name} {how}, {_MOST_ENDS} times in a minute.{self._tail(one.part)}")
            # What it started itself may live on, and hold its port.
            one.end_family()
            with self._interruption.held_back():
                one.process = self._launch(one.part, one.environment)
                self._write_down()
            tell(f"The {one.part.name} {how}, and is started again")

    def stop(self) -> None:
        """Stop every part, the last started first, and whatever it started itself."""
        while self._running:
            one = self._running[-1]
            one.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(_STOP_SECONDS)
            one.end_family()
            one.process.wait()
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
        for one in self._running:
            with suppress(psutil.NoSuchProcess):
                known.append((one.process.pid, psutil.Process(one.process.pid).create_time()))
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
