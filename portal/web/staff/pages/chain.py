"""The chain of an order's claims: which followed another one, and when the customer said that it is not right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.web.shared.language import ngettext
from portal.web.shared.names import STATES, named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.pages.log import moment_of


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A claim of the chain. here: it is the one on this page. after: the claim whose new parcel it is about."""

    ref: str
    here: bool
    reported_at: datetime
    state: str
    after: str | None
    not_right: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The links, oldest first, and how often what we did for this customer was not right, in a sentence."""

    links: tuple[ChainLink, ...]
    failures: str


def chain_of(file: ClaimFile) -> Chain | None:
    """Show the chain of this claim's order; None where nothing failed a second time."""
    links = [_link(file, claim) for claim in reversed(_claims(file))]
    if not any(link.after or link.not_right for link in links):
        return None
    failed = sum(_failures(claim) for order in file.orders for claim in order.claims)
    said = ngettext("%(num)s second failure for this customer.", "%(num)s second failures for this customer.", failed)
    return Chain(tuple(links), said)


def _claims(file: ClaimFile) -> list[dict[str, Any]]:
    number = file.claim.order.order_number
    return next((order.claims for order in file.orders if order.order_number == number), [])


def _failures(claim: dict[str, Any]) -> int:
    """Count what failed a second time on a claim: each no, and a report about what was sent again."""
    return len(claim["not_right"] or ()) + bool(claim["after"])


def _link(file: ClaimFile, claim: dict[str, Any]) -> ChainLink:
    return ChainLink(
        ref=claim["ref"],
        here=claim["ref"] == file.claim.ref,
        reported_at=moment_of(claim["created_at"]),
        state=named(STATES, claim["state"]),
        after=claim["after"],
        not_right=tuple(moment_of(at) for at in claim["not_right"] or ()),
    )
