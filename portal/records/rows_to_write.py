"""Mapped objects as rows of JSON, so that one statement writes a whole claim and no flush has to find out what is new.

The database reads such rows with ``json_populate_recordset(NULL::table, …)``, by the names and types of its columns.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import instance_dict

from portal.records.tables.base import Base

T = TypeVar("T", bound=Base)


def fresh(mapped: type[T], /, **values: object) -> T:
    """Make an object that is not written yet, without the work that a mapped class does for each value it is given.

    A session takes it as any other. What is not named counts as empty.
    """
    maker, known = _maker(mapped)
    if not values.keys() <= known:
        raise TypeError(f"{mapped.__name__} has no {', '.join(sorted(values.keys() - known))}")
    made: T = maker.new_instance()
    instance_dict(made).update(values)
    return made


def row_of(made: Base, **more: object) -> dict[str, Any]:
    """Give what an object holds of its columns. more: values that are known by another name than their object."""
    held = instance_dict(made)
    return {**{name: held[name] for name in _columns(type(made)) if name in held}, **more}


def as_json(rows: Iterable[dict[str, Any]] | dict[str, Any]) -> str:
    """Write rows, or one row, as JSON."""
    return json.dumps(rows if isinstance(rows, dict) else list(rows), default=datetime.isoformat)


def columns(kind: type[Base], *left_out: str, of: str = "") -> str:
    """List the columns of a class for a statement, without its key and those left out. of: the name before each."""
    return ", ".join(f"{of}{name}" for name in _columns(kind) if name not in ("id", *left_out))


def named_columns(kind: type[Base], *left_out: str, of: str) -> str:
    """List the names and values of the columns of a class, its key with them, as ``json_build_object`` takes them."""
    return ", ".join(f"'{name}', {of}{name}" for name in _columns(kind) if name not in left_out)


@cache
def _maker(mapped: type[Base]) -> tuple[Any, frozenset[str]]:
    mapper = class_mapper(mapped)
    return mapper.class_manager, frozenset(mapper.attrs.keys())


@cache
def _columns(kind: type[Base]) -> tuple[str, ...]:
    return tuple(one.key for one in class_mapper(kind).column_attrs)
