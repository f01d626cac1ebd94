"""The sandbox's clock: the machine's, set forward by an offset that survives a restart."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from portal.sandbox.store import Store

_NAME = "clock_offset_seconds"
LARGEST_OFFSET = 10 * 366 * 86_400


class Clock:
    """Tells the time of the double. It never runs behind the machine's: what is due would wait for the lost hours."""

    def __init__(self, store: Store, source: Callable[[], float] = time.time) -> None:
        """Remember the offset; source gives Unix seconds, and a simulation brings its own."""
        self._store = store
        self._source = source
        row = store.read().execute("SELECT value FROM settings WHERE name = ?", (_NAME,)).fetchone()
        self._offset = float(row["value"]) if row is not None else 0.0

    @property
    def offset(self) -> float:
        """Tell how many seconds it is ahead."""
        return self._offset

    def now(self) -> float:
        """Give Unix seconds."""
        return self._source() + self._offset

    def seconds(self) -> int:
        """Give whole Unix seconds, as objects carry them."""
        return int(self.now())

    def set(self, offset: float) -> None:
        """Set it ahead by seconds from now on; raise ValueError for a time before now or out of all reason."""
        if not 0 <= offset <= LARGEST_OFFSET:
            raise ValueError(f"The clock is set ahead by 0 to {LARGEST_OFFSET} seconds.")
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (_NAME, str(offset)))
            self._offset = offset

    def describe(self) -> dict[str, float | str]:
        """Tell the offset and the moment for machines."""
        moment = datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="seconds")
        return {"offset_seconds": self._offset, "now": moment}
