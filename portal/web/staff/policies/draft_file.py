"""A draft with all that its pages show of it, read in a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.actors import Actor
from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, WRITES_POLICY
from portal.domain.drafts import OPEN, WRITABLE, WRITING, DraftState
from portal.domain.errors import NotFound
from portal.domain.policy import Policy
from portal.domain.policy.proof import Proof
from portal.records import order_names, policies, policy_drafts, staff_names
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyDraft, PolicyDraftEvent, PolicyVersion
from portal.services.check_policy import NEWEST_ORDERS, proofs_in_shop
from portal.services.claims_like_these import LikeThese, claims_like_these
from portal.services.current_policy import parsed
from portal.services.draft_policy import DraftPage
from portal.web.shared.access import staff_on_duty
from portal.web.shared.means import toolkit

# So many words of a fact can be ticked; all others are typed.
_TICKED = 12


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A draft. base: the version that it is based on; head: the number of the newest version of its market.

    asked: the page that a form answers. Until it is answered its own page stays that one, though the draft went on.
    """

    draft: PolicyDraft
    base: PolicyVersion | None
    head: int | None
    events: list[PolicyDraftEvent]
    names: dict[str, str]
    asked: DraftPage | None = None

    @property
    def version(self) -> int:
        """Tell which version of the draft a form on its page answers."""
        return self.asked.version if self.asked else self.draft.version

    @property
    def state(self) -> DraftState:
        """Tell where it stands."""
        return DraftState(self.draft.state)

    @property
    def policy(self) -> Policy:
        """Give the policy that its text is; raise BadPolicy where it is none."""
        return parsed(self.draft.source)

    @property
    def before(self) -> Policy | None:
        """Give the policy that it is based on."""
        return parsed(self.base.source) if self.base else None

    def proofs(self, source: str) -> tuple[Proof, Proof | None]:
        """Give what the check finds in a text, and in the version that the draft is based on; raise BadPolicy.

        Both are held against the shop's own orders too.
        """
        with toolkit().reading() as session:
            found, *before = proofs_in_shop(session, source, *([self.base.source] if self.base else []))
        return found, before[0] if before else None

    def heard(self) -> dict[str, list[str]]:
        """Give the words that the shop's newest orders hold most often, by the fact that asks for them."""
        with toolkit().reading() as session:
            return order_names.words_heard(session, newest=NEWEST_ORDERS, each=_TICKED)

    @property
    def is_outdated(self) -> bool:
        """Tell whether a newer version of its market was published since."""
        return self.state in OPEN and self.head is not None and (self.base is None or self.base.number != self.head)

    @property
    def may_write(self) -> bool:
        """Tell whether the reader may change its text now."""
        return staff_on_duty().role in WRITES_POLICY and self.state in WRITABLE

    @property
    def may_comment(self) -> bool:
        """Tell whether the reader may say something about it now."""
        return staff_on_duty().role in REVIEWS_POLICY and self.state in OPEN

    @property
    def may_review(self) -> bool:
        """Tell whether the reader may send it back now."""
        return staff_on_duty().role in PUBLISHES_POLICY and self.state is DraftState.IN_REVIEW

    @property
    def may_take_back(self) -> bool:
        """Tell whether the reader may take it out of its review."""
        return staff_on_duty().role in WRITES_POLICY and self.state is DraftState.IN_REVIEW

    @property
    def is_own(self) -> bool:
        """Tell whether the reader wrote any of its text."""
        mine = str(Actor.staff(staff_on_duty().id))
        return any(event.actor == mine and event.kind in WRITING for event in self.events)

    def like(self, policy: Policy) -> LikeThese:
        """Count the claims of the last days that each rule of a policy would decide."""
        return claims_like_these(toolkit(), market=self.draft.market, draft=policy, before=self.before)

    def name_of(self, actor: str) -> str:
        """Name who did something."""
        return name_of(actor, self.names)


def name_of(actor: str, names: Mapping[str, str]) -> str:
    """Name who did something: by the name of the account, or by the text that names the actor."""
    return names.get(actor, actor.partition(":")[2])


def read_draft(ref: str, asked: DraftPage | None = None) -> DraftFile:
    """Read a draft, for the page that a form answers or for another look at it; raise NotFound."""
    with toolkit().reading() as session:
        draft = policy_drafts.found(session, ref)
        if draft is None:
            raise NotFound("no such draft")
        return _file(session, draft, asked)


def _file(session: Session, draft: PolicyDraft, asked: DraftPage | None) -> DraftFile:
    events = policy_drafts.history(session, draft.id)
    newest = policies.newest(session, draft.market)
    base = policies.by_id(session, draft.based_on_id) if draft.based_on_id else None
    actors = {draft.started_by, draft.changed_by, *(event.actor for event in events)}
    names = staff_names.names_of(session, actors)
    return DraftFile(draft, base, newest.number if newest else None, events, names, asked)
