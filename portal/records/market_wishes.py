"""What somebody asked of a market's policy and nobody has decided yet, read from the deeds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.domain.drafts import OrdersKeep
from portal.records.tables.deeds import Deed

ASKED, SET, DROPPED = "policy_market_asked", "policy_market_set", "policy_market_dropped"


@dataclass(frozen=True, slots=True)
class Wish:
    """The last thing that was done to a market's setting: a deed. kind: ASKED where it waits for a second person."""

    id: int
    kind: str
    keep: OrdersKeep
    actor: str
    at: datetime
    words: str

    @property
    def waits(self) -> bool:
        """Tell whether nobody has decided it yet."""
        return self.kind == ASKED


def latest(session: Session, markets: Collection[str]) -> dict[str, Wish]:
    """Give the last thing that was done to the setting of each market, by its market; none where nobody touched it."""
    asked = (
        select(Deed)
        .where(Deed.subject.in_(markets), Deed.kind.in_((ASKED, SET, DROPPED)))
        .ext(distinct_on(Deed.subject))
        .order_by(Deed.subject, Deed.id.desc())
    )
    return {deed.subject: _wish(deed) for deed in session.scalars(asked)}


def _wish(deed: Deed) -> Wish:
    detail = deed.detail
    return Wish(
        deed.id, deed.kind, OrdersKeep(detail["orders_keep"]), deed.actor, deed.happened_at, detail.get("words", "")
    )
