"""Publish a policy's text as the next version of its market, at the machine; the same text again publishes nothing."""

from datetime import datetime

from portal.domain import drafts
from portal.domain.actors import Actor
from portal.domain.policy.proof import Proof
from portal.domain.policy.publishing import check_concerns, start_of
from portal.records import deeds, policies
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyVersion
from portal.services.check_policy import proofs_in_shop, read_policy
from portal.services.current_policy import parsed
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def publish_policy(
    toolkit: Toolkit,
    *,
    source: str,
    actor: Actor,
    despite: str = "",
    in_force_from: datetime | None = None,
    overtakes: bool = False,
) -> tuple[str, int, bool]:
    """Give the market, the number of its newest version, and whether it is new. despite: the word on warnings.

    For whoever may type commands on the machine, with no second person. overtakes: a version that is planned for later
    never begins. Raises BadPolicy, StopsPublishing, NeedsWord, BadStart, BadWords.
    """
    market = parsed(source).market
    with toolkit.reading() as session:
        (proof,) = proofs_in_shop(session, source)
    with toolkit.transaction() as session:
        policies.take_turns(session, market)
        now = toolkit.now()
        newest = policies.newest(session, market)
        if newest is not None and newest.source == source and newest.in_force_from <= (in_force_from or now):
            return market, newest.number, False
        start = begins(newest, in_force_from, now=now, overtakes=overtakes)
        version = write_version(
            session, source=source, proof=proof, actor=actor, now=now, in_force_from=start, despite=despite
        )
        return market, version.number, True


def begins(newest: PolicyVersion | None, asked: datetime | None, *, now: datetime, overtakes: bool) -> datetime:
    """Give from when the next version of a market is in force. Raises BadStart."""
    head = None if newest is None else (newest.number, newest.in_force_from)
    return start_of(asked, now=now, newest=head, overtakes=overtakes)


def write_version(
    session: Session,
    *,
    source: str,
    proof: Proof,
    actor: Actor,
    now: datetime,
    in_force_from: datetime,
    despite: str,
    draft_ref: str | None = None,
) -> PolicyVersion:
    """Write the next version, and that it was published. proof: of exactly this text, in this shop.

    Raises StopsPublishing, NeedsWord, BadWords.
    """
    word = drafts.words(despite)
    policy = read_policy(session, source)
    warnings = check_concerns(proof, word)
    version = policies.publish(
        session,
        market=policy.market,
        source=source,
        document=dict(policy.document),
        published_by=str(actor),
        now=now,
        in_force_from=in_force_from,
        warnings=warnings,
        despite=word,
    )
    detail = {"in_force_from": in_force_from.isoformat(), "warnings": warnings, "despite": word, "draft": draft_ref}
    deeds.note(session, "policy_published", f"{policy.market} {version.number}", actor=actor, now=now, detail=detail)
    return version
