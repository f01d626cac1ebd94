"""Answer a call of the API once: the same idempotency key with the same request gives the same answer for good."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.errors import AmendsError, Conflict, TooMany
from portal.records import api_answers
from portal.records.sessions import Session
from portal.services.show_hold import Hold
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who, under which idempotency key, and a digest of everything that was asked."""

    api_key_id: int
    idempotency_key: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. replayed: it stood there before."""

    status: int
    body: Mapping[str, Any]
    replayed: bool = False


# How the front words what came of a call: a hold, or why there is none.
Say = Callable[[Hold | AmendsError], Answer]


class KeyUsedBefore(Conflict):
    """The idempotency key was used for another request."""


@tried_again
def answer_once(
    toolkit: Toolkit,
    call: Call,
    act: Callable[[Session], Hold],
    say: Say,
) -> Answer:
    """Act and keep the answer in one transaction, so that neither stands without the other.

    A refusal is an answer too, and is kept: act refuses before it writes. TooMany is none: it leaves the key free.
    Parallel calls under one key wait for the first. Raise KeyUsedBefore for another request under the same key.
    """
    with toolkit.transaction() as session:
        kept = api_answers.reserve(session, call.api_key_id, call.idempotency_key, call.digest, toolkit.now())
        if kept is not None:
            if not hmac.compare_digest(kept.request_hash, call.digest):
                raise KeyUsedBefore("the idempotency key was used for another request")
            return Answer(kept.status, kept.body, replayed=True)
        answer = say(_outcome(session, act))
        api_answers.keep(session, call.api_key_id, call.idempotency_key, answer.status, answer.body)
        return answer


def _outcome(session: Session, act: Callable[[Session], Hold]) -> Hold | AmendsError:
    try:
        return act(session)
    except TooMany:
        raise
    except AmendsError as refusal:
        return refusal
