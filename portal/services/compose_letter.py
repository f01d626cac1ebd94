"""Compose a letter when it leaves: gather what its template must be told, from the claim as it is recorded."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.domain.certainty import certain
from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.letters import mail_contexts as mails
from portal.letters.decline import decline
from portal.letters.outcomes import escalated, photo_reason, waiting
from portal.records import claims, remedies
from portal.records.credit_statements import statements
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.inbox import Letter
from portal.services.apologise import apology, subject_of
from portal.services.read_order import read_order
from portal.services.toolkit import Toolkit
from portal.services.word_offers import Ways, words_of_offers, words_of_remedy


def compose(toolkit: Toolkit, session: Session, letter: Letter) -> mails.MailContext:
    """Give a letter about a claim what it must be told."""
    claim = certain(claims.found(session, letter.context["claim"]), "a letter is left with its claim")
    return _COMPOSERS[letter.template](toolkit, session, claim, letter)


def _about(toolkit: Toolkit, claim: Claim) -> dict[str, Any]:
    return {
        "claim_ref": claim.ref,
        "claim_url": f"{toolkit.shop.origin}/claims/{claim.ref}",
        "customer_name": claim.order.customer_name or None,
    }


def _after_report(toolkit: Toolkit, claim: Claim, locale: str) -> dict[str, Any]:
    words = apology(claim, toolkit.zone, locale)
    return {**_about(toolkit, claim), "heading": words.heading, "paragraphs": words.paragraphs}


def _offers(toolkit: Toolkit, session: Session, claim: Claim, locale: str) -> dict[str, Any]:
    """Word what is offered now, and by when it is to be chosen."""
    lines = [(line, [offer for offer in line.offers if offer.state == "live"]) for line in claim.lines]
    offered = [(line.order_line.title, offers) for line, offers in lines if offers]
    ways, now = Ways.of(read_order(session, claim.order, toolkit.now())), toolkit.now()
    return {
        "offers": words_of_offers(offered, ways, since=now, locale=locale, zone=toolkit.zone),
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
        **_about(toolkit, claim),
        reason=words.reason,
        alternative=words.alternative,
        how_to_ask_again=words.how_to_ask_again,
        words=line.decline_words,
        staff_name=letter.context.get("staff_name"),
    )


def _remedy_on_its_way(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    promised = [remedy for remedy in remedies.of_claim(session, claim.id) if remedy.ref in letter.context["remedies"]]
    refunds = remedies.refunds_of(session, [remedy.id for remedy in promised])
    ways = Ways.of(read_order(session, claim.order, toolkit.now()))
    offers = {offer.id: offer for line in claim.lines for offer in line.offers}
    words = [
        words_of_remedy(remedy, offers[remedy.offer_id], refunds, ways, locale=letter.locale, zone=toolkit.zone)
        for remedy in promised
    ]
    return mails.RemedyOnItsWay(**_about(toolkit, claim), offers=tuple(dict.fromkeys(words)))


def _refund(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> dict[str, Any]:
    refund = remedies.read_refund(session, letter.context["refund"])
    payment = remedies.payment_of(session, refund)
    return {
        **_about(toolkit, claim),
        "amount": Money(refund.amount_minor, refund.currency),
        "card_brand": payment.card_brand,
        "card_ending": payment.card_last4,
    }


def _refund_sent(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    return mails.RefundSent(**_refund(toolkit, session, claim, letter), bank_reference=letter.context.get("reference"))


def _refund_failed(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    return mails.RefundFailed(**_refund(toolkit, session, claim, letter))


def _credit_issued(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    remedy = certain(remedies.by_ref(session, letter.context["remedy"]), "remedies are never taken away")
    accounts = statements(session, claim.customer_id, secret_key=toolkit.secret_key, now=toolkit.now())
    account = next(account for account in accounts if account.free.currency == remedy.currency)
    return mails.CreditIssued(
        **_about(toolkit, claim),
        amount=Money(remedies.credit_granted(session, remedy), remedy.currency),
        balance=account.free,
        code=account.code or "",
        shop_url=None,
        usable_until=None,
    )


def _replacement_shipped(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    replacement = remedies.read_replacement(session, letter.context["replacement"])
    line = next(line for line in claim.lines if line.id == replacement.claim_line_id)
    arrives = replacement.arrives_on
    return mails.ReplacementShipped(
        **_about(toolkit, claim),
        thing=line.order_line.title,
        carrier=replacement.carrier,
        tracking_number=replacement.tracking_number,
        tracking_url=None,
        arrives_on=arrives.astimezone(toolkit.zone).date() if arrives else None,
    )


def _answer_from_person(toolkit: Toolkit, _session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    context = letter.context
    return mails.AnswerFromPerson(
        **_about(toolkit, claim), staff_name=context["staff_name"], words=context["words"], asks=context["asks"]
    )


def _approved(toolkit: Toolkit, session: Session, claim: Claim, letter: Letter) -> mails.MailContext:
    offers = _offers(toolkit, session, claim, letter.locale)
    context = letter.context
    return mails.Approved(
        **_about(toolkit, claim), **offers, staff_name=context.get("staff_name"), words=context.get("words")
    )


_COMPOSERS: dict[str, Callable[[Toolkit, Session, Claim, Letter], mails.MailContext]] = {
    "apology_with_offers": _apology_with_offers,
    "escalated": _escalated,
    "waiting": _waiting,
    "declined": _declined,
    "remedy_on_its_way": _remedy_on_its_way,
    "refund_sent": _refund_sent,
    "refund_failed": _refund_failed,
    "credit_issued": _credit_issued,
    "replacement_shipped": _replacement_shipped,
    "answer_from_person": _answer_from_person,
    "approved": _approved,
}
