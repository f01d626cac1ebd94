"""Saying what went wrong: the report, and the correction of one."""

from dataclasses import dataclass
from datetime import date

from portal.domain.money import Money
from portal.web.customer.pages.parts import ClaimLink, ParcelView


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the order on the report page.

    field: the name of this line's sub-form in the form, such as ``line_3``; see ReportPage. None where nothing of the
    line can be reported. quantity: how many were bought. free: how many are not in a claim yet.
    claims: the claims that hold the others.
    """

    title: str
    quantity: int
    free: int
    price: Money
    field: str | None
    claims: tuple[ClaimLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportParcel:
    """One parcel with its lines on the report page."""

    parcel: ParcelView
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Rendered by ``customer/report.html``; posts to ``customer.send_report`` (number=order_number).

    The WTForms form has: ``words`` (text area; needed only where a line says ``other``), ``once`` (hidden; made when
    the page is first shown and kept, so that a double tap makes one claim) and one FormField for every reportable line,
    named ``ReportLine.field``, with the sub-fields ``chosen`` (boolean), ``quantity`` (integer) and ``problem`` (radio;
    its choices are the problems that make sense, as (value, sentence)). Errors sit on the sub-fields; an error of the
    whole form, such as nothing chosen, is ``form.form_errors``. only_line: the one field where the order has a single
    reportable line; it then needs no tick, and counts as chosen. again: the ref of the parcel that was sent again which
    the page is about; it then posts to ``customer.send_report_again`` (number=order_number, parcel=again).
    """

    order_number: str
    placed_on: date
    parcels: tuple[ReportParcel, ...]
    only_line: str | None = None
    again: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """Rendered by ``customer/correct.html``; posts to ``customer.send_correction`` (ref=ref).

    The form is that of ReportPage, filled with what was reported, with ``version`` (hidden) in place of ``once``.
    """

    ref: str
    order_number: str
    parcels: tuple[ReportParcel, ...]
