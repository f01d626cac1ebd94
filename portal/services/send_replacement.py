"""Ask the warehouse for a replacement: read, call with no transaction open, follow the answer."""

from portal.domain.actors import Actor
from portal.domain.ports import UnknownOutcome, Warehouse
from portal.records import remedies
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.toolkit import Toolkit

WORKER = Actor.system("worker")


def send_replacement(toolkit: Toolkit, warehouse: Warehouse, *, replacement_ref: str) -> bool:
    """Order one parcel at the warehouse; tell whether it must be tried again later, because no clear answer came."""
    with toolkit.reading() as session:
        order = remedies.to_order(session, replacement_ref)
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
