"""Take back store credit that was granted in error, as far as it is neither spent nor promised to a checkout."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import reversible
from portal.domain.errors import NotFound
from portal.domain.journal import About, Entry
from portal.domain.money import Money, total, zero
from portal.records import books, claims, credit, credit_reversals
from portal.records.credit_reversals import Grant
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.credit import CreditAccount
from portal.services.apply_verdict import touch
from portal.services.toolkit import Toolkit, tried_again

TELL_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Which remedy's credit was an error, and why. A source takes back once; another one takes what came free since."""

    remedy_ref: str
    source: str
    reason: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Reversed:
    """What was taken back, and the rest that was spent or is with a checkout. repeated: it had been done before."""

    taken: Money
    rest: Money
    repeated: bool = False


@tried_again
def reverse_credit(toolkit: Toolkit, mistake: Mistake) -> Reversed:
    """Take back what is left of a remedy's credit and book it out of the promise too, once for the source.

    Its claim goes into the queue with what was taken and the rest, for a person to write to the customer. Raises
    NotFound for a remedy that granted nothing.
    """
    with toolkit.transaction() as session:
        grants = credit_reversals.grants_of(session, mistake.remedy_ref)
        if not grants:
            raise NotFound("this remedy has granted no credit")
        claim_ref = grants[0].about.claim_ref
        claim = claims.hold_whole(session, claim_ref) if claim_ref else None
        account = credit.lock(session, grants[0].account_id)
        now = toolkit.now()
        done = credit_reversals.before(session, grants, mistake.source)
        if done:
            taken, wanted = (sum(one.taken_minor for one in done), sum(one.wanted_minor for one in done))
            return Reversed(Money(taken, account.currency), Money(wanted - taken, account.currency), repeated=True)
        # What stands of them is read again under the lock: another one may have taken some of it back just now.
        grants = credit_reversals.grants_of(session, mistake.remedy_ref)
        came, entries = _take(session, account, grants, mistake, now)
        books.record_all(session, entries, actor=mistake.actor, now=now, zone=toolkit.zone)
        if claim is not None:
            _leave_to_staff(session, claim, mistake, came, now)
        return came


def _leave_to_staff(session: Session, claim: Claim, mistake: Mistake, came: Reversed, now: datetime) -> None:
    detail = {"remedy": mistake.remedy_ref, "taken_minor": came.taken.minor, "rest_minor": came.rest.minor}
    detail |= {"currency": came.taken.currency}
    claims.add_event(session, claim.id, "credit_reversed", actor=mistake.actor, now=now, detail=detail)
    claim.waits_for_answer = True
    touch(claim, answer_within=now + TELL_WITHIN)


def _take(
    session: Session, account: CreditAccount, grants: Sequence[Grant], mistake: Mistake, now: datetime
) -> tuple[Reversed, list[Entry]]:
    lots, holds = credit.lots(session, account), credit.live_holds(session, account, now)
    came, entries = Reversed(zero(account.currency), zero(account.currency)), []
    for grant in grants:
        wanted = Money(grant.amount_minor - grant.gone, account.currency)
        parts = []
        for lot in [lot for lot in lots if lot.ref in grant.lots]:
            part = reversible(lot, lots, holds, now)
            lots = [replace(one, left=one.left - part) if one is lot else one for one in lots]
            parts += [(lot.ref, -part)] if part else []
        taken = -total([part for _, part in parts], account.currency)
        came = Reversed(came.taken + taken, came.rest + wanted - taken)
        if wanted:
            ref = credit_reversals.add(
                session,
                grant,
                source=mistake.source,
                wanted=wanted.minor,
                taken=taken.minor,
                reason=mistake.reason,
                actor=mistake.actor,
                now=now,
            )
            entries += _entries(session, ref, grant, taken, mistake) if taken else []
        if parts:
            credit.move(session, account, parts, kind="reverse", source=ref, actor=mistake.actor, now=now)
    return came, entries


def _entries(session: Session, ref: str, grant: Grant, taken: Money, mistake: Mistake) -> list[Entry]:
    promise, about = credit_reversals.promise_of(session, mistake.remedy_ref, grant.origin), _about(grant, taken)
    return [
        journal.credit_reversed(ref, taken, grant.ref, about),
        journal.remedy_reversed(ref, taken, promise, about),
    ]


def _about(grant: Grant, taken: Money) -> About:
    """Say what is taken back is about: its tax is its share of the grant's, and all of it together the whole."""
    tax = int(grant.about.dimensions.get("tax_minor") or 0)
    gone = grant.gone
    share = tax * (gone + taken.minor) // grant.amount_minor - tax * gone // grant.amount_minor
    return About(grant.about.claim_ref, {**grant.about.dimensions, "tax_minor": str(share)})
