"""The text of a policy that somebody chose to try: that of a draft as it stands, or that of a version."""

from dataclasses import dataclass

from portal.domain.errors import NotFound
from portal.records import policy_drafts, policy_list
from portal.records.policy_replays import Judged
from portal.records.sessions import Session


@dataclass(frozen=True, slots=True)
class OfDraft:
    """The text of a draft, as it stands."""

    ref: str


@dataclass(frozen=True, slots=True)
class OfVersion:
    """The text of a version."""

    market: str
    number: int


Chosen = OfDraft | OfVersion


def chosen_text(session: Session, of: Chosen) -> Judged:
    """Find the text, and of which draft or version it is; raise NotFound where there is none."""
    if isinstance(of, OfDraft):
        draft = policy_drafts.found(session, of.ref)
        if draft is None:
            raise NotFound("no such draft")
        return Judged(draft.source, draft_id=draft.id, draft_version=draft.version)
    version = policy_list.numbered(session, of.market, of.number)
    if version is None:
        raise NotFound("no such version")
    return Judged(version.source, version_id=version.id)
