"""One call of the API: who asks, what for, and the answer; endpoints are plain functions over it."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.sandbox.clock import Clock
from portal.sandbox.stripe_double.dispute_life import DisputeLife
from portal.sandbox.stripe_double.journal import Cause, EventJournal
from portal.sandbox.stripe_double.objects import Shape
from portal.sandbox.stripe_double.parameters import Spec
from portal.sandbox.stripe_double.refund_life import RefundLife


@dataclass(frozen=True, slots=True)
class Lives:
    """The parts that move things, made once."""

    clock: Clock
    events: EventJournal
    refunds: RefundLife
    disputes: DisputeLife


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request inside its transaction."""

    db: sqlite3.Connection
    account: str
    params: dict[str, Any]
    object_id: str
    path: str
    cause: Cause
    lives: Lives


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and an object."""

    shape: Shape
    status: int = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Method, path, what it takes, and the function that answers."""

    method: str
    rule: str
    handler: Callable[[Call], Answer]
    spec: Spec
    required: tuple[str, ...] = ()


def endpoint_name(endpoint: Endpoint) -> str:
    """Name an endpoint for the URL table, which wants each name once."""
    return f"{endpoint.method.lower()}_{endpoint.handler.__module__.rpartition('.')[2]}_{endpoint.handler.__name__}"


def filters(params: Mapping[str, Any], **columns: str) -> dict[str, str]:
    """Pick the column filters that were asked for, by parameter name."""
    return {column: params[name] for name, column in columns.items() if name in params}
