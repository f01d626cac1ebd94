"""Batches: past claim lines in columns, ready to be judged anew."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import FactColumns, Numbers, columns_of
from portal.domain.offers import RemedyKind

_TAKEN = {kind.value: number for number, kind in enumerate(RemedyKind)}
NOT_TAKEN = -1


class PastLine(Protocol):
    """A claim line as it was kept: its facts as JSON text, and the remedy taken of it, if any."""

    @property
    def line_id(self) -> int:
        """Give its number."""

    @property
    def customer_id(self) -> int:
        """Give the number of its customer."""

    @property
    def policy_version_id(self) -> int:
        """Give the number of the version that decided it."""

    @property
    def taken(self) -> str | None:
        """Give the remedy that the customer took."""

    @property
    def facts(self) -> str | None:
        """Give its facts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Past claim lines in columns. ``taken`` numbers ``RemedyKind``, -1 for none."""

    line_ids: Numbers
    customer_ids: Numbers
    versions: Numbers
    taken: NDArray[np.int8]
    facts: FactColumns


def batch_of(lines: Sequence[PastLine]) -> Batch:
    """Put lines into columns; every one of them has its facts."""
    return Batch(
        line_ids=np.array([line.line_id for line in lines], np.int64),
        customer_ids=np.array([line.customer_id for line in lines], np.int64),
        versions=np.array([line.policy_version_id for line in lines], np.int64),
        taken=np.array([_TAKEN.get(line.taken or "", NOT_TAKEN) for line in lines], np.int8),
        facts=columns_of([json.loads(line.facts or "{}") for line in lines]),
    )
