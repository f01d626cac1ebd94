"""Publish a draft as the next version of its market: a second person does, who wrote none of it."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain import drafts
from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.drafts import DraftMove, DraftState
from portal.domain.errors import MovedOn, NotFound
from portal.records import policies, policy_drafts
from portal.records.policy_drafts import Said
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyDraft
from portal.services.check_policy import proofs_in_shop, read_policy
from portal.services.draft_policy import DraftPage, moved, opened
from portal.services.publish_policy import begins, write_version
from portal.services.review_policy import check_base
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Published:
    """What a draft became."""

    market: str
    number: int
    in_force_from: datetime


@tried_again
def publish_draft(
    toolkit: Toolkit,
    *,
    staff_id: int,
    page: DraftPage,
    in_force_from: datetime | None = None,
    despite: str = "",
    overtakes: bool = False,
) -> Published:
    """Publish a draft that is in review. in_force_from: none is from now on. despite: the word on warnings.

    The check runs on exactly the text that the page showed, before anything is locked. The same tap by the same person
    gives the same answer. Raises NotFound, NotAllowed, MovedOn, IllegalMove, Outdated, BadPolicy, StopsPublishing,
    NeedsWord, BadStart, BadWords.
    """
    with toolkit.reading() as session:
        read = policy_drafts.found(session, page.ref)
        if read is None:
            raise NotFound("no such draft")
        (proof,) = proofs_in_shop(session, read.source)
    with toolkit.transaction() as session:
        done = _done(session, staff_id, page)
        if done is not None:
            return done
        actor, draft = opened(session, staff_id, page, DraftMove.PUBLISH)
        drafts.check_second(actor, policy_drafts.authors(session, draft.id))
        if draft.source != read.source:
            raise MovedOn(draft.ref)
        policies.take_turns(session, draft.market)
        check_base(session, draft)
        read_policy(session, draft.source, market=draft.market)
        now = toolkit.now()
        start = begins(policies.newest(session, draft.market), in_force_from, now=now, overtakes=overtakes)
        version = write_version(
            session,
            source=draft.source,
            proof=proof,
            actor=actor,
            now=now,
            in_force_from=start,
            despite=despite,
            draft_ref=draft.ref,
        )
        draft.published_id = version.id
        moved(session, draft, Said(DraftMove.PUBLISH, actor, now, despite.strip()))
        return Published(version.market, version.number, version.in_force_from)


def _done(session: Session, staff_id: int, page: DraftPage) -> Published | None:
    """Give what came of it, where this person answered this page already."""
    draft = policy_drafts.hold(session, page.ref)
    if draft is None or not _by_this_tap(draft, staff_id, page):
        return None
    version = policies.by_id(session, certain(draft.published_id, "a published draft became a version"))
    return Published(version.market, version.number, version.in_force_from)


def _by_this_tap(draft: PolicyDraft, staff_id: int, page: DraftPage) -> bool:
    return (draft.state, draft.version, draft.changed_by) == (
        DraftState.PUBLISHED,
        page.version + 1,
        str(Actor.staff(staff_id)),
    )
