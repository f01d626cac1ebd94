"""Batches: past claim lines in columns, ready to be judged anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.kept_texts import Path, Reading, Texts, columns_from
from portal.domain.offers import RemedyKind

_TAKEN = {kind.value.encode(): number for number, kind in enumerate(RemedyKind)}
NOT_TAKEN = -1


class PastLines(Protocol):
    """Claim lines as they were kept, in columns: see ``portal.records.kept_parts.KeptParts``."""

    @property
    def line_ids(self) -> Texts:
        """Give their numbers."""

    @property
    def customer_ids(self) -> Texts:
        """Give the numbers of their customers."""

    @property
    def version_ids(self) -> Texts:
        """Give the numbers of the versions that decided them."""

    @property
    def taken(self) -> Texts:
        """Give the remedies that were taken."""

    @property
    def currencies(self) -> Texts:
        """Give their currencies."""

    @property
    def parts(self) -> Mapping[Path, Texts]:
        """Give the parts of their facts."""

    @property
    def recorded(self) -> Mapping[str, Texts]:
        """Tell which of them hold the facts that may lack."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Past claim lines in columns. ``taken`` numbers ``RemedyKind``, -1 for none."""

    line_ids: Numbers
    customer_ids: Numbers
    versions: Numbers
    taken: NDArray[np.int8]
    facts: FactColumns


def batch_of(lines: PastLines, reading: Reading) -> Batch:
    """Put lines into columns; every one of them has its facts."""
    rows = len(lines.line_ids)
    ids, customers, versions = (
        np.fromiter(map(int, texts), np.int64, rows)
        for texts in (lines.line_ids, lines.customer_ids, lines.version_ids)
    )
    return Batch(
        line_ids=ids,
        customer_ids=customers,
        versions=versions,
        taken=np.fromiter((_TAKEN.get(text, NOT_TAKEN) for text in lines.taken), np.int8, rows),
        facts=columns_from(reading, lines.parts, lines.recorded, lines.currencies),
    )
