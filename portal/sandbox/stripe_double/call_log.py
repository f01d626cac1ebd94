"""What was asked of the double and when it came in, so that a pace can be held to what the other end saw."""

import time
from collections import deque
from collections.abc import Mapping
from threading import Lock
from typing import Any

_MOST = 50_000


class CallLog:
    """The newest calls, oldest first; a restart forgets them, as it forgets no money."""

    def __init__(self) -> None:
        """Begin with none."""
        self._calls: deque[dict[str, Any]] = deque(maxlen=_MOST)
        self._lock = Lock()

    def note(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Keep a call as it comes in, by the machine's own clock, before anything becomes of it."""
        with self._lock:
            key = headers.get("Idempotency-Key")
            self._calls.append({"at": time.time(), "method": method, "path": path, "key": key})

    def of(self, method: str, path: str) -> list[dict[str, Any]]:
        """List the calls of a method to a path."""
        with self._lock:
            return [call for call in self._calls if (call["method"], call["path"]) == (method, path)]
