"""Mark the holds of checkouts that never came back. Their credit was free from the moment their time was over."""

from portal.records import credit
from portal.services.toolkit import Toolkit, tried_again

_AT_ONCE = 500


@tried_again
def expire_credit_holds(toolkit: Toolkit) -> int:
    """Mark what is over and tell how many; safe to run at any time and more than once at a time."""
    with toolkit.transaction() as session:
        return credit.expire_holds(session, toolkit.now(), _AT_ONCE)
