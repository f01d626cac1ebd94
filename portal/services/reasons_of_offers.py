"""Why a claim line is offered what it is offered, from the facts that were kept and the offers that stand."""

from collections.abc import Iterable

from portal.domain.actors import staff_id_of
from portal.domain.offers import RemedyKind
from portal.domain.problems import ParcelState, Problem
from portal.letters.offer_reasons import OfferSubject, offer_reason
from portal.records.tables.claims import ClaimLine, Offer


def reasons_of_offers(offered: Iterable[tuple[ClaimLine, Iterable[Offer]]], locale: str) -> tuple[str, ...]:
    """Say why, once for all lines of which the same can be said."""
    told = (offer_reason(subject_of_offers(line, tuple(offers)), locale) for line, offers in offered)
    return tuple(dict.fromkeys(told))


def subject_of_offers(line: ClaimLine, offers: tuple[Offer, ...]) -> OfferSubject:
    """Tell what the offers of a line are about. Pages read no more of the facts than what is asked here."""
    facts = line.facts
    left = facts["line_value"]["amount_minor"] - facts["given_back"]["amount_minor"]
    return OfferSubject(
        problem=Problem(line.problem),
        parcel_state=ParcelState(line.parcel_state),
        # Facts of before these were kept do not tell how often it was sent again.
        again=bool(facts.get("sent_again")) or bool(facts["second_failure"]),
        whole=any(one.kind == RemedyKind.REPLACEMENT or one.amount_minor >= left for one in offers),
        came_late=facts["days_late"],
        by_person=any(staff_id_of(one.made_by) is not None for one in offers),
    )
