"""The page on which a customer tells a report another way, be it about the order's own parcels or one sent again."""

from dataclasses import dataclass

from portal.domain.errors import NotFound
from portal.records import claims, sent_again
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order
from portal.services.toolkit import Toolkit
from portal.web.customer.building.again import NewParcel, report_again_page
from portal.web.customer.building.report import parcels_of, reportable
from portal.web.customer.pages.report import CorrectionPage, ReportParcel
from portal.web.shared.report_forms import LineChoice


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was told, with what can be said in its place."""

    claim: Claim
    order: Order
    choices: tuple[LineChoice, ...]
    parcels: tuple[ReportParcel, ...]

    @property
    def page(self) -> CorrectionPage:
        """The page to say it on."""
        return CorrectionPage(ref=self.claim.ref, order_number=self.order.order_number, parcels=self.parcels)

    def filled(self) -> dict[str, object]:
        """Fill the form in as it was told."""
        by_line = {line.order_line.line_number: line for line in self.claim.lines}
        told: dict[str, object] = {"words": self.claim.words, "version": str(self.claim.version)}
        for choice in self.choices:
            line = by_line.get(choice.line_number)
            if line is not None:
                told[choice.field] = {"chosen": True, "quantity": line.quantity, "problem": line.problem}
        return told


def told(session: Session, toolkit: Toolkit, claim_ref: str, customer_id: int) -> Told | None:
    """Read a customer's own report; None where its order is not there any more. Raises NotFound."""
    claim = claims.owned(session, claim_ref, customer_id)
    if claim is None:
        raise NotFound(claim_ref)
    order, line = claim.order, claim.lines[0]
    sent = sent_again.of_line(session, line)
    if sent is not None:
        parcel = NewParcel(order, line.order_line, sent, toolkit.now(), toolkit.zone, corrects=claim)
        return Told(claim, order, (parcel.choice,), report_again_page(parcel).parcels)
    found = reportable(session, toolkit, order.order_number, customer_id, corrects=claim)
    return Told(claim, found.order, found.choices, parcels_of(found)) if found else None
