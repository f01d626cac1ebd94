"""What the queries take from the domain and from the moment they are asked."""

import json
from datetime import datetime, timedelta
from typing import Any

from portal.domain.claims import MOVES, UNFINISHED_FIRST, WITHDRAWABLE
from portal.domain.disputes import BLOCKING
from portal.domain.outreach import TOLD_APART
from portal.domain.ports_books import Books
from portal.domain.refunds import DEAD

# The tables that migrations protect from any change; a test compares them with the triggers that there are.
APPEND_ONLY = (
    "journal_entries",
    "journal_postings",
    "credit_moves",
    "credit_give_backs",
    "credit_reversals",
    "claim_events",
    "claim_line_judgements",
    "refund_calls",
    "policy_versions",
    "policy_draft_events",
    "deeds",
    "seals",
    "stock_moves",
    "budget_moves",
    "closed_batches",
    "closed_entries",
    "closed_balances",
    "withdrawal_events",
)
# The longest wait between two tries of a job, its chance included.
_LONGEST_WAIT = timedelta(minutes=20)

_EDGES = {(before.value if before else None, after.value) for (before, _), after in MOVES.items()}
_FROM_THE_DOMAIN = {
    "blocking": list(BLOCKING),
    "dead": [state.value for state in DEAD],
    "edges": json.dumps([{"from_state": before, "to_state": after} for before, after in _EDGES]),
    "least_finished": [state.value for state in UNFINISHED_FIRST],
    "append_only": list(APPEND_ONLY),
    "told_apart": TOLD_APART,
    "unanswered": [state.value for state in WITHDRAWABLE],
    "longest_wait": _LONGEST_WAIT,
}


def parameters(*, now: datetime, live: bool, books: Books, at_rest: bool, zone: str) -> dict[str, Any]:
    """Give every parameter of every query. live: real money moves; at_rest: nothing is under way to the provider.

    zone: where the shop's days are.
    """
    return {
        **_FROM_THE_DOMAIN,
        "now": now,
        "live": live,
        "zone": zone,
        "at_rest": at_rest,
        "theirs": json.dumps([refund.to_document() for refund in books.refunds]),
        "disputes": json.dumps([dispute.to_document() for dispute in books.disputes]),
        "unequal": list(books.unequal),
    }
