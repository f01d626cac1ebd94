"""Enter a sign-in code: one try is counted, and the right code is used up, in one statement."""

import re
from datetime import timedelta

from portal.domain.errors import WrongCode
from portal.records import sign_in_codes
from portal.records.sign_in_codes import Proven
from portal.services.limit_rate import Limit, Visitor, by_place, limit_rate
from portal.services.sign_in_secrets import DIGITS, MOST_TRIES, hash_of
from portal.services.toolkit import Toolkit, tried_again

PER_BROWSER = Limit("enter-browser", 30, timedelta(minutes=10))
PER_HOST = Limit("enter-host", 60, timedelta(minutes=10))
PER_NETWORK = Limit("enter-network", 300, timedelta(minutes=10))
_TYPED = re.compile(rf"[0-9]{{{DIGITS}}}")


@tried_again
def enter_sign_in_code(toolkit: Toolkit, *, typed: str, visitor: Visitor) -> Proven:
    """Tell whom the code proves. Blanks between the digits are forgiven, nothing else is. Raises WrongCode, TooMany."""
    limit_rate(toolkit, [(PER_BROWSER, visitor.browser_hash), *by_place(toolkit, visitor, PER_HOST, PER_NETWORK)])
    code = typed.replace(" ", "")
    if not _TYPED.fullmatch(code):
        raise WrongCode("not six digits")
    with toolkit.transaction() as session:
        code_id = sign_in_codes.enter(
            session,
            browser_hash=visitor.browser_hash,
            code_hash=hash_of(toolkit.secret_key, browser_hash=visitor.browser_hash, code=code),
            most_tries=MOST_TRIES,
            now=toolkit.now(),
        )
        proven = sign_in_codes.proven(session, code_id) if code_id is not None else None
    # Outside of the transaction, because a wrong try is counted and must stay counted.
    if proven is None:
        raise WrongCode("not the code that was sent, or its time or tries are over")
    return proven
