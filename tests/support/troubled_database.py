"""Trouble that PostgreSQL itself makes, for tests: errors at the rows of a table, and what only its owner may do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

_BREAK = """
CREATE SEQUENCE breaks;
CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('breaks') <= {times} THEN RAISE EXCEPTION 'broken by a test' USING ERRCODE = '{code}'; END IF;
  RETURN NEW;
END $$;
GRANT USAGE ON SEQUENCE breaks TO PUBLIC;
CREATE TRIGGER breaks BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION breaks();
"""
_MEND = "DROP FUNCTION breaks CASCADE; DROP SEQUENCE breaks"
_ALWAYS = 1_000_000


@contextmanager
def breaking(url: str, table: str, code: str, *, times: int = _ALWAYS) -> Iterator[None]:
    """Let PostgreSQL itself raise an error at every row of a table that is to be written, so many times."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_BREAK.format(table=table, code=code, times=times).encode())
        try:
            yield
        finally:
            connection.execute(_MEND.encode())


def as_owner(url: str, statement: str, values: Mapping[str, object] | None = None) -> None:
    """Run a statement that neither web nor worker may."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode(), values)
