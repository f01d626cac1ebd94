"""The chain of a customer's claims: which followed another one, and when they said that it is not right."""

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
    """The links of this order, oldest first, and how often what we did for this customer was not right, in a sentence.

    elsewhere: the chains of their other orders where something failed a second time, by order number, the newest first.
    """

    links: tuple[ChainLink, ...]
    elsewhere: tuple[tuple[str, tuple[ChainLink, ...]], ...]
    failures: str


def chain_of(file: ClaimFile) -> Chain | None:
    """Show the chain of this claim's order and of the customer's others; None where nothing failed a second time."""
    here = file.claim.order.order_number
    chains = {order.order_number: _links(file, order.claims) for order in file.orders}
    failing = {number: links for number, links in chains.items() if any(link.after or link.not_right for link in links)}
    if not failing:
        return None
    failed = sum(_failures(claim) for order in file.orders for claim in order.claims)
    said = ngettext("%(num)s second failure for this customer.", "%(num)s second failures for this customer.", failed)
    elsewhere = tuple((number, links) for number, links in failing.items() if number != here)
    return Chain(chains.get(here, ()), elsewhere, said)


def _links(file: ClaimFile, claims: list[dict[str, Any]]) -> tuple[ChainLink, ...]:
    return tuple(_link(file, claim) for claim in reversed(claims))


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
