"""A shop at which a policy is written, for tests of the services of drafts."""

from dataclasses import dataclass

from portal.records import policy_drafts
from portal.services.draft_policy import DraftPage, start_draft
from portal.services.review_policy import propose_draft
from portal.services.toolkit import Toolkit


@dataclass
class Desk:
    """A shop with somebody who writes its policy, and somebody who publishes it."""

    toolkit: Toolkit
    owner: int
    approver: int

    def draft(self, source: str | None = None) -> DraftPage:
        """Start a draft and give the page that shows it."""
        return self.page(start_draft(self.toolkit, staff_id=self.owner, market="*", title="Kinder", source=source))

    def proposed(self, source: str | None = None) -> DraftPage:
        """Start a draft and propose it."""
        page = self.draft(source)
        return DraftPage(page.ref, propose_draft(self.toolkit, staff_id=self.owner, page=page))

    def page(self, ref: str) -> DraftPage:
        """Load the page of a draft."""
        with self.toolkit.reading() as session:
            draft = policy_drafts.found(session, ref)
        assert draft is not None
        return DraftPage(ref, draft.version)

    def history(self, ref: str) -> list[tuple[str, str, str]]:
        """Tell what was done to a draft: the kind, the actor, the words."""
        with self.toolkit.reading() as session:
            draft = policy_drafts.found(session, ref)
            assert draft is not None
            return [(event.kind, event.actor, event.words) for event in policy_drafts.history(session, draft.id)]
