"""Connected accounts of the payment provider that payments of ours were taken through."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.records.tables.orders import Payment


def has_account(session: Session, provider_account: str) -> bool:
    """Tell whether any payment of ours was taken through a connected account."""
    asked = select(Payment.id).where(Payment.provider_account == provider_account).limit(1)
    return session.execute(asked).first() is not None


def all_of(session: Session) -> list[str | None]:
    """List the accounts that payments of ours were taken through, None being the shop's own."""
    asked = text("SELECT DISTINCT provider_account FROM payments WHERE provider_account IS NOT NULL ORDER BY 1")
    return [None, *session.scalars(asked)]
