"""Review a draft of a policy: propose it, take it back, send it back, and say something about it."""

from portal.domain import drafts
from portal.domain.drafts import DraftMove
from portal.domain.errors import NotFound, Outdated
from portal.domain.policy.publishing import StopsPublishing
from portal.records import policies, policy_drafts
from portal.records.policy_drafts import Said
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyDraft
from portal.services.check_policy import proof_of, read_policy
from portal.services.draft_policy import DraftPage, moved, opened, who
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def propose_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, words: str = "") -> int:
    """Ask for a review of a draft and give its version; its text stands still from then on.

    Raises NotFound, NotAllowed, MovedOn, IllegalMove, BadWords, BadPolicy, StopsPublishing, Outdated.
    """
    said = drafts.words(words)
    check_text(toolkit, page)
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.PROPOSE)
        check_base(session, draft)
        read_policy(session, draft.source, market=draft.market)
        return moved(session, draft, Said(DraftMove.PROPOSE, actor, toolkit.now(), said))


@tried_again
def take_back_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage) -> int:
    """Take a draft out of its review, to go on writing. Raises NotFound, NotAllowed, MovedOn, IllegalMove."""
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.TAKE_BACK)
        return moved(session, draft, Said(DraftMove.TAKE_BACK, actor, toolkit.now()))


@tried_again
def send_back_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, words: str) -> int:
    """Send a draft back to its authors, with words. Raises NotFound, NotAllowed, MovedOn, IllegalMove, BadWords."""
    said = drafts.words(words, needed=True)
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.SEND_BACK)
        return moved(session, draft, Said(DraftMove.SEND_BACK, actor, toolkit.now(), said))


@tried_again
def comment_on_draft(toolkit: Toolkit, *, staff_id: int, ref: str, words: str, rule_key: str | None = None) -> None:
    """Say something about a draft, or about one of its rules. The same words twice running are said once.

    Raises NotFound, NotAllowed, IllegalMove, BadWords.
    """
    said = drafts.words(words, needed=True)
    with toolkit.transaction() as session:
        draft = policy_drafts.hold(session, ref)
        if draft is None:
            raise NotFound("no such draft")
        actor = who(session, staff_id, DraftMove.COMMENT)
        drafts.next_state(drafts.DraftState(draft.state), DraftMove.COMMENT)
        if rule_key is not None and rule_key not in _rules(session, draft):
            raise NotFound("no such rule")
        last = policy_drafts.last_event(session, draft.id)
        mine = (DraftMove.COMMENT.value, str(actor), said, rule_key)
        if last is None or (last.kind, last.actor, last.words, last.rule_key) != mine:
            policy_drafts.note(session, draft, Said(DraftMove.COMMENT, actor, toolkit.now(), said, rule_key))


def check_text(toolkit: Toolkit, page: DraftPage) -> None:
    """Run the check before anything is locked. Raises NotFound, StopsPublishing."""
    with toolkit.reading() as session:
        draft = policy_drafts.found(session, page.ref)
    if draft is None:
        raise NotFound("no such draft")
    proof = proof_of(draft.source)
    if not proof.may_be_published:
        raise StopsPublishing(proof)


def check_base(session: Session, draft: PolicyDraft) -> None:
    """Raise Outdated where another version was published since the draft was based on one."""
    head = policies.newest(session, draft.market)
    if head is not None and head.id != draft.based_on_id:
        raise Outdated(head.number)


def _rules(session: Session, draft: PolicyDraft) -> frozenset[str]:
    """Give the keys of a draft's rules and of those that were there before it."""
    before = policies.by_id(session, draft.based_on_id).source if draft.based_on_id else draft.source
    return frozenset(
        rule.key for text in (before, draft.source) for rule in read_policy(session, text, market=draft.market).rules
    )
