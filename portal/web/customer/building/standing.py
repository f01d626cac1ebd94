"""Where claims and their lines stand, in the codes that the templates have words for."""

from collections.abc import Sequence
from datetime import datetime

from portal.domain.claims import WITHDRAWABLE, ClaimState
from portal.records.tables.claims import Claim, ClaimLine
from portal.web.customer.pages.parts import ClaimLink

_CODES = {ClaimState.CLOSED_NOT_KNOWN: "closed", ClaimState.CLOSED_ELSEWHERE: "closed"}
_MAY_STAND_BESIDE = WITHDRAWABLE | {ClaimState.DECLINED, ClaimState.WITHDRAWN}


def code_of(state: str) -> str:
    """Give the template's code of a state."""
    return _CODES.get(ClaimState(state), state)


def code_of_line(line: ClaimLine) -> str:
    """Give the template's code of a line; one that waits for a photo says so."""
    return "evidence_wanted" if line.evidence_wanted and line.state == ClaimState.OFFERED else code_of(line.state)


def code_of_claim(claim: Claim) -> str:
    """Give the template's code of a claim whose lines are loaded."""
    offered = [line for line in claim.lines if line.state == ClaimState.OFFERED]
    if claim.state == ClaimState.OFFERED and offered and all(line.evidence_wanted for line in offered):
        return "evidence_wanted"
    return code_of(claim.state)


def nothing_has_moved(lines: Sequence[ClaimLine]) -> bool:
    """Tell whether a report can still be taken back or told another way."""
    states = {ClaimState(line.state) for line in lines}
    return bool(states & WITHDRAWABLE) and states <= _MAY_STAND_BESIDE


def claim_link(ref: str, state: str, reported_at: datetime) -> ClaimLink:
    """Point to a claim from another page."""
    return ClaimLink(ref=ref, state=code_of(state), reported_at=reported_at)
