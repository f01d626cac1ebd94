"""Give the second factor: the code of this half minute, or a recovery code; each counts once, and few wrong ones do."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.errors import NotFound, TooMany, WrongCode
from portal.records import deeds, second_factors, staff, wrong_codes
from portal.records.sessions import Session
from portal.records.tables.people import SecondFactor
from portal.services.limit_rate import Limit, Visitor, by_place, limit_rate, window_of
from portal.services.second_factor_secrets import open_secret, plain, recovery_hash, step_of
from portal.services.toolkit import Toolkit, tried_again

PER_HOST = Limit("factor-host", 60, timedelta(minutes=15))
PER_NETWORK = Limit("factor-network", 300, timedelta(minutes=15))
MOST_WRONG = 5
WRONG_COUNT_FOR = timedelta(minutes=15)


@tried_again
def give_second_factor(toolkit: Toolkit, *, staff_id: int, typed: str, visitor: Visitor) -> None:
    """Use up the code that a staff member typed, however it is spaced.

    Raises WrongCode, also for a code that was used; TooMany after five wrong ones, whatever comes next; NotFound where
    there is no second factor. The row is held from the comparison on, so that no code counts twice at once.
    """
    limit_rate(toolkit, by_place(toolkit, visitor, PER_HOST, PER_NETWORK))
    with toolkit.transaction() as session:
        factor = second_factors.held(session, staff_id)
        if factor is None:
            raise NotFound("no second factor")
        now = toolkit.now()
        whose, window_at = f"wrong-second-factor:{staff_id}", window_of(now, WRONG_COUNT_FOR)
        if wrong_codes.so_far(session, whose, window_at) >= MOST_WRONG:
            raise TooMany(int((window_at + WRONG_COUNT_FOR - now).total_seconds()) + 1)
        right = _use(toolkit, session, factor, plain(typed))
        if not right:
            wrong_codes.count(session, whose, window_at)
    # Outside of the transaction, because a wrong code is counted and must stay counted.
    if not right:
        raise WrongCode("not the code of this half minute, or used before")


def _use(toolkit: Toolkit, session: Session, factor: SecondFactor, typed: str) -> bool:
    secret, now = open_secret(factor.sealed_secret, toolkit.secret_key), toolkit.now()
    step = step_of(secret, typed, now) if secret else None
    if step is not None and step > factor.used_step:
        factor.used_step = step
        return True
    used = second_factors.use_recovery_code(session, factor.staff_id, recovery_hash(typed, toolkit.secret_key), now)
    if used:
        whose = staff.mailbox_of(session, factor.staff_id)
        deeds.note(session, "recovery_code_used", whose, actor=Actor.staff(factor.staff_id), now=now)
    return used
