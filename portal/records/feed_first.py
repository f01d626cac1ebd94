"""The first import of a shop: every row is new, and so is every row that it points to.

The foreign keys then hold by construction: parents and children come out of the same staging tables, and nobody else
can see the parents, let alone delete them, before the transaction ends. Asking for each of some million rows one by
one, as foreign keys do, takes longer than all the rest. So the asking is left out, where the user of the database may.

Where the tables hold nothing at all, their indexes are taken away and built again over the finished rows, as written
down by PostgreSQL itself. That is several times cheaper than to keep them up to date row by row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg import Connection, Rollback, sql
from psycopg.errors import InsufficientPrivilege, LockNotAvailable

# Below this many lines, taking indexes away costs more than it saves.
_WORTH_IT = 5_000
_OURS = """
    SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(%s::regclass[])
"""
# A primary key stays: rows come in its order, and other tables' foreign keys rest on it.
_INDEXES = """
    SELECT indrelid::regclass::text, coalesce(conname, relname), conname IS NOT NULL,
        coalesce(pg_get_constraintdef(pg_constraint.oid), pg_get_indexdef(indexrelid))
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype = 'u'
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND NOT indisexclusion AND NOT indisreplident
        AND NOT EXISTS (SELECT FROM pg_constraint AS resting WHERE contype = 'f' AND resting.conindid = indexrelid)
    ORDER BY 1, 2
"""


@contextmanager
def own_parents(connection: Connection) -> Iterator[None]:
    """Let rows come in without asking for their parents, until the block ends; without the right to, ask as always.

    Only for rows whose parents were all made in this transaction. No trigger fires either; these tables have none.
    """
    try:
        with connection.transaction(), _as_signed_in(connection):
            connection.execute("SET LOCAL session_replication_role = replica")
    except InsufficientPrivilege:
        yield
        return
    yield
    with _as_signed_in(connection):
        connection.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def indexed_afterwards(connection: Connection, tables: Sequence[str], rows: int) -> Iterator[None]:
    """Let rows come in without indexes, and build these when the block ends. rows: how many lines there are about.

    Only where the tables are empty, belong to the one who signed in and are used by nobody at this moment; they are
    locked until the transaction ends. Anywhere else, and for few rows, everything stays as it is.
    """
    if rows < _WORTH_IT or not _are_free(connection, tables):
        yield
        return
    with _as_signed_in(connection):
        indexes = connection.execute(_INDEXES, [list(tables)]).fetchall()
        for table, name, is_constraint, _ in indexes:
            drop = "ALTER TABLE {table} DROP CONSTRAINT {name}" if is_constraint else "DROP INDEX {name}"
            connection.execute(sql.SQL(drop).format(table=_named(table), name=sql.Identifier(name)))
    yield
    with _as_signed_in(connection):
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for table, name, is_constraint, definition in indexes:
            add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(_named(table), sql.Identifier(name))
            connection.execute((add if is_constraint else sql.SQL("")) + sql.SQL(definition))


def _are_free(connection: Connection, tables: Sequence[str]) -> bool:
    """Lock the tables where they are ours, unused and empty. A lock that is not kept costs nobody anything."""
    free = False
    named = sql.SQL(", ").join(map(_named, tables))
    try:
        with connection.transaction() as attempt, _as_signed_in(connection):
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE NOWAIT").format(named))
            ours = connection.execute(_OURS, [list(tables)]).fetchone()
            held = sql.SQL(" OR ").join(sql.SQL("EXISTS (SELECT FROM {})").format(_named(table)) for table in tables)
            used = connection.execute(sql.SQL("SELECT {}").format(held)).fetchone()
            free = bool(ours and ours[0] and used and not used[0])
            if not free:
                raise Rollback(attempt)
    except (InsufficientPrivilege, LockNotAvailable):
        return False
    return free


@contextmanager
def _as_signed_in(connection: Connection) -> Iterator[None]:
    """Work as the one who signed in, who has rights that the lesser role of the process has not."""
    asked = connection.execute("SELECT current_setting('role')").fetchone()
    role = sql.Identifier(asked[0]) if asked and asked[0] != "none" else sql.SQL("NONE")
    connection.execute("SET LOCAL ROLE NONE")
    yield
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))
