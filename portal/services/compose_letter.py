"""Compose a letter when it leaves: gather what its template must be told, from the claim as it is recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.refunds import NOT_THERE
from portal.letters import mail_contexts as mails
from portal.letters.decline import decline
from portal.letters.follow_up_mails import AskedAbout, FollowUp, Reopened
from portal.letters.outcomes import escalated, keeping, photo_reason, waiting
from portal.records import credit_codes, letter_facts
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.inbox import Letter
from portal.services.apologise import apology, subject_of
from portal.services.follow_up_token import link_to_answer
from portal.services.reasons_of_offers import reasons_of_offers
from portal.services.toolkit import Toolkit
from portal.services.word_offers import NO_WAYS, Ways, words_of_offers, words_of_remedy
from portal.services.word_outreach import TOLD_FIRST, told_first


def compose(toolkit: Toolkit, letter: Letter, facts: letter_facts.Facts, *, first: bool = False) -> mails.MailContext:
    """Give a letter about a claim what it must be told, from what was read with it. first: of all about this claim."""
    return _COMPOSERS[letter.template](_Told(toolkit, letter, letter_facts.claim(facts), facts, first))


@dataclass(frozen=True, slots=True)
class _Told:
    """A letter with its claim as it is, whole where the letter is about the claim, and else by name."""

    toolkit: Toolkit
    letter: Letter
    claim: Claim
    facts: letter_facts.Facts
    first: bool


def _opening(told: _Told) -> dict[str, Any]:
    return {
        "claim_ref": told.claim.ref,
        "claim_url": f"{told.toolkit.shop.origin}/claims/{told.claim.ref}",
        "customer_name": told.claim.order.customer_name or None,
        "sorry": told.claim.apology["heading"] if told.first else None,
    }


def _after_report(told: _Told) -> dict[str, Any]:
    words = apology(told.claim, told.toolkit.zone, told.letter.locale)
    return {**_opening(told), "sorry": None, "heading": words.heading, "paragraphs": words.paragraphs}


def _offers(told: _Told) -> dict[str, Any]:
    """Word what is offered now, and by when it is to be chosen."""
    live = _live(told.claim)
    offered = [(line.order_line.title, offers) for line, offers in live]
    money_back = any(offer.kind == RemedyKind.REFUND for _, offers in offered for offer in offers)
    ways = Ways.of_payments(letter_facts.paid(told.facts)) if money_back else NO_WAYS
    now, zone = told.toolkit.now(), told.toolkit.zone
    return {
        "offers": words_of_offers(offered, ways, since=now, locale=told.letter.locale, zone=zone),
        "choose_by": min((offer.expires_at for _, offers in offered for offer in offers), default=None),
        "keeping": _keeping(told, all(line.verdict.get("keeps") for line, _ in live)),
    }


def _keeping(told: _Told, keeps: object) -> str | None:
    """Say that what came is theirs to keep, where a rule gave it so."""
    return keeping(told.letter.locale) if keeps else None


def _apology_with_offers(told: _Told) -> mails.MailContext:
    wanted = next((line.evidence_wanted for line in told.claim.lines if line.evidence_wanted), None)
    return mails.ApologyWithOffers(
        **_after_report(told),
        **_offers(told),
        photo_reason=photo_reason(wanted, told.letter.locale) if wanted else None,
        sold_out=tuple(line.order_line.title for line in told.claim.lines if _is_sold_out(line)),
        reasons=reasons_of_offers(_live(told.claim), told.letter.locale),
    )


def _live(claim: Claim) -> list[tuple[ClaimLine, list[Offer]]]:
    """Give the lines that something is offered for, each with its live offers."""
    lines = [(line, [offer for offer in line.offers if offer.state == "live"]) for line in claim.lines]
    return [(line, offers) for line, offers in lines if offers]


def _is_sold_out(line: ClaimLine) -> bool:
    """Tell whether policy would have sent a line again, and something else is on offer because there is none left."""
    live = {offer.kind for offer in line.offers if offer.state == "live"}
    return bool(live) and RemedyKind.REPLACEMENT not in live and bool(line.verdict.get("sold_out"))


def _line_in(claim: Claim, state: ClaimState) -> ClaimLine:
    """Find the line that a letter speaks of; where it has moved on since, the letter still tells of the first."""
    return next((line for line in claim.lines if line.state == state), claim.lines[0])


def _escalated(told: _Told) -> mails.MailContext:
    line = _line_in(told.claim, ClaimState.ESCALATED)
    by = told.claim.answer_by or told.toolkit.now()
    name = told.letter.context.get("staff_name")
    words = escalated(line.reason or "asked_for_a_person", by, told.letter.locale, told.toolkit.zone, name=name)
    return mails.Escalated(**_after_report(told), reason=words.reason, promise=words.promise)


def _waiting(told: _Told) -> mails.MailContext:
    line = _line_in(told.claim, ClaimState.WAITING)
    until = datetime.fromisoformat(line.verdict["wait_until"])
    words = waiting(line.verdict["reason"], until, told.letter.locale, told.toolkit.zone)
    return mails.Waiting(**_after_report(told), reason=words.reason, until=words.until)


def _declined(told: _Told) -> mails.MailContext:
    line = _line_in(told.claim, ClaimState.DECLINED)
    reason, alternative = line.reason or "", line.alternative or ""
    words = decline(reason, alternative, subject_of(told.claim, line, told.toolkit.zone), told.letter.locale)
    return mails.Declined(
        **_opening(told),
        reason=words.reason,
        alternative=words.alternative,
        how_to_ask_again=words.how_to_ask_again,
        words=line.decline_words,
        staff_name=told.letter.context.get("staff_name"),
    )


def _remedy_on_its_way(told: _Told) -> mails.MailContext:
    promised, refunds = letter_facts.promised(told.facts), letter_facts.refunds(told.facts)
    as_credit = any(remedy.credit_minor for remedy, _ in promised if remedy.kind == RemedyKind.REFUND)
    ways = Ways.of_payments(letter_facts.paid(told.facts)) if as_credit else NO_WAYS
    locale, zone = told.letter.locale, told.toolkit.zone
    words = [words_of_remedy(remedy, offer, refunds, ways, locale=locale, zone=zone) for remedy, offer in promised]
    return mails.RemedyOnItsWay(**_opening(told), offers=tuple(dict.fromkeys(words)))


def _refund(told: _Told) -> dict[str, Any]:
    refund = letter_facts.refund(told.facts)
    return {
        **_opening(told),
        "amount": Money(refund.amount_minor, refund.currency),
        "card_brand": refund.card_brand,
        "card_ending": refund.card_last4,
    }


def _refund_sent(told: _Told) -> mails.MailContext:
    return mails.RefundSent(
        **_refund(told),
        bank_reference=told.letter.context.get("reference"),
        keeping=_keeping(told, letter_facts.refund(told.facts).keeps),
    )


def _refund_failed(told: _Told) -> mails.MailContext:
    refund = letter_facts.refund(told.facts)
    return mails.RefundFailed(**_refund(told), state="given_up" if refund.reason == NOT_THERE else refund.state)


def _refund_possible_again(told: _Told) -> mails.MailContext:
    return mails.RefundPossibleAgain(**_refund(told))


def _refund_needs_you(told: _Told) -> mails.MailContext:
    said = told.letter.context
    until = datetime.fromisoformat(said["act_by"]) if said.get("act_by") else None
    return mails.RefundNeedsYou(**_refund(told), act_by=until, again=bool(said.get("turn")))


def _credit_taken_back(told: _Told) -> mails.MailContext:
    said, credit = told.letter.context, letter_facts.credit(told.facts)
    return mails.CreditTakenBack(
        **_opening(told),
        taken=Money(said["taken_minor"], credit.currency),
        rest=Money(said["rest_minor"], credit.currency),
        balance=Money(credit.balance, credit.currency),
        reason=said["reason"],
    )


def _credit_issued(told: _Told) -> mails.MailContext:
    credit = letter_facts.credit(told.facts)
    return mails.CreditIssued(
        **_opening(told),
        amount=Money(credit.granted, credit.currency),
        balance=Money(credit.balance, credit.currency),
        code=credit_codes.opened(credit.code_sealed, told.toolkit.secret_key) or "",
        shop_url=None,
        usable_until=None,
        keeping=_keeping(told, credit.keeps),
    )


def _replacement_shipped(told: _Told) -> mails.MailContext:
    parcel = letter_facts.parcel(told.facts)
    return mails.ReplacementShipped(
        **_opening(told),
        thing=parcel.title,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=None,
        arrives_on=parcel.arrives_on.astimezone(told.toolkit.zone).date() if parcel.arrives_on else None,
        after_all=bool(told.letter.context.get("after_all")),
    )


def _replacement_failed(told: _Told) -> mails.MailContext:
    parcel = letter_facts.parcel(told.facts)
    by = parcel.with_person.astimezone(told.toolkit.zone) if parcel.with_person else None
    return mails.ReplacementFailed(**_opening(told), thing=parcel.title, answers_by=by)


def _answer_from_person(told: _Told) -> mails.MailContext:
    said = told.letter.context
    return mails.AnswerFromPerson(
        **_opening(told), staff_name=said["staff_name"], words=said["words"], asks=said["asks"]
    )


def _approved(told: _Told) -> mails.MailContext:
    said = told.letter.context
    return mails.Approved(**_opening(told), **_offers(told), staff_name=said.get("staff_name"), words=said.get("words"))


def _follow_up(told: _Told) -> mails.MailContext:
    toolkit, said = told.toolkit, told.letter.context
    return FollowUp(
        **_opening(told),
        about=tuple(
            AskedAbout(
                claim_ref=one["claim"],
                titles=tuple(one["titles"]),
                url=link_to_answer(toolkit.shop.origin, toolkit.secret_key, one["claim"]),
            )
            for one in said["about"]
        ),
        again=said["again"],
    )


def _reopened(told: _Told) -> mails.MailContext:
    said = told.letter.context
    by = datetime.fromisoformat(said["answer_by"])
    return Reopened(**_opening(told), staff_name=said["staff_name"], answers_by=by)


def _told_first(told: _Told) -> mails.MailContext:
    each = [(letter_facts.claim(one), letter_facts.paid(one)) for one in letter_facts.each_told(told.facts)]
    return told_first(told.toolkit, each, told.letter.locale)


_COMPOSERS: dict[str, Callable[[_Told], mails.MailContext]] = {
    "apology_with_offers": _apology_with_offers,
    "escalated": _escalated,
    "waiting": _waiting,
    "declined": _declined,
    "approved": _approved,
    "remedy_on_its_way": _remedy_on_its_way,
    "refund_sent": _refund_sent,
    "refund_failed": _refund_failed,
    "refund_possible_again": _refund_possible_again,
    "refund_needs_you": _refund_needs_you,
    "credit_taken_back": _credit_taken_back,
    "credit_issued": _credit_issued,
    "replacement_shipped": _replacement_shipped,
    "replacement_failed": _replacement_failed,
    "answer_from_person": _answer_from_person,
    "follow_up": _follow_up,
    "reopened": _reopened,
    TOLD_FIRST: _told_first,
}
