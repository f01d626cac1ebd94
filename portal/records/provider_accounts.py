"""Connected accounts of the payment provider that payments of ours were taken through."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.records.tables.orders import Payment


def has_account(session: Session, provider_account: str) -> bool:
    """Tell whether any payment of ours was taken through a connected account."""
    asked = select(Payment.id).where(Payment.provider_account == provider_account).limit(1)
    return session.execute(asked).first() is not None
