"""Ask the warehouse for a replacement: read, call with no transaction open, follow the answer."""

from portal.domain.actors import Actor
from portal.domain.ports import Address, ShipmentOrder, UnknownOutcome, Warehouse
from portal.records import claims, remedies
from portal.services.finish_remedy import line_of
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.toolkit import Toolkit

WORKER = Actor.system("worker")


def send_replacement(toolkit: Toolkit, warehouse: Warehouse, *, replacement_ref: str) -> bool:
    """Order one parcel at the warehouse; tell whether it must be tried again later, because no clear answer came."""
    order = _order(toolkit, replacement_ref)
    if order is None:
        return False
    try:
        answer = warehouse.order(order)
    except UnknownOutcome:
        return True
    news = ParcelNews(
        state="accepted" if answer.accepted else "refused",
        warehouse_ref=answer.warehouse_ref,
        arrives_on=answer.arrives_on,
        reason=answer.reason,
    )
    follow_parcel(toolkit, replacement_ref=replacement_ref, news=news, actor=WORKER)
    return False


def _order(toolkit: Toolkit, replacement_ref: str) -> ShipmentOrder | None:
    with toolkit.reading() as session:
        replacement = remedies.lock_replacement(session, replacement_ref)
        if replacement is None or replacement.state != "requested":
            return None
        claim = claims.found_by_remedy(session, replacement.remedy_id)
        line = line_of(claim, replacement.claim_line_id)
        return ShipmentOrder(
            ref=replacement.ref,
            order_number=claim.order.order_number,
            sku=line.order_line.sku,
            title=line.order_line.title,
            quantity=replacement.quantity,
            address=Address(**replacement.address),
        )
