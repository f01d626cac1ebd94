"""Everything that the claim page is made of, read in one session and a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.decisions import Ceiling, suggested_offers
from portal.domain.errors import NotFound
from portal.domain.facts import Facts
from portal.domain.offers import OfferTerms
from portal.domain.policy import Policy, Verdict
from portal.records import claims, judgements, papers, policies
from portal.records.papers import Effect, Papers, PastOrder
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.judgements import ClaimLineJudgement
from portal.services.current_policy import parsed
from portal.services.decide_escalation import ceilings
from portal.services.explain_claim import VersionSaid, version_said
from portal.services.read_order import OrderRead, read_order
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A claim with all that belongs to it; ceilings, suggestions and earlier judgements by the claim line's id."""

    claim: Claim
    read: OrderRead
    policy: Policy
    version: VersionSaid
    papers: Papers
    effects: list[Effect]
    orders: list[PastOrder]
    ceilings: dict[int, Ceiling]
    earlier: Mapping[int, Sequence[ClaimLineJudgement]]

    def verdict(self, line: ClaimLine) -> Verdict:
        """Give what policy said about a line."""
        return Verdict.from_document(line.verdict)

    def suggested(self, line: ClaimLine) -> tuple[OfferTerms, ...]:
        """Give what policy would offer for a line without its limits."""
        return suggested_offers(Facts.from_document(line.facts), self.policy)

    def person(self, staff_id: int | None) -> str | None:
        """Name a colleague."""
        found = self.papers.staff.get(staff_id) if staff_id is not None else None
        return str(found["name"]) if found else None


def read_claim(toolkit: Toolkit, ref: str, *, staff_id: int) -> ClaimFile:
    """Read a claim whole; raise NotFound."""
    with toolkit.reading() as session:
        claim = claims.found(session, ref)
        if claim is None:
            raise NotFound("no such claim")
        version = policies.by_id(session, claim.policy_version_id)
        return ClaimFile(
            claim=claim,
            read=read_order(session, claim.order, toolkit.now()),
            policy=parsed(version.source),
            version=version_said(version),
            papers=papers.of_claim(session, claim.id, staff_id=staff_id, now=toolkit.now()),
            effects=papers.effects_of_customer(session, claim.customer_id, claim.id),
            orders=papers.orders_of_customer(session, claim.customer_id),
            ceilings=ceilings(session, claim, claim.lines),
            earlier=judgements.of_claim(session, claim.id),
        )
