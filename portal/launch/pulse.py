"""Tells a PostgreSQL server that runs and will take nobody any more from one that is only busy recovering.

Two ways lead there: SIGTERM to the server, which then waits for those who are connected and refuses everybody else, and
a process of its own that is killed while it recovers from the death of another.
"""

import time
from dataclasses import dataclass

import psutil
from psycopg.pq import PGconn, Ping

_LOOK_SECONDS = 3.0
_PATIENCE_SECONDS = 15.0
_ANSWER_SECONDS = 2
# The process that replays what was not yet in the data files; a server that refuses because of it does so for a while.
_RECOVERING = "startup"


@dataclass(slots=True)
class Pulse:
    """How long one server has refused everybody without recovering. patience: seconds after which it is given up."""

    url: str
    patience: float = _PATIENCE_SECONDS
    looked_at: float = 0.0
    refuses_since: float | None = None

    def is_lost(self, postmaster: int) -> bool:
        """Ask the server now and then; tell whether it has refused for longer than it may."""
        now = time.monotonic()
        if now - self.looked_at < min(_LOOK_SECONDS, self.patience):
            return False
        self.looked_at = now
        if not refuses(self.url, postmaster):
            self.refuses_since = None
            return False
        self.refuses_since = self.refuses_since or now
        return now - self.refuses_since >= self.patience


def refuses(url: str, postmaster: int) -> bool:
    """Tell whether a server refuses everybody and recovers nothing. One that does not answer in time may be asleep."""
    joint = "&" if "?" in url else "?"
    answer = PGconn.ping(f"{url}{joint}connect_timeout={_ANSWER_SECONDS}".encode())
    return answer == Ping.REJECT and not any(_RECOVERING in line for line in _lines_of(postmaster))


def _lines_of(postmaster: int) -> list[str]:
    """Read how the processes of a server call themselves; nothing where it ended meanwhile."""
    try:
        return [" ".join(child.cmdline()) for child in psutil.Process(postmaster).children()]
    except psutil.Error:
        return []
