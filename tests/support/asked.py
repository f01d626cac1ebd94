"""A claim of which the customer was asked just now whether it was made right, without waiting until it has arrived."""

from sqlalchemy import text

from portal.services.follow_up_token import link_to_answer
from portal.services.toolkit import Toolkit

_ASK = text("""
    INSERT INTO follow_ups (claim_id, customer_id, turn, state, next_at, arrived_at, asked_at)
    SELECT id, customer_id, 1, 'asked', :now + interval '7 days', :now, :now FROM claims WHERE ref = :ref
""")


def asked_now(toolkit: Toolkit, claim_ref: str) -> str:
    """Note that it was asked, and give the path behind the link of the mail."""
    with toolkit.transaction() as session:
        session.execute(_ASK, {"ref": claim_ref, "now": toolkit.now()})
    return link_to_answer("", toolkit.secret_key, claim_ref)
