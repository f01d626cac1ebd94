"""Give a customer's store credit another code, for one who thinks that somebody has seen theirs."""

from portal.domain.credit import new_code
from portal.domain.errors import NotFound
from portal.records import credit
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def new_credit_code(toolkit: Toolkit, *, customer_id: int, account_ref: str) -> str:
    """Change the code and tell it; the old one stops at once, what a checkout has set aside stays so.

    Raise NotFound for an account that is not this customer's.
    """
    with toolkit.transaction() as session:
        account = credit.lock_owned(session, customer_id, account_ref)
        if account is None:
            raise NotFound("there is no such account")
        code = new_code()
        credit.change_code(session, account, code, toolkit.secret_key)
        return code
