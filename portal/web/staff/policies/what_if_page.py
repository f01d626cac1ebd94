"""What the what-if page shows: what a text says of facts, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.money import Money
from portal.domain.policy import OutcomeKind, Verdict
from portal.letters.language import day
from portal.services.what_if import Tried
from portal.web.shared.language import current_locale, ngettext
from portal.web.shared.language import gettext as _
from portal.web.shared.names import CLASSES, REMEDIES, ROLES, named
from portal.web.staff.findings import Explained, explain
from portal.web.staff.policies.replay_page import OUTCOMES
from portal.web.staff.policies.what_if_fields import FactInput
from portal.web.staff.policies.words import EVIDENCE, WAITS
from portal.web.staff.words import ALTERNATIVES, DECLINES, REASONS


@dataclass(frozen=True, slots=True)
class OfferView:
    """One remedy that would be offered."""

    name: str
    amount: Money
    bonus: Money
    policy_class: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What the text says: in a heading, in sentences, with its offers, and why."""

    outcome: str
    sentences: tuple[str, ...]
    offers: tuple[OfferView, ...]
    why: Explained


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """Rendered by ``staff/policies/what_if.html``. drafts, versions: (value, label, chosen).

    claim, line: where the facts were taken from; claim_error: why they could not be. unrecorded, lacking: facts that
    the claim did not keep, in words and by their names. verdict: None where something typed cannot be read.
    """

    drafts: tuple[tuple[str, str, bool], ...]
    versions: tuple[tuple[str, str, bool], ...]
    currencies: tuple[str, ...]
    currency: str
    inputs: tuple[FactInput, ...]
    unrecorded: tuple[str, ...]
    lacking: str
    claim: str
    line: str
    claim_error: str
    verdict: VerdictView | None

    @property
    def problems(self) -> list[tuple[str, str]]:
        """List what is wrong, as the error summary wants it."""
        found = [(one.name, f"{one.label}: {one.error}") for one in self.inputs if one.error]
        return [("claim", self.claim_error), *found] if self.claim_error else found


def verdict_view(tried: Tried) -> VerdictView:
    """Say what a text says of facts."""
    verdict = tried.verdict
    offers = tuple(
        OfferView(named(REMEDIES, one.kind), one.amount, one.bonus, named(CLASSES, one.policy_class))
        for one in verdict.offers
    )
    return VerdictView(
        named(OUTCOMES, verdict.outcome), tuple(_sentences(verdict)), offers, explain(verdict, tried.policy)
    )


def _sentences(verdict: Verdict) -> Iterator[str]:
    if verdict.reason is not None:
        words = {OutcomeKind.WAIT: WAITS, OutcomeKind.DECLINE: DECLINES}.get(verdict.outcome, REASONS)
        yield _("Because: %(reason)s", reason=named(words, verdict.reason))
    if verdict.wait_until is not None:
        yield _("It waits until %(day)s.", day=day(verdict.wait_until, current_locale(), "UTC", year=True))
    yield from _of_a_person(verdict)
    if verdict.evidence_wanted is not None:
        yield _("A photo first, %(why)s", why=named(EVIDENCE, verdict.evidence_wanted))
    if verdict.alternative is not None:
        yield _("Beside it: %(what)s", what=named(ALTERNATIVES, verdict.alternative))
    if verdict.keeps:
        yield _("The customer keeps what came.")
    if verdict.sold_out:
        yield _("There is none left to send again.")


def _of_a_person(verdict: Verdict) -> Iterator[str]:
    if verdict.answered_by is not None:
        yield _("Decided by: %(role)s", role=named(ROLES, verdict.answered_by))
    if verdict.answer_within_hours is not None:
        hours = verdict.answer_within_hours
        yield ngettext("Answered within %(num)s hour", "Answered within %(num)s hours", hours)
