"""Ctrl-C and its relatives: they end a launch at once, except while something is half started or being stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Turns the signals that ask us to stop into KeyboardInterrupt, now or when it no longer hurts."""

    def __init__(self) -> None:
        self._held = False
        self._came = False
        for number in _SIGNALS:
            signal.signal(number, self._handle)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let a signal wait until the end of the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Take no further signal: everything is being stopped already."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _handle(self, _number: int, _frame: object) -> None:
        self._came = True
        if not self._held:
            raise KeyboardInterrupt
