"""Add photos to a claim: kept clean, and every line that wanted one is judged again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.domain.errors import NotFound, TooManyPhotos
from portal.domain.facts import Facts
from portal.domain.judged_again import WhyAgain
from portal.domain.policy import OutcomeKind
from portal.domain.ports import PhotoStore
from portal.domain.refs import new_ref
from portal.domain.troubles import TroubleKind
from portal.records import claims, judgements
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Evidence
from portal.services.apply_verdict import POLICY, answer_by, move, show, touch
from portal.services.close_trouble import came_right
from portal.services.current_policy import policy_of
from portal.services.judge_standing import judge_kept
from portal.services.open_trouble import tell_of_trouble
from portal.services.take_over import take_over_second
from portal.services.toolkit import Toolkit, tried_again

MOST_PHOTOS = 10
_STORE = "photos"


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo, already decoded, stripped and written anew."""

    content: bytes
    media_type: str
    width: int
    height: int
    sha256: bytes


@tried_again
def add_photos(
    toolkit: Toolkit, store: PhotoStore, *, customer_id: int, claim_ref: str, photos: Sequence[Photo]
) -> None:
    """Keep photos with a claim and judge the lines that wanted them; a photo that is there already is not kept twice.

    The files are stored before the rows: a crash leaves a file that no row names, never a row without its file.
    Raises NotFound, TooManyPhotos; OSError where there is no room or no way to the store, which staff are told then.
    """
    refs = [new_ref("PHO", 12) for _ in photos]
    _store(toolkit, store, dict(zip(refs, photos, strict=True)))
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref, customer_id)
        if claim is None:
            raise NotFound("no such claim")
        now, actor = toolkit.now(), Actor.claimant(customer_id)
        known = {evidence.sha256 for evidence in claims.photos(session, claim.id)}
        named = {photo.sha256: (ref, photo) for ref, photo in zip(refs, photos, strict=True)}
        fresh = [pair for sha256, pair in named.items() if sha256 not in known]
        if len(known) + len(fresh) > MOST_PHOTOS:
            raise TooManyPhotos(claim_ref)
        session.add_all(_row(claim, ref, photo, actor, now) for ref, photo in fresh)
        if fresh:
            claims.add_event(session, claim.id, "photo_added", actor=actor, now=now, detail={"photos": len(fresh)})
        if fresh or known:
            _judge_again(session, claim, now)


def _store(toolkit: Toolkit, store: PhotoStore, photos: Mapping[str, Photo]) -> None:
    """Put the files into the store, and tell staff where it takes none, or takes them again."""
    try:
        for ref, photo in photos.items():
            store.put(ref, photo.content)
    except OSError as failure:
        tell_of_trouble(toolkit, TroubleKind.PHOTOS_AWAY, subject=_STORE, error=type(failure).__name__)
        raise
    came_right(toolkit, TroubleKind.PHOTOS_AWAY, subject=_STORE)


def _row(claim: Claim, ref: str, photo: Photo, actor: Actor, now: datetime) -> Evidence:
    return Evidence(
        ref=ref,
        claim_id=claim.id,
        media_type=photo.media_type,
        width=photo.width,
        height=photo.height,
        size=len(photo.content),
        sha256=photo.sha256,
        added_by=str(actor),
        added_at=now,
    )


def _judge_again(session: Session, claim: Claim, now: datetime) -> None:
    wanting = [line for line in claim.lines if line.evidence_wanted and line.state == ClaimState.OFFERED]
    deadline: datetime | None = None
    for line in wanting:
        deadline = _judge_line(session, claim, line, now) or deadline
    if wanting:
        take_over_second(session, claim, now)
        touch(claim, answer_within=deadline)


def _judge_line(session: Session, claim: Claim, line: ClaimLine, now: datetime) -> datetime | None:
    """Judge by the version that judged first and by the facts of then: only the photo is new."""
    document = {**line.facts, "evidence": True}
    policy = policy_of(session, claim.policy_version_id)
    judgements.keep(session, line, WhyAgain.PHOTO_ADDED, actor=Actor.claimant(claim.customer_id), now=now)
    verdict, line.standing = judge_kept(Facts.from_document(document), policy, line.standing)
    line.facts = document
    show(line, verdict, now=now)
    if verdict.outcome is OutcomeKind.OFFER:
        move(
            session, claim, line, Action.JUDGE_AGAIN, actor=POLICY, now=now, event="judged_again", rule=verdict.rule_key
        )
        return None
    move(session, claim, line, Action.ASK_PERSON, actor=POLICY, now=now, event="escalated", rule=verdict.rule_key)
    return answer_by(verdict, now)
