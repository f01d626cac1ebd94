"""Take back store credit that was granted in error, as far as it is neither spent nor promised to a checkout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN
from portal.domain.credit import reversible
from portal.domain.errors import NotFound
from portal.domain.journal import About, Entry
from portal.domain.money import Money, total, zero
from portal.records import books, budgets, claims, credit, credit_reversals, post
from portal.records.credit_reversals import Grant
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.credit import CreditAccount
from portal.services.apply_verdict import touch
from portal.services.letter_of_claim import letter_of_turn
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Mistake:
    """Which remedy's credit was an error, and why. A source takes back once; another one takes what came free since.

    reason: for the file; words: what the customer reads of it, where there is more to say than that it was one.
    """

    remedy_ref: str
    source: str
    reason: str
    actor: Actor
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reversed:
    """What was taken back, and the rest that was spent or is with a checkout. repeated: it had been done before."""

    taken: Money
    rest: Money
    repeated: bool = False


@tried_again
def reverse_credit(
    toolkit: Toolkit, mistake: Mistake, check: Callable[[Session, Claim], None] | None = None
) -> Reversed:
    """Take back what is left of a remedy's credit and book it out of the promise too, once for the source.

    The customer reads what was taken and what stays theirs, and their claim goes into the queue with it, for a person
    to answer. check: raises where whoever asks may not touch this claim. Raises NotFound for a remedy that granted
    nothing, and where there is something to check and the credit is of no claim.
    """
    with toolkit.transaction() as session:
        grants = credit_reversals.grants_of(session, mistake.remedy_ref)
        if not grants:
            raise NotFound("this remedy has granted no credit")
        claim_ref = grants[0].about.claim_ref
        claim = claims.hold_whole(session, claim_ref) if claim_ref else None
        if check is not None:
            if claim is None:
                raise NotFound("this credit is of no claim, so nobody can be asked whose it is")
            check(session, claim)
        account = credit.lock(session, grants[0].account_id)
        done = credit_reversals.before(session, grants, mistake.source)
        if done:
            taken, wanted = (sum(one.taken_minor for one in done), sum(one.wanted_minor for one in done))
            return Reversed(Money(taken, account.currency), Money(wanted - taken, account.currency), repeated=True)
        # What stands of them is read again under the lock: another one may have taken some of it back just now.
        return _reverse(toolkit, session, account, claim, mistake)


def _reverse(
    toolkit: Toolkit, session: Session, account: CreditAccount, claim: Claim | None, mistake: Mistake
) -> Reversed:
    now, grants = toolkit.now(), credit_reversals.grants_of(session, mistake.remedy_ref)
    came, entries = _take(session, account, grants, mistake, now)
    books.record_all(session, entries, actor=mistake.actor, now=now, zone=toolkit.zone)
    if claim is not None:
        _tell(session, claim, mistake, came, now)
    return came


def _tell(session: Session, claim: Claim, mistake: Mistake, came: Reversed, now: datetime) -> None:
    """Note it on the claim, leave the customer's letter, and let a person look."""
    sums = {"taken_minor": came.taken.minor, "rest_minor": came.rest.minor}
    detail = {"remedy": mistake.remedy_ref, **sums, "currency": came.taken.currency}
    claims.add_event(session, claim.id, "credit_reversed", actor=mistake.actor, now=now, detail=detail)
    claim.waits_for_answer = True
    touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
    if came.taken:
        more: dict[str, str | int | None] = {**sums, "reason": mistake.words}
        post.leave(session, letter_of_turn(claim, "credit_taken_back", claim.version, more, remedy=mistake.remedy_ref))


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
            entries += _entries(session, ref, grant, taken, mistake, now) if taken else []
        if parts:
            credit.move(session, account, parts, kind="reverse", source=ref, actor=mistake.actor, now=now)
    return came, entries


def _entries(session: Session, ref: str, grant: Grant, taken: Money, mistake: Mistake, now: datetime) -> list[Entry]:
    """Give what is taken back to the budgets of its promise, and give the entries to book."""
    promise, about = credit_reversals.promise_of(session, mistake.remedy_ref, grant.origin), _about(grant, taken)
    budgets.release(
        session,
        remedy=mistake.remedy_ref,
        source=ref,
        policy_class=promise.policy_class,
        minor=taken.minor,
        actor=mistake.actor,
        now=now,
    )
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
