"""What the pages of closed and open periods show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from portal.domain.money import Money
from portal.domain.periods import Period
from portal.records.batch_file import Batch
from portal.services.close_period import NOT_COMPARED, Preview
from portal.web.shared.language import gettext as _
from portal.web.shared.names import ACCOUNTS, named


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """A month that may be closed."""

    month: Period
    url: str


@dataclass(frozen=True, slots=True)
class PeriodsPage:
    """Rendered by ``finance/periods.html``. problem: why what was asked for could not be done."""

    open: tuple[OpenMonth, ...]
    batches: tuple[tuple[Batch, str], ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a month holds in one currency. unmatched: sentences and names; asker: who has asked for a second person."""

    currency: str
    entries: int
    late: int
    postings: int
    rows: tuple[tuple[str, Money], ...]
    unmatched: tuple[str, ...]
    asker: str | None


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """Rendered by ``finance/period.html``. seen: how many entries are shown, sent back with the form."""

    month: Period
    code: str
    parts: tuple[Part, ...]
    may_close: bool
    problem: str | None = None

    @property
    def seen(self) -> int:
        """Count the entries of all currencies."""
        return sum(part.entries for part in self.parts)

    @property
    def needs_two(self) -> bool:
        """Tell whether two people are needed."""
        return any(part.unmatched for part in self.parts)


def periods_page(months: Sequence[Period], batches: Sequence[Batch], problem: str | None = None) -> PeriodsPage:
    """Show what is open, and what is closed."""
    return PeriodsPage(
        open=tuple(OpenMonth(month, url_for("finance.period", month=code_of(month))) for month in months),
        batches=tuple((batch, url_for("finance.batch", ref=batch.ref)) for batch in batches),
        problem=problem,
    )


def period_page(
    month: Period, preview: Preview, askers: Mapping[str, str | None], *, may_close: bool, problem: str | None
) -> PeriodPage:
    """Show what closing a month would put into its batches."""
    parts = tuple(
        Part(
            currency=content.currency,
            entries=content.entries,
            late=content.late,
            postings=content.postings,
            rows=tuple((named(ACCOUNTS, account), amount) for account, amount in content.moved),
            unmatched=tuple(_sentence(name) for name in preview.unmatched[content.currency]),
            asker=askers.get(content.currency),
        )
        for content in preview.contents
    )
    return PeriodPage(month, code_of(month), parts, may_close, problem)


def balances_of(batch: Batch) -> tuple[tuple[str, Money, Money], ...]:
    """Name the accounts of a batch."""
    return tuple((named(ACCOUNTS, account), moved, closing) for account, moved, closing in batch.balances)


def unmatched_of(batch: Batch) -> tuple[str, ...]:
    """Say what was unmatched when a batch was closed."""
    return tuple(_sentence(name) for name in batch.unmatched)


def code_of(month: Period) -> str:
    """Write a month as it stands in an address."""
    return month.first.isoformat()[:7]


def _sentence(name: str) -> str:
    if name == NOT_COMPARED:
        return _("Nobody has compared these days with Stripe since they ended.")
    return name
