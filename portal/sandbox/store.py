"""The sandbox's SQLite file: one writer at a time, short transactions, a connection for each thread."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = Path(__file__).with_name("schema.sql")
_BUSY_MILLISECONDS = 10_000
# What brings an older file to the present schema, one step a version; a new file begins at the last.
_STEPS = (
    ("ALTER TABLE mails DROP COLUMN body_text", "ALTER TABLE mails DROP COLUMN body_html"),
    (
        "ALTER TABLE balance_transactions ADD COLUMN settled_in TEXT",
        "ALTER TABLE balance_transactions ADD COLUMN exchange_rate REAL",
    ),
)


class Store:
    """Opens transactions on the sandbox's file; state survives a restart."""

    def __init__(self, folder: Path) -> None:
        """Make the file in a folder, which is made where it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "sandbox.sqlite3"
        self._local = threading.local()
        self._writing = threading.Lock()
        with self._writing:
            _bring_up(self.read())

    def read(self) -> sqlite3.Connection:
        """Give this thread's connection, for queries."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=256)
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Open one writing transaction; the lock is taken first, so that writers queue instead of spinning."""
        connection = self.read()
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _bring_up(db: sqlite3.Connection) -> None:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    is_new = db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    for step in () if is_new else _STEPS[version:]:
        for statement in step:
            db.execute(statement)
    db.executescript(_SCHEMA.read_text(encoding="utf-8"))
    db.execute(f"PRAGMA user_version = {len(_STEPS)}")


def new_id(prefix: str) -> str:
    """Make an object id such as ``re_3f…`` in the manner of Stripe: a prefix and 24 characters."""
    return f"{prefix}_3{secrets.token_hex(12)[1:]}"
