"""The words by which we apologise to somebody who has not told us anything, for the letter and for its preview."""

from collections.abc import Sequence

from portal.domain.claims import ClaimState
from portal.domain.offers import RemedyKind
from portal.letters.outcomes import escalated, keeping
from portal.letters.outreach_mails import ToldFirst, ToldParcel, heading_of
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Payment
from portal.services.apologise import apology
from portal.services.outreach_token import link_to_stop
from portal.services.toolkit import Toolkit
from portal.services.word_offers import NO_WAYS, Ways, words_of_offers

TOLD_FIRST = "told_first"
# The payments of an order, each with what is spent of it in minor units.
Paid = Sequence[tuple[Payment, int]]


def told_first(toolkit: Toolkit, told: Sequence[tuple[Claim, Paid]], locale: str) -> ToldFirst:
    """Give the letter about claims of ours what it must be told. told: each with the payments of its order."""
    first, origin = told[0][0], toolkit.shop.origin
    apologies = [apology(claim, toolkit.zone, locale) for claim, _ in told]
    return ToldFirst(
        claim_ref=first.ref,
        claim_url=f"{origin}/claims/{first.ref}",
        customer_name=first.order.customer_name or None,
        heading=heading_of([one.heading for one in apologies], locale),
        parcels=tuple(
            _parcel(toolkit, claim, paid, said.paragraphs, locale)
            for (claim, paid), said in zip(told, apologies, strict=True)
        ),
        stop_url=link_to_stop(origin, toolkit.secret_key, first.ref),
    )


def _parcel(toolkit: Toolkit, claim: Claim, paid: Paid, paragraphs: tuple[str, ...], locale: str) -> ToldParcel:
    lines = [(line, [offer for offer in line.offers if offer.state == "live"]) for line in claim.lines]
    offered = [(line.order_line.title, offers) for line, offers in lines if offers]
    money_back = any(offer.kind == RemedyKind.REFUND for _, offers in offered for offer in offers)
    ways = Ways.of_payments(paid) if money_back else NO_WAYS
    person = next((line for line in claim.lines if line.state == ClaimState.ESCALATED and not offered), None)
    by = claim.answer_by or toolkit.now()
    said = escalated(person.reason or "person_decides", by, locale, toolkit.zone) if person else None
    return ToldParcel(
        order_number=claim.order.order_number,
        ref=claim.ref,
        url=f"{toolkit.shop.origin}/claims/{claim.ref}",
        paragraphs=paragraphs,
        offers=words_of_offers(offered, ways, since=toolkit.now(), locale=locale, zone=toolkit.zone),
        keeping=keeping(locale) if offered and all(_keeps(line.verdict) for line, offers in lines if offers) else None,
        choose_by=min((offer.expires_at for _, offers in offered for offer in offers), default=None),
        reason=said.reason if said else None,
        promise=said.promise if said else None,
    )


def _keeps(verdict: dict[str, object]) -> bool:
    return bool(verdict.get("keeps"))
