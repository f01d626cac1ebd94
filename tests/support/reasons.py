"""The one plain sentence of reason that a verdict has for its customer, for tests of all verdicts."""

from portal.domain.facts import Facts
from portal.domain.offers import RemedyKind
from portal.domain.policy import OutcomeKind, Verdict
from portal.letters.decline import decline
from portal.letters.offer_reasons import OfferSubject, offer_reason
from portal.letters.outcomes import why_a_person, why_we_wait
from tests.support.letters_samples import a_subject


def reason_for(verdict: Verdict, facts: Facts, locale: str) -> str:
    """Say to the customer why, as page and mail do."""
    if verdict.outcome is OutcomeKind.OFFER:
        left = facts.line_value.minor - facts.given_back.minor
        whole = any(one.kind is RemedyKind.REPLACEMENT or one.amount.minor >= left for one in verdict.offers)
        again = bool(facts.sent_again) or facts.second_failure
        subject = OfferSubject(facts.problem, facts.parcel_state, again, whole, facts.days_late, by_person=False)
        return offer_reason(subject, locale)
    assert verdict.reason is not None
    if verdict.outcome is OutcomeKind.WAIT:
        return why_we_wait(verdict.reason, locale)
    if verdict.outcome is OutcomeKind.ESCALATE:
        return why_a_person(verdict.reason, locale)
    return decline(verdict.reason, verdict.alternative or "", a_subject(locale), locale).reason
