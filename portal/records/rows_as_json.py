"""Mapped objects from rows that one statement gathered as JSON, so that a page with ten kinds of rows asks once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import DateTime
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import instance_dict, instance_state

from portal.records.tables.base import Base

T = TypeVar("T", bound=Base)


def read(kind: type[T], row: Mapping[str, Any] | None, **related: object) -> T:
    """Make an object of a row that ``row_to_json`` wrote. It belongs to no session, and what it lacks raises.

    related: the objects that its relationships lead to.
    """
    manager, columns, moments = _plan(kind)
    made: T = manager.new_instance()
    values = {**(row or {}), **related}
    for name in moments:
        if values.get(name) is not None:
            values[name] = datetime.fromisoformat(values[name])
    instance_dict(made).update(values)
    # An object that has a key was read from the database, so a column or relation that is missing is an error.
    state = instance_state(made)
    state.key = (kind, (values.get("id"),), None)
    state.expired_attributes.update(columns - values.keys())
    return made


def read_all(kind: type[T], rows: Iterable[Mapping[str, Any]] | None) -> list[T]:
    """Make objects of an aggregate of rows; an aggregate of none is null."""
    return [read(kind, row) for row in rows or ()]


def read_by(kind: type[T], rows: Iterable[Mapping[str, Any]] | None, key: str) -> dict[Any, list[T]]:
    """Make objects of an aggregate of rows, in lists by what they hang on; what nothing hangs on has an empty list."""
    found: dict[Any, list[T]] = defaultdict(list)
    for row in rows or ():
        found[row[key]].append(read(kind, row))
    return found


@cache
def _plan(kind: type[Any]) -> tuple[Any, frozenset[str], tuple[str, ...]]:
    """Learn the columns of a class, and which of them JSON writes as texts."""
    mapper = class_mapper(kind)
    columns = frozenset(one.key for one in mapper.column_attrs)
    moments = tuple(one.key for one in mapper.column_attrs if isinstance(one.columns[0].type, DateTime))
    return mapper.class_manager, columns, moments
