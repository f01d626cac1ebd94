"""Patterns: how far the search has come, the running counts of every cell, and what was found and decided."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Double, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.patterns import Measure, PatternState
from portal.records.tables.base import Base, Document, Key, Moment, OptionalMoment, Ref, one_of


class PatternSearch(Base):
    """How far the search of one family of measures has come. Whoever saves names the day from which they started."""

    __tablename__ = "pattern_searches"

    family: Mapped[str] = mapped_column(String(24), primary_key=True)
    # The last day that is counted in.
    until_on: Mapped[date] = mapped_column(Date)
    # The words by their codes, and by measure the whole shop's fading sums and those of the strata of the mix.
    state: Mapped[Document]
    saved_at: Mapped[Moment]


class PatternCells(Base):
    """The running counts of every cell of a measure, as ``portal.analysis.patterns.daily`` writes them.

    There are hundreds of thousands that all change each day, and are only ever read together: one row holds them.
    """

    __tablename__ = "pattern_cells"
    __table_args__ = (CheckConstraint(one_of("measure", Measure), name="measure"),)

    measure: Mapped[str] = mapped_column(String(24), primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class Pattern(Base):
    """A cell that fails more often than usual, with what was counted when it was found, and what a person decided."""

    __tablename__ = "patterns"
    __table_args__ = (
        CheckConstraint(one_of("measure", Measure), name="measure"),
        CheckConstraint(one_of("state", PatternState), name="state"),
        CheckConstraint("cell <> '{}'", name="of_a_cell"),
        CheckConstraint("0 < events AND events <= exposure AND usual > 0", name="counts"),
        CheckConstraint(
            "(state = 'new') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("state <> 'dismissed' OR reason <> ''", name="dismissed_with_a_reason"),
        Index("ix_patterns_one_new", "measure", "cell", unique=True, postgresql_where="state = 'new'"),
        Index("ix_patterns_found_on", "found_on"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    measure: Mapped[str] = mapped_column(String(24))
    # Its words by dimension, such as {"vendor": "X", "lane": "SP→RR"}.
    cell: Mapped[dict[str, str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(16))
    found_on: Mapped[date] = mapped_column(Date)
    # Since when it speaks for a raised rate; the counts are from that day to seen_on.
    since_on: Mapped[date] = mapped_column(Date)
    seen_on: Mapped[date] = mapped_column(Date)
    exposure: Mapped[int]
    events: Mapped[int]
    usual: Mapped[float] = mapped_column(Double)
    # The exact interval of its rate, at 95 in a hundred.
    rate_low: Mapped[float] = mapped_column(Double)
    rate_high: Mapped[float] = mapped_column(Double)
    # Weeks of it, the earliest first: first day, exposure, events.
    weeks: Mapped[list[list[Any]]] = mapped_column(JSONB)
    # Other cells that stood out too, and that this one explains.
    also: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[OptionalMoment]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    incident_ref: Mapped[str | None] = mapped_column(String(24), ForeignKey("incidents.ref"))
