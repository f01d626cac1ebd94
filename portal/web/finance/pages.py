"""What the cost page shows: a period, what it cost by every grouping, and what we owed at its end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from portal.domain.money import Money, zero
from portal.domain.periods import Period, Preset, preset
from portal.records.costs import Costs, Owner, Total
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import ACCOUNTS, CLASSES, PROBLEMS, REMEDIES, STAGES, named

PRESETS: dict[Preset, Any] = {
    Preset.THIS_MONTH: lazy("This month"),
    Preset.LAST_MONTH: lazy("Last month"),
    Preset.THIS_QUARTER: lazy("This quarter"),
    Preset.THIS_YEAR: lazy("This year"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One group in one currency. share: in percent of what its currency cost in all, for a bar."""

    name: str
    more: str
    amount: Money
    postings: int
    share: int


@dataclass(frozen=True, slots=True)
class Table:
    """One grouping."""

    id: str
    heading: str
    column: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PeriodForm:
    """The two days as they were typed, with a sentence for each that is wrong."""

    first: str
    last: str
    errors: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> tuple[str, ...]:
        """Give the error of a field, as the macros want it."""
        return (self.errors[name],) if name in self.errors else ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came back of incidents in the days, and what is left of what remedies cost in them."""

    came: Money
    left: Money


@dataclass(frozen=True, slots=True)
class CostPage:
    """Rendered by ``finance/costs.html``. Without a period (its days were wrong) there is only the form."""

    form: PeriodForm
    presets: tuple[tuple[str, str, bool], ...]
    overall: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = ()
    balances: tuple[tuple[str, Money], ...] = ()
    last: date | None = None
    file_url: str | None = None
    recovered: tuple[Recovered, ...] = ()


def empty_page(form: PeriodForm, today: date) -> CostPage:
    """Show the form alone."""
    return CostPage(form, _presets(today, None))


def cost_page(
    period: Period,
    costs: Costs,
    owed: list[tuple[str, Money]],
    owners: list[Owner],
    recovered: list[Money],
    today: date,
) -> CostPage:
    """Show a period. recovered: by currency."""
    whole = {total.amount.currency: total.amount for total in costs.overall}
    answers = {one.stage: one.owner for one in owners}
    days = _days(period)

    def table(group: str, heading: str, column: str, names: dict[str, Any], more: dict[str, str]) -> Table:
        return Table(group, heading, column, tuple(_rows(costs.by[group], whole, names, more)))

    return CostPage(
        form=PeriodForm(days["from"], days["to"]),
        presets=_presets(today, period),
        overall=tuple(_rows(costs.overall, whole, {}, {})),
        tables=(
            table("remedy", _("By remedy"), _("Remedy"), REMEDIES, {}),
            table("problem", _("By problem"), _("Problem"), PROBLEMS, {}),
            table("stage", _("By stage of the journey"), _("Stage and who answers for it"), STAGES, answers),
            table("policy_class", _("By why we gave it"), _("Why"), CLASSES, {}),
        ),
        balances=tuple((named(ACCOUNTS, account), amount) for account, amount in owed),
        last=period.last,
        file_url=url_for("finance.cost_file", **days),
        recovered=tuple(Recovered(one, whole.get(one.currency, zero(one.currency)) - one) for one in recovered),
    )


def _rows(
    totals: Iterable[Total], whole: dict[str, Money], names: dict[str, Any], more: dict[str, str]
) -> Iterable[Row]:
    for total in totals:
        of = whole[total.amount.currency].minor
        share = max(min(round(100 * total.amount.minor / of), 100), 0) if of else 0
        yield Row(named(names, total.code), more.get(total.code or "", ""), total.amount, total.postings, share)


def _presets(today: date, period: Period | None) -> tuple[tuple[str, str, bool], ...]:
    made = []
    for name, label in PRESETS.items():
        days = preset(name, today)
        made.append((str(label), url_for("finance.costs", **_days(days)), days == period))
    return tuple(made)


def _days(period: Period) -> dict[str, Any]:
    """Write a period as it stands in an address."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
