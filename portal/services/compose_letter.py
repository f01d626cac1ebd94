"""Compose a letter when it leaves: gather what its template must be told, from the claim as it is recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.letters import mail_contexts as mails
from portal.letters.decline import decline
from portal.letters.outcomes import escalated, photo_reason, waiting
from portal.records import credit_codes, letter_facts, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.inbox import Letter
from portal.services.apologise import apology, subject_of
from portal.services.toolkit import Toolkit
from portal.services.word_offers import NO_WAYS, Ways, words_of_offers, words_of_remedy


def compose(
    toolkit: Toolkit, session: Session, letter: Letter, about: letter_facts.About | None = None
) -> mails.MailContext:
    """Give a letter about a claim what it must be told, and read no more than that. about: where it was read before."""
    composer = _OF_EFFECTS.get(letter.template)
    if composer is not None:
        about = about or letter_facts.about(session, letter.context["claim"])
        return composer(toolkit, session, _Told(_about(toolkit, about.claim_ref, about.customer_name), letter, about))
    claim = letter_facts.claim(session, letter.context["claim"])
    return _OF_CLAIMS[letter.template](toolkit, session, claim, letter)


@dataclass(frozen=True, slots=True)
class _Told:
    """A letter that needs no more of its claim than its name. opening: what every letter is told."""

    opening: dict[str, Any]
    letter: Letter
    about: letter_facts.About


def _about(toolkit: Toolkit, ref: str, customer_name: str | None) -> dict[str, Any]:
    return {
        "claim_ref": ref,
        "claim_url": f"{toolkit.shop.origin}/claims/{ref}",
        "customer_name": customer_name or None,
    }


def _about_claim(toolkit: Toolkit, claim: Claim) -> dict[str, Any]:
    return _about(toolkit, claim.ref, claim.order.customer_name)


def _after_report(toolkit: Toolkit, claim: Claim, locale: str) -> dict[str, Any]:
    words = apology(claim, toolkit.zone, locale)
    return {**_about_claim(toolkit, claim), "heading": words.heading, "paragraphs": words.paragraphs}


def _offers(toolkit: Toolkit, session: Session, claim: Claim, locale: str) -> dict[str, Any]:
    """Word what is offered now, and by when it is to be chosen."""
    lines = [(line, [offer for offer in line.offers if offer.state == "live"]) for line in claim.lines]
    offered = [(line.order_line.title, offers) for line, offers in lines if offers]
    money_back = any(offer.kind == RemedyKind.REFUND for _, offers in offered for offer in offers)
    ways = Ways.of_order(session, claim.order_id) if money_back else NO_WAYS
    return {
        "offers": words_of_offers(offered, ways, since=toolkit.now(), locale=locale, zone=toolkit.zone),
        "choose_by": min((offer.expires_at for _, offers in offered for offer in offers), default=None),
    }


def _apology_with_offers(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    wanted = next((line.evidence_wanted for line in claim.lines if line.evidence_wanted), None)
    return mails.ApologyWithOffers(
        **_after_report(toolkit, claim, letter.locale),
        **_offers(toolkit, session, claim, letter.locale),
        photo_reason=photo_reason(wanted, letter.locale) if wanted else None,
    )


def _line_in(claim: Claim, state: ClaimState) -> ClaimLine:
    """Find the line that a letter speaks of; where it has moved on since, the letter still tells of the first."""
    return next((line for line in claim.lines if line.state == state), claim.lines[0])


def _escalated(toolkit: Toolkit, _session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    line = _line_in(claim, ClaimState.ESCALATED)
    by = claim.answer_by or toolkit.now()
    words = escalated(line.reason or "asked_for_a_person", by, letter.locale, toolkit.zone)
    after = _after_report(toolkit, claim, letter.locale)
    return mails.Escalated(**after, reason=words.reason, promise=words.promise)


def _waiting(toolkit: Toolkit, _session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    line = _line_in(claim, ClaimState.WAITING)
    until = datetime.fromisoformat(line.verdict["wait_until"])
    words = waiting(line.verdict["reason"], until, letter.locale, toolkit.zone)
    return mails.Waiting(**_after_report(toolkit, claim, letter.locale), reason=words.reason, until=words.until)


def _declined(toolkit: Toolkit, _session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    line = _line_in(claim, ClaimState.DECLINED)
    reason, alternative = line.reason or "", line.alternative or ""
    words = decline(reason, alternative, subject_of(claim, line, toolkit.zone), letter.locale)
    return mails.Declined(
        **_about_claim(toolkit, claim),
        reason=words.reason,
        alternative=words.alternative,
        how_to_ask_again=words.how_to_ask_again,
        words=line.decline_words,
        staff_name=letter.context.get("staff_name"),
    )


def _remedy_on_its_way(toolkit: Toolkit, session: Session, told: _Told) -> mails.MailContext:
    promised, locale = letter_facts.promised(session, told.letter.context["remedies"]), told.letter.locale
    money_back = [remedy for remedy, _ in promised if remedy.kind == RemedyKind.REFUND]
    refunds = remedies.refunds_of(session, [remedy.id for remedy in money_back]) if money_back else []
    as_credit = any(remedy.credit_minor for remedy in money_back)
    ways = Ways.of_order(session, told.about.order_id) if as_credit else NO_WAYS
    words = [
        words_of_remedy(remedy, offer, refunds, ways, locale=locale, zone=toolkit.zone) for remedy, offer in promised
    ]
    return mails.RemedyOnItsWay(**told.opening, offers=tuple(dict.fromkeys(words)))


def _refund(session: Session, told: _Told) -> dict[str, Any]:
    refund = letter_facts.refund(session, told.letter.context["refund"])
    return {
        **told.opening,
        "amount": Money(refund.amount_minor, refund.currency),
        "card_brand": refund.card_brand,
        "card_ending": refund.card_last4,
    }


def _refund_sent(_toolkit: Toolkit, session: Session, told: _Told) -> mails.MailContext:
    return mails.RefundSent(**_refund(session, told), bank_reference=told.letter.context.get("reference"))


def _refund_failed(_toolkit: Toolkit, session: Session, told: _Told) -> mails.MailContext:
    return mails.RefundFailed(**_refund(session, told))


def _credit_issued(toolkit: Toolkit, session: Session, told: _Told) -> mails.MailContext:
    credit = letter_facts.credit(session, told.letter.context["remedy"], toolkit.now())
    return mails.CreditIssued(
        **told.opening,
        amount=Money(credit.granted, credit.currency),
        balance=Money(credit.balance, credit.currency),
        code=credit_codes.opened(credit.code_sealed, toolkit.secret_key) or "",
        shop_url=None,
        usable_until=None,
    )


def _replacement_shipped(toolkit: Toolkit, session: Session, told: _Told) -> mails.MailContext:
    parcel = letter_facts.parcel(session, told.letter.context["replacement"])
    return mails.ReplacementShipped(
        **told.opening,
        thing=parcel.title,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=None,
        arrives_on=parcel.arrives_on.astimezone(toolkit.zone).date() if parcel.arrives_on else None,
    )


def _answer_from_person(_toolkit: Toolkit, _session: Session, told: _Told) -> mails.MailContext:
    said = told.letter.context
    return mails.AnswerFromPerson(**told.opening, staff_name=said["staff_name"], words=said["words"], asks=said["asks"])


def _approved(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    offers = _offers(toolkit, session, claim, letter.locale)
    context = letter.context
    return mails.Approved(
        **_about_claim(toolkit, claim), **offers, staff_name=context.get("staff_name"), words=context.get("words")
    )


_OF_CLAIMS: dict[str, Callable[[Toolkit, Session, Claim, Letter], mails.MailContext]] = {
    "apology_with_offers": _apology_with_offers,
    "escalated": _escalated,
    "waiting": _waiting,
    "declined": _declined,
    "approved": _approved,
}
_OF_EFFECTS: dict[str, Callable[[Toolkit, Session, _Told], mails.MailContext]] = {
    "remedy_on_its_way": _remedy_on_its_way,
    "refund_sent": _refund_sent,
    "refund_failed": _refund_failed,
    "credit_issued": _credit_issued,
    "replacement_shipped": _replacement_shipped,
    "answer_from_person": _answer_from_person,
}
