"""What remedies cost in a period, on a page and as a file."""

from collections.abc import Iterator
from datetime import date

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from portal.domain.periods import BadPeriod, Period, Preset, preset, read_period
from portal.records import costs as records
from portal.records import recoveries
from portal.records.cost_file import copy_costs
from portal.services.toolkit import Toolkit
from portal.web.finance.pages import PeriodForm, cost_page, empty_page
from portal.web.shared.access import finance
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame

_REFUSED = 422
_LONGEST_TYPED = 40


@finance
def costs() -> Answer:
    """Show the costs of a period; without one, of this month."""
    try:
        period = _period()
    except BadPeriod as error:
        return _refused(error)
    with toolkit().reading() as session:
        page = cost_page(
            period,
            records.totals(session, period),
            records.balances(session, period),
            records.owners(session),
            recoveries.between(session, period),
            _today(),
        )
    return make_response(render_template("finance/costs.html", page=page, **frame("finance.costs")))


@finance
def cost_file() -> Answer:
    """Give the file of a period, as it is read from the book."""
    try:
        period = _period()
    except BadPeriod as error:
        return _refused(error)
    answer = Response(_file(toolkit(), period), mimetype="text/csv")
    name = f"remedy-costs-{period.first.isoformat()}-to-{period.last.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _file(means: Toolkit, period: Period) -> Iterator[bytes]:
    with means.reading() as session:
        yield from copy_costs(session, period)


def _period() -> Period:
    if "from" not in request.args and "to" not in request.args:
        return preset(Preset.THIS_MONTH, _today())
    return read_period(request.args.get("from", "").strip(), request.args.get("to", "").strip())


def _refused(error: BadPeriod) -> Answer:
    sentences = {
        "no_day": _("Please type a day such as 2026-01-31."),
        "too_far": _("Please choose a day between 2000 and 2999."),
        "ends_before": _("The last day comes before the first. Please change one of them."),
    }
    first, last = (request.args.get(name, "")[:_LONGEST_TYPED] for name in ("from", "to"))
    form = PeriodForm(first, last, {error.part: sentences[error.why]})
    page = empty_page(form, _today())
    return make_response(render_template("finance/costs.html", page=page, **frame("finance.costs")), _REFUSED)


def _today() -> date:
    return toolkit().now().astimezone(toolkit().zone).date()
