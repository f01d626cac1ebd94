"""Verdict: what policy says about one claim line, with every finding that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from portal.domain.authority import Role
from portal.domain.offers import OfferTerms
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason

Reason = WaitReason | DeclineReason | EscalateReason

NO_RULE_KEY = ""


class OutcomeKind(StrEnum):
    """What happens next with a claim line."""

    OFFER = "offer"
    ESCALATE = "escalate"
    WAIT = "wait"
    DECLINE = "decline"


class Wording(StrEnum):
    """How grave the apology sounds."""

    STANDARD = "standard"
    SERIOUS = "serious"
    LIGHT = "light"


class Finding(NamedTuple):
    """One condition of one rule: what it wanted, what was found (both in the policy's notation), whether it passed."""

    rule_key: str
    condition: str
    passed: bool
    wanted: str
    found: str


class Asked(NamedTuple):
    """One condition that one or several rules share; ``source`` is the position of its answer among what was found."""

    condition: str
    wanted: str
    source: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one policy says about one claim line.

    - OFFER: ``offers`` in the order to show them. With ``evidence_wanted`` they are shown but can be accepted only
      after a photo has come. ``alternative`` may name something that stands beside the offers.
    - ESCALATE: ``reason`` and ``answer_within_hours``.
    - WAIT: ``reason`` and ``wait_until``, always later than the facts' now.
    - DECLINE: ``reason`` and ``alternative``.

    ``sold_out``: it would have been sent again, and there is none left. ``keeps``: the customer keeps what came.
    ``answered_by``: who of the staff decides it, None for anybody who decides.
    ``rule_key`` is empty where no rule matched. The rest holds every condition of every rule compactly, and
    ``findings`` spells them out: ``asked`` has each distinct condition once, ``passed`` a bit for each (the lowest for
    the first), ``found`` what the facts held, and ``trace`` each rule's key with the positions of its conditions.
    """

    rule_key: str
    outcome: OutcomeKind
    offers: tuple[OfferTerms, ...]
    evidence_wanted: EvidenceReason | None
    wait_until: datetime | None
    reason: Reason | None
    alternative: Alternative | None
    answer_within_hours: int | None
    wording: Wording
    asked: tuple[Asked, ...]
    passed: int
    found: tuple[str, ...]
    trace: tuple[tuple[str, tuple[int, ...]], ...]
    sold_out: bool = False
    keeps: bool = False
    answered_by: Role | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Spell out every condition of every rule, in the policy's order."""
        return tuple(self._finding(key, position) for key, positions in self.trace for position in positions)

    def findings_of(self, rule_key: str) -> tuple[Finding, ...]:
        """Spell out the conditions of one rule."""
        return tuple(self._finding(key, at) for key, positions in self.trace if key == rule_key for at in positions)

    def _finding(self, rule_key: str, position: int) -> Finding:
        asked = self.asked[position]
        passed = bool(self.passed >> position & 1)
        return Finding(rule_key, asked.condition, passed, asked.wanted, self.found[asked.source])

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold; ``from_document`` gives an equal verdict."""
        # Written only where it is so: what was kept before these were stays as it would be written today.
        more: dict[str, Any] = {name: True for name in ("sold_out", "keeps") if getattr(self, name)}
        if self.answered_by is not None:
            more["answered_by"] = self.answered_by.value
        return {
            **more,
            "rule_key": self.rule_key,
            "outcome": self.outcome.value,
            "offers": [offer.to_document() for offer in self.offers],
            "evidence_wanted": self.evidence_wanted,
            "wait_until": self.wait_until.isoformat() if self.wait_until else None,
            "reason": self.reason,
            "alternative": self.alternative,
            "answer_within_hours": self.answer_within_hours,
            "wording": self.wording.value,
            "asked": self.asked,
            "passed": f"{self.passed:x}",
            "found": self.found,
            "trace": self.trace,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Verdict":
        """Read what ``to_document`` wrote."""
        outcome = OutcomeKind(document["outcome"])
        evidence, until, alternative = (document[name] for name in ("evidence_wanted", "wait_until", "alternative"))
        return cls(
            rule_key=document["rule_key"],
            outcome=outcome,
            offers=tuple(OfferTerms.from_document(offer) for offer in document["offers"]),
            evidence_wanted=EvidenceReason(evidence) if evidence else None,
            wait_until=datetime.fromisoformat(until) if until else None,
            reason=_reason(outcome, document["reason"]),
            alternative=Alternative(alternative) if alternative else None,
            answer_within_hours=document["answer_within_hours"],
            wording=Wording(document["wording"]),
            asked=tuple(Asked(*asked) for asked in document["asked"]),
            passed=int(document["passed"], 16),
            found=tuple(document["found"]),
            trace=tuple((key, tuple(positions)) for key, positions in document["trace"]),
            sold_out=document.get("sold_out", False),
            keeps=document.get("keeps", False),
            answered_by=Role(document["answered_by"]) if "answered_by" in document else None,
        )


def _reason(outcome: OutcomeKind, code: str | None) -> Reason | None:
    if code is None or outcome is OutcomeKind.OFFER:
        return None
    if outcome is OutcomeKind.WAIT:
        return WaitReason(code)
    return DeclineReason(code) if outcome is OutcomeKind.DECLINE else EscalateReason(code)
