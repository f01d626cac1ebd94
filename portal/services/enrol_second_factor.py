"""Enrol a second factor: a secret is offered, and kept once a code shows that an authenticator holds it."""

from dataclasses import dataclass
from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.errors import Conflict, NotFound, WrongCode
from portal.records import deeds, second_factors, staff
from portal.services.limit_rate import Limit, Visitor, limit_rate
from portal.services.second_factor_secrets import (
    address_of,
    new_recovery_codes,
    offered_secret,
    plain,
    recovery_hash,
    seal_secret,
    step_of,
)
from portal.services.toolkit import Toolkit, tried_again

PER_BROWSER = Limit("enrol-browser", 30, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret to take into an authenticator. address: the same as an ``otpauth:`` link."""

    secret: str
    address: str


def offer_second_factor(toolkit: Toolkit, *, staff_id: int, visitor: Visitor) -> Offered | None:
    """Offer a staff member a secret, the same one for as long as the session lasts; None for whoever has a factor."""
    with toolkit.reading() as session:
        member = staff.by_id(session, staff_id)
        enrolled = second_factors.has_one(session, staff_id)
    if member is None or enrolled:
        return None
    secret = offered_secret(toolkit.secret_key, browser_hash=visitor.browser_hash, staff_id=staff_id)
    return Offered(secret, address_of(secret, mailbox=member.mailbox, shop_name=toolkit.shop.name))


@tried_again
def enrol_second_factor(toolkit: Toolkit, *, staff_id: int, typed: str, visitor: Visitor) -> tuple[str, ...]:
    """Keep the secret that was offered, and give ten recovery codes, which nobody can read again.

    Raises WrongCode, TooMany, Conflict for whoever has a second factor, NotFound where the account was closed.
    """
    limit_rate(toolkit, [(PER_BROWSER, visitor.browser_hash)])
    secret = offered_secret(toolkit.secret_key, browser_hash=visitor.browser_hash, staff_id=staff_id)
    codes = new_recovery_codes()
    with toolkit.transaction() as session:
        # The row of the person is held, so that of two who enrol at once the second finds the first one's factor.
        member = staff.held_by_id(session, staff_id)
        if member is None:
            raise NotFound("the account is closed")
        if second_factors.has_one(session, staff_id):
            raise Conflict("there is a second factor already")
        now = toolkit.now()
        step = step_of(secret, plain(typed), now)
        if step is None:
            raise WrongCode("not the code of this half minute")
        second_factors.add(
            session,
            staff_id=staff_id,
            sealed_secret=seal_secret(secret, toolkit.secret_key),
            used_step=step,
            recovery_hashes=[recovery_hash(code, toolkit.secret_key) for code in codes],
            now=now,
        )
        deeds.note(session, "second_factor_set", member.mailbox, actor=Actor.staff(staff_id), now=now)
    return codes
