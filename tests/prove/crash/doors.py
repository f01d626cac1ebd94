"""Doors between the portal and what it speaks to: everything passes, until a test holds, spoils or cuts it.

A door is a small TCP server of the test. It reads what passes just enough to know the moment: the text of a statement,
the head of a request. So a process of the product is stopped exactly there, and knows nothing of it.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tests.prove.crash.reading import Reader

_CHUNK = 1 << 16
_RESET = struct.pack("ii", 1, 0)
PATIENCE = 60.0
# Whoever is held waits for the test, however long that takes.
_HELD_SECONDS = 600.0
Fits = Callable[[str], bool]
# What becomes of some bytes: what goes on of them, and whether the connection lives on.
Fate = tuple[bytes, bool]


class Way(Enum):
    """Which way something goes: what the product asks, or what it is answered."""

    ASK = "ask"
    ANSWER = "answer"


class NotSeen(AssertionError):
    """What a test waited for never passed the door."""


class Hold:
    """Holds what it meets until the test lets it go or drops it."""

    def __init__(self) -> None:
        self.met = threading.Event()
        self.passed = threading.Event()
        self._decided = threading.Event()
        self._goes_on = False

    def __call__(self, passing: bytes) -> Fate:
        self.met.set()
        self._decided.wait(_HELD_SECONDS)
        return (passing, True) if self._goes_on else (b"", False)

    def wait(self, what: str, seconds: float = PATIENCE) -> None:
        if not self.met.wait(seconds):
            raise NotSeen(f"after {seconds:.0f} seconds the door has not seen {what}")

    def let_go(self) -> None:
        """Let it pass, and wait until it has: a process that is woken now finds it there, however busy all is."""
        self._goes_on = True
        self._decided.set()
        if self.met.is_set():
            self.passed.wait(PATIENCE)

    def drop(self) -> None:
        self._decided.set()


def half(passing: bytes) -> Fate:
    """Let half of it through, and close."""
    return passing[: len(passing) // 2], False


def nothing(_passing: bytes) -> Fate:
    """Let nothing of it through, and close."""
    return b"", False


@dataclass
class Trap:
    """What happens to the next things that fit: what is asked, or the answers to what was asked."""

    way: Way
    fits: Fits
    does: Callable[[bytes], Fate]
    times: int = 1


@dataclass
class Line:
    """One connection through a door, which two pumps serve."""

    near: socket.socket
    far: socket.socket
    reader: Reader
    asked: str = ""
    is_over: bool = False
    _pumps: int = 2
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        """Let nothing pass any more: both pumps wake, and the last of them to leave resets both ends.

        Nobody else closes an end, because a pump that is about to read it would read the next one of that number.
        """
        with self._lock:
            self.is_over = True
            for end in (self.near, self.far):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RD)

    def leave(self) -> None:
        """Leave it, as a pump that has ended."""
        self.reset()
        with self._lock:
            self._pumps -= 1
            if not self._pumps:
                self._close()

    def refuse(self) -> None:
        """Reset both ends of a connection that no pump serves."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            with contextlib.suppress(OSError):
                end.close()


@dataclass
class Door:
    """A TCP port that leads to another place: a host and port, or the path of a Unix socket."""

    leads_to: tuple[str, int] | str
    make_reader: Callable[[], Reader]
    is_open: bool = True
    lines: list[Line] = field(default_factory=list)
    _traps: list[Trap] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def hold(self, way: Way, fits: Fits) -> Hold:
        """Hold the next thing that fits."""
        held = Hold()
        self.set(way, fits, held)
        return held

    def set(self, way: Way, fits: Fits, does: Callable[[bytes], Fate], *, times: int = 1) -> None:
        """Do something to the next things that fit."""
        with self._lock:
            self._traps.append(Trap(way, fits, does, times))

    def break_next(self, way: Way, fits: Fits, does: Callable[[bytes], Fate]) -> threading.Event:
        """Do something to the next thing that fits; what is given is set once that has happened."""
        met = threading.Event()

        def break_it(passing: bytes) -> Fate:
            met.set()
            return does(passing)

        self.set(way, fits, break_it)
        return met

    def clear(self) -> None:
        """Let everything pass from now on."""
        with self._lock:
            traps, self._traps = self._traps, []
        for trap in traps:
            if isinstance(trap.does, Hold):
                trap.does.drop()

    def shut(self) -> None:
        """Reset every connection, and each that is tried from now on."""
        self.is_open = False
        self.cut()

    def open(self) -> None:
        """Let connections be made again."""
        self.is_open = True

    def cut(self) -> None:
        """Reset every connection that there is now."""
        with self._lock:
            lines, self.lines = self.lines, []
        for line in lines:
            line.reset()

    def close(self) -> None:
        """Take the door away."""
        self.clear()
        self.shut()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            try:
                far = self._connect()
            except OSError:
                near.close()
                continue
            line = Line(near, far, self.make_reader())
            if not self.is_open:
                line.refuse()
                continue
            with self._lock:
                self.lines.append(line)
            for pump in (self._pump_asks, self._pump_answers):
                threading.Thread(target=pump, args=(line,), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self.leads_to, str):
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.leads_to)
            except OSError:
                far.close()
                raise
            return far
        return socket.create_connection(self.leads_to)

    def _pump_asks(self, line: Line) -> None:
        def passing(chunk: bytes) -> bool:
            for piece, text in line.reader.feed(chunk):
                line.asked = text or line.asked
                if not self._pass_on(Way.ASK, text, piece, line.far):
                    return False
            return True

        self._pump(line, line.near, passing)

    def _pump_answers(self, line: Line) -> None:
        self._pump(line, line.far, lambda chunk: self._pass_on(Way.ANSWER, line.asked, chunk, line.near))

    def _pump(self, line: Line, source: socket.socket, passing: Callable[[bytes], bool]) -> None:
        with contextlib.suppress(OSError):
            while (chunk := source.recv(_CHUNK)) and not line.is_over and passing(chunk):
                pass
        line.leave()
        with self._lock, contextlib.suppress(ValueError):
            self.lines.remove(line)

    def _pass_on(self, way: Way, text: str, piece: bytes, target: socket.socket) -> bool:
        trap = self._sprung(way, text)
        goes_on, lives = trap.does(piece) if trap else (piece, True)
        try:
            if goes_on:
                target.sendall(goes_on)
        finally:
            if trap and isinstance(trap.does, Hold):
                trap.does.passed.set()
        return lives

    def _sprung(self, way: Way, text: str) -> Trap | None:
        if not self._traps:
            return None
        with self._lock:
            trap = next((one for one in self._traps if one.way is way and text and one.fits(text)), None)
            if trap is not None:
                trap.times -= 1
                if not trap.times:
                    self._traps.remove(trap)
            return trap
