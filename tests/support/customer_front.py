"""The customer's front for tests: a shop with the policy that ships, and customers who are signed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.records import claims
from portal.records.tables.claims import Claim
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.issue_remedy_credit import issue_remedy_credit
from tests.support.builders import LATE, OrderMade, Shop
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_customer, toolkit_of


class Front(Shop):
    """A shop behind its web application."""

    def __init__(self, app: Flask) -> None:
        super().__init__(toolkit_of(app))
        self.app = app
        self.default_policy()

    def visitor(self, customer_id: int, *, locale: str = "en") -> Visitor:
        """Let a browser in."""
        visitor = Visitor(self.app)
        sign_in_customer(visitor.client, customer_id, locale=locale)
        return visitor

    def owner(self, order: OrderMade) -> Visitor:
        """Let the owner of an order in."""
        return self.visitor(order.customer_id)

    def claim(self, ref: str) -> Claim:
        """Read a claim as it stands."""
        with self.toolkit.reading() as session:
            found = claims.found(session, ref)
            assert found is not None
            return found

    def take(self, ref: str, kind: RemedyKind) -> None:
        """Accept the offers of a kind, as their owner would."""
        claim = self.claim(ref)
        live = [offer for line in claim.lines for offer in line.offers if offer.state == "live"]
        refs = tuple(offer.ref for offer in live if offer.kind == kind)
        acceptance = Acceptance(ref, refs, claim.version, "Rua Nova 1")
        accept_offers(self.toolkit, customer_id=claim.customer_id, acceptance=acceptance)

    def issue_credit(self) -> None:
        """Grant all credit that was promised, as the worker does."""
        for (remedy_ref,) in rows(self.app, "SELECT ref FROM remedies ORDER BY id"):
            issue_remedy_credit(self.toolkit, remedy_ref=remedy_ref)

    def parcel_news(self, state: str, **more: Any) -> None:
        """Tell of every replacement what the warehouse would."""
        for (ref,) in rows(self.app, "SELECT ref FROM replacements"):
            follow_parcel(self.toolkit, replacement_ref=ref, news=ParcelNews(state, **more))

    def now(self) -> datetime:
        return self.toolkit.now()


def token_of(visitor: Visitor) -> dict[str, str]:
    """Give the token that every form of this browser carries."""
    page = visitor.get("/credit")
    return {"csrf_token": str(page.filled(next(page.forms()))["csrf_token"])}


def fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Pass fields whose names are no Python names to a function that takes them by name."""
    return dict(typed)


def reported(front: Front, problem: Problem = Problem.MISSING_PACKAGE, **order: Any) -> tuple[str, Page]:
    """Report every line of a late order, and open the page."""
    made = front.an_order(**{"parcels": {"1": LATE}, "status": "shipped", **order})
    ref = front.a_claim(made, problem, lines=made.line_numbers)
    return ref, front.owner(made).get(f"/claims/{ref}")


def remedies(front: Front) -> list[tuple[str, int]]:
    return [(row.kind, row.amount_minor) for row in rows(front.app, "SELECT kind, amount_minor FROM remedies")]
