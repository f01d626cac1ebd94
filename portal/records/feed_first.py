"""The first import of a shop: every row is new, and so is every row that it points to.

The foreign keys then hold by construction: parents and children come out of the same staging tables, and nobody else
can see the parents, let alone delete them, before the transaction ends. Asking for each of some million rows one by
one, as foreign keys do, takes longer than all the rest. So the asking is left out, where the user of the database may.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege


@contextmanager
def own_parents(connection: Connection) -> Iterator[None]:
    """Let rows come in without asking for their parents, until the block ends; without the right to, ask as always.

    Only for rows whose parents were all made in this transaction. No trigger fires either; these tables have none.
    """
    asked = connection.execute("SELECT current_setting('role')").fetchone()
    role = sql.Identifier(asked[0]) if asked and asked[0] != "none" else sql.SQL("NONE")
    try:
        with connection.transaction():
            # The right belongs to the one who signed in, not to the lesser role that the process works under.
            connection.execute("SET LOCAL ROLE NONE")
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
    except InsufficientPrivilege:
        yield
        return
    yield
    connection.execute("SET LOCAL ROLE NONE")
    connection.execute("SET LOCAL session_replication_role = origin")
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
