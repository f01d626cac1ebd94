"""How a claim line moves: one table; an unlisted move raises."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from portal.domain.errors import IllegalMove

# By when a person answers, where no policy said otherwise: the letters promise it as "within a day".
PERSON_ANSWERS_WITHIN = timedelta(hours=24)


class ClaimState(StrEnum):
    """Where a claim line stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    ESCALATED = "escalated"
    AWAITING_CUSTOMER = "awaiting_customer"
    ACCEPTED = "accepted"
    MADE_WHOLE = "made_whole"
    DECLINED = "declined"
    RESTORED = "restored"
    CLOSED_NOT_KNOWN = "closed_not_known"
    WITHDRAWN = "withdrawn"
    CLOSED_ELSEWHERE = "closed_elsewhere"


class Action(StrEnum):
    """What can be done to a claim line."""

    REPORT_OFFERED = "report_offered"
    REPORT_ESCALATED = "report_escalated"
    REPORT_WAITING = "report_waiting"
    REPORT_DECLINED = "report_declined"
    ACCEPT = "accept"
    ASK_PERSON = "ask_person"
    JUDGE_AGAIN = "judge_again"
    APPROVE = "approve"
    ASK_CUSTOMER = "ask_customer"
    CUSTOMER_ANSWERED = "customer_answered"
    DECLINE = "decline"
    ASK_AGAIN = "ask_again"
    SETTLE = "settle"
    FAIL_LATE = "fail_late"
    FAIL_TO_PERSON = "fail_to_person"
    LEAVE_AFTER_ALL = "leave_after_all"
    DATE_OFFERED = "date_offered"
    DATE_ESCALATED = "date_escalated"
    IT_CAME = "it_came"
    SAY_YES = "say_yes"
    SAY_NOTHING = "say_nothing"
    SAY_NO = "say_no"
    WITHDRAW = "withdraw"
    SOLVE_ELSEWHERE = "solve_elsewhere"


_S, _A = ClaimState, Action

MOVES: dict[tuple[ClaimState | None, Action], ClaimState] = {
    (None, _A.REPORT_OFFERED): _S.OFFERED,
    (None, _A.REPORT_ESCALATED): _S.ESCALATED,
    (None, _A.REPORT_WAITING): _S.WAITING,
    (None, _A.REPORT_DECLINED): _S.DECLINED,
    (_S.WAITING, _A.DATE_OFFERED): _S.OFFERED,
    (_S.WAITING, _A.DATE_ESCALATED): _S.ESCALATED,
    (_S.WAITING, _A.ASK_PERSON): _S.ESCALATED,
    (_S.WAITING, _A.IT_CAME): _S.CLOSED_ELSEWHERE,
    (_S.OFFERED, _A.ACCEPT): _S.ACCEPTED,
    (_S.OFFERED, _A.ASK_PERSON): _S.ESCALATED,
    (_S.OFFERED, _A.JUDGE_AGAIN): _S.OFFERED,
    # Always to a choice, never straight to a remedy: see docs/decisions/0010.
    (_S.ESCALATED, _A.APPROVE): _S.OFFERED,
    (_S.ESCALATED, _A.ASK_CUSTOMER): _S.AWAITING_CUSTOMER,
    (_S.ESCALATED, _A.DECLINE): _S.DECLINED,
    (_S.AWAITING_CUSTOMER, _A.CUSTOMER_ANSWERED): _S.ESCALATED,
    (_S.DECLINED, _A.ASK_AGAIN): _S.ESCALATED,
    (_S.ACCEPTED, _A.SETTLE): _S.MADE_WHOLE,
    # Money may come back days after the customer has said that all is right.
    **{
        (state, action): target
        for state in (_S.ACCEPTED, _S.MADE_WHOLE, _S.RESTORED, _S.CLOSED_NOT_KNOWN)
        for action, target in ((_A.FAIL_LATE, _S.OFFERED), (_A.FAIL_TO_PERSON, _S.ESCALATED))
    },
    (_S.OFFERED, _A.FAIL_TO_PERSON): _S.ESCALATED,
    # What the customer had chosen leaves although it was refused: nothing is left to choose or to decide.
    **{(state, _A.LEAVE_AFTER_ALL): _S.ACCEPTED for state in (_S.OFFERED, _S.ESCALATED, _S.AWAITING_CUSTOMER)},
    (_S.MADE_WHOLE, _A.SAY_YES): _S.RESTORED,
    (_S.MADE_WHOLE, _A.SAY_NOTHING): _S.CLOSED_NOT_KNOWN,
    (_S.MADE_WHOLE, _A.SAY_NO): _S.ESCALATED,
    # An answer may come late, and people change their minds; what a no reopened is put right by a yes until decided.
    (_S.CLOSED_NOT_KNOWN, _A.SAY_YES): _S.RESTORED,
    (_S.CLOSED_NOT_KNOWN, _A.SAY_NO): _S.ESCALATED,
    (_S.RESTORED, _A.SAY_NO): _S.ESCALATED,
    (_S.ESCALATED, _A.SAY_YES): _S.RESTORED,
    **{
        (state, action): target
        for state in (_S.OFFERED, _S.ESCALATED, _S.WAITING, _S.AWAITING_CUSTOMER)
        for action, target in ((_A.WITHDRAW, _S.WITHDRAWN), (_A.SOLVE_ELSEWHERE, _S.CLOSED_ELSEWHERE))
    },
}

# The least finished state comes first: it is what the claim as a whole shows.
UNFINISHED_FIRST = (
    _S.AWAITING_CUSTOMER,
    _S.OFFERED,
    _S.ESCALATED,
    _S.WAITING,
    _S.ACCEPTED,
    _S.DECLINED,
    _S.MADE_WHOLE,
    _S.CLOSED_NOT_KNOWN,
    _S.RESTORED,
    _S.CLOSED_ELSEWHERE,
    _S.WITHDRAWN,
)

# A unit in one of these is spoken for: a second claim on it is refused.
HOLDS_UNITS = frozenset(
    {
        _S.WAITING,
        _S.OFFERED,
        _S.ESCALATED,
        _S.AWAITING_CUSTOMER,
        _S.ACCEPTED,
        _S.MADE_WHOLE,
        _S.RESTORED,
        _S.CLOSED_NOT_KNOWN,
    }
)

WITHDRAWABLE = frozenset({_S.OFFERED, _S.ESCALATED, _S.WAITING, _S.AWAITING_CUSTOMER})


def next_state(state: ClaimState | None, action: Action) -> ClaimState:
    """Tell where a claim line goes from here; raise IllegalMove when it may not."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise IllegalMove(f"{action} is not possible in state {state}") from None


def claim_state(states: Iterable[ClaimState]) -> ClaimState:
    """Tell what a claim shows: the least finished state of its lines."""
    return min(states, key=UNFINISHED_FIRST.index)
