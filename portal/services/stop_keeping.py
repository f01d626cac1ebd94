"""Stop keeping stock of a SKU: as many as are wanted can be sent again, until it is counted anew."""

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.stock import Shelf
from portal.records import deeds, stock
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def stop_keeping(toolkit: Toolkit, *, sku: str, vendor: str | None, actor: Actor) -> list[Shelf]:
    """Let go of the care for a SKU, on the shelf of one vendor or on all; give the shelves as they were.

    What was promised of them stays promised, and leaves as ever. Raises NotFound where no stock of it is kept.
    """
    with toolkit.transaction() as session:
        shelves = stock.stop_keeping(session, sku, vendor)
        if not shelves:
            raise NotFound(sku)
        left = {shelf.vendor: shelf.on_hand for shelf in shelves}
        deeds.note(session, "stock_kept_no_more", sku, actor=actor, now=toolkit.now(), detail={"on_hand": left})
        return shelves
