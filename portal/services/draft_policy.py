"""Write a draft of a market's policy: begin one, change it, base it on a newer version, give it up."""

from dataclasses import dataclass

import tomlkit

from portal.domain import drafts
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.drafts import DraftMove, DraftState
from portal.domain.errors import BadPolicy, MovedOn, NotAllowed, NotFound
from portal.records import policies, policy_drafts, staff
from portal.records.policies import DEFAULT_MARKET
from portal.records.policy_drafts import Said
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyDraft, PolicyVersion
from portal.services.check_policy import read_policy, refuse_new_agents
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft as the page showed it that was answered."""

    ref: str
    version: int


def start_draft(toolkit: Toolkit, *, staff_id: int, market: str, title: str, source: str | None = None) -> str:
    """Begin a draft and give its ref. source: without one, the newest text of the market, or of the default.

    Raises NotAllowed, BadWords, BadPolicy.
    """
    named = drafts.words(title, most=drafts.MOST_TITLE, needed=True)
    with toolkit.transaction() as session:
        actor = who(session, staff_id, DraftMove.START)
        base = policies.newest(session, market)
        text = source if source is not None else _text_to_begin_with(session, market, base)
        policy = read_policy(session, text, market=market)
        # Going back to what was published once says nothing new.
        if source is not None and not policies.was_published(session, source):
            refuse_new_agents(policy, base.source if base else None)
        said = Said(DraftMove.START, actor, toolkit.now(), source=text)
        based_on_id = base.id if base else None
        return policy_drafts.start(session, market=market, title=named, based_on_id=based_on_id, said=said).ref


@tried_again
def save_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, source: str, said: str = "") -> int:
    """Keep another text of a draft and give the draft's version; the same text changes nothing.

    said: what was changed, in words. What the check finds does not matter yet. Raises NotFound, NotAllowed, MovedOn,
    IllegalMove, BadWords, BadPolicy.
    """
    words = drafts.words(said)
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.CHANGE)
        refuse_new_agents(read_policy(session, source, market=draft.market), draft.source)
        if source == draft.source:
            return draft.version
        now = toolkit.now()
        draft.source = source
        return moved(session, draft, Said(DraftMove.CHANGE, actor, now, words, source=source))


@tried_again
def rebase_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, onto: int, source: str | None = None) -> int:
    """Let a draft be based on the newest version, knowingly, and give the draft's version.

    onto: the number of the version that the person looked at. source: another text, where given. Raises as saving does,
    and MovedOn where there is a newer one by now.
    """
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.REBASE)
        head = policies.newest(session, draft.market)
        if head is None or head.number != onto:
            raise MovedOn(f"version {onto} is not the newest of market {draft.market}")
        draft.source = draft.source if source is None else source
        read_policy(session, draft.source, market=draft.market)
        draft.based_on_id = head.id
        words = f"{onto}"
        return moved(session, draft, Said(DraftMove.REBASE, actor, toolkit.now(), words, source=draft.source))


@tried_again
def abandon_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, words: str = "") -> None:
    """Give a draft up for good. Raises NotFound, NotAllowed, MovedOn, IllegalMove, BadWords."""
    said = drafts.words(words)
    with toolkit.transaction() as session:
        actor, draft = opened(session, staff_id, page, DraftMove.ABANDON)
        moved(session, draft, Said(DraftMove.ABANDON, actor, toolkit.now(), said))


def who(session: Session, staff_id: int, move: DraftMove) -> Actor:
    """Give the actor, where this person may do that now; raise NotAllowed where not."""
    member = staff.held_by_id(session, staff_id)
    if member is None:
        raise NotAllowed("this account is closed")
    drafts.check_role(Role(member.role), move)
    return Actor.staff(member.id)


def opened(session: Session, staff_id: int, page: DraftPage, move: DraftMove) -> tuple[Actor, PolicyDraft]:
    """Lock a draft and whoever changes it; raise NotFound, NotAllowed, MovedOn, IllegalMove."""
    draft = policy_drafts.hold(session, page.ref)
    if draft is None:
        raise NotFound("no such draft")
    actor = who(session, staff_id, move)
    if draft.version != page.version:
        raise MovedOn(f"{draft.ref} was changed by {draft.changed_by} and is {draft.state} by now")
    drafts.next_state(DraftState(draft.state), move)
    return actor, draft


def moved(session: Session, draft: PolicyDraft, said: Said) -> int:
    """Move a draft that is held, write it into the history, and give its version."""
    draft.state = drafts.next_state(DraftState(draft.state), said.move).value
    draft.version += 1
    draft.changed_by, draft.changed_at = str(said.actor), said.now
    policy_drafts.note(session, draft, said)
    return draft.version


def _text_to_begin_with(session: Session, market: str, base: PolicyVersion | None) -> str:
    """Give the newest text of a market, or that of the default with its market changed and nothing else."""
    if base is not None:
        return base.source
    default = policies.newest(session, DEFAULT_MARKET)
    if default is None:
        raise BadPolicy("no policy is published that a draft could begin with")
    document = tomlkit.parse(default.source)
    document["market"] = market
    return tomlkit.dumps(document)
