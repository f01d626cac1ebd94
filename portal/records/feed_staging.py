"""The staging tables of a feed import: temporary, typed, gone with the transaction, filled by COPY."""

from collections.abc import Iterable, Sequence

from psycopg import Connection, sql
from psycopg.errors import InvalidParameterValue

from portal.domain.feed import COLUMNS, Column, FeedFile, Kind

TABLES = {FeedFile.ORDERS: "feed_lines", FeedFile.PAYMENTS: "feed_payments"}
_TYPES = {Kind.MOMENT: "timestamptz", Kind.AMOUNT: "numeric", Kind.COUNT: "integer"}
# One import at a time; the number only has to be the same everywhere.
ONE_IMPORT = 7_203_551
# Three thousand rows tell the planner enough of a table that lives for one import.
_SETTINGS = {
    "work_mem": "64MB",
    "default_statistics_target": "10",
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "0",
    "lock_timeout": "30s",
}


def prepare(connection: Connection) -> bool:
    """Make the empty staging tables in the open transaction; give False when another import is running."""
    free = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_IMPORT]).fetchone()
    if not free or not free[0]:
        return False
    for name, value in _SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])
    _widen(connection)
    for file, table in TABLES.items():
        columns: list[sql.Composable] = [sql.SQL("line integer")]
        columns += [sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(_type(c))) for c in COLUMNS[file]]
        make = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
        connection.execute(make.format(sql.Identifier(table), sql.SQL(", ").join(columns)))
    return True


def _widen(connection: Connection) -> None:
    """Let staging tables stay in memory up to a limit; a connection that imported before keeps what it has."""
    try:
        with connection.transaction():
            connection.execute("SET temp_buffers = '64MB'")
    except InvalidParameterValue:
        return


def fill(connection: Connection, file: FeedFile, columns: Sequence[Column], pieces: Iterable[str]) -> None:
    """Copy pieces of CSV, each line led by its number and then in the order of the columns, into the staging table."""
    names = [sql.Identifier("line"), *(sql.Identifier(column.name) for column in columns)]
    table = sql.Identifier(TABLES[file])
    into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, sql.SQL(", ").join(names))
    with connection.cursor().copy(into) as copy:
        for piece in pieces:
            copy.write(piece)
    # What the planner needs to know of; the other columns are only carried along.
    connection.execute(sql.SQL("ANALYZE {} (line, order_number)").format(table))


def _type(column: Column) -> str:
    return _TYPES.get(column.kind, "text")
