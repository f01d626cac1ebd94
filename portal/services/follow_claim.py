"""Follow a claim: carry out what was promised on it and is not done yet, then send the letters that wait.

Every step is a use case with transactions of its own, and begins from what is recorded. So this may stop anywhere and
run again, beside another run as well: nothing is done twice, and a refund goes out under its own key however often.
"""

import random
from dataclasses import dataclass, replace
from functools import partial

from portal.domain.errors import AmendsError
from portal.domain.ports import LaneShut, Mailer, RefundProvider, Warehouse
from portal.domain.ports_books import ProviderBalance, ProviderBooks
from portal.domain.ports_prevention import PreventionDesk
from portal.records import open_work, outbox
from portal.services.issue_remedy_credit import issue_remedy_credit
from portal.services.send_letters import send_letters
from portal.services.send_refund import send_refund
from portal.services.send_replacement import send_replacement
from portal.services.take_step import Step, has_to_wait
from portal.services.toolkit import Toolkit

_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Ports:
    """The world outside, as the worker reaches it."""

    refunds: RefundProvider
    mailer: Mailer
    warehouse: Warehouse
    # Only the sandbox's are held beside ours.
    books: ProviderBooks | None = None
    balance: ProviderBalance | None = None
    # Whoever can call ahead, where a shop has somebody.
    prevention: PreventionDesk | None = None


class Unfinished(AmendsError):
    """Something could not be done now and is to be tried again: effects, which are money or goods, letters, or both."""

    def __init__(self, claim_ref: str, *, effects: bool, letters: bool) -> None:
        """Keep what is left."""
        super().__init__(claim_ref)
        self.effects, self.letters = effects, letters


def follow_claim(toolkit: Toolkit, ports: Ports, *, claim_ref: str) -> None:
    """Do what is open for a claim, effects before letters; none of them holds another back. Raises Unfinished.

    What these steps leave to do for the same claim is done here too, so they leave no job for it.
    """
    following = replace(toolkit, follows=claim_ref)
    with following.reading() as session:
        effects = open_work.effects(session, claim_ref)
    ends = [_take(claim_ref, kind, ref, _effect(following, ports, kind, ref)) for kind, ref in effects]
    letters = send_letters(following, ports.mailer, claim_ref=claim_ref)
    if letters or any(end.has_to_wait for end in ends):
        raise Unfinished(claim_ref, effects=any(end.has_to_wait or end.shut_for for end in ends), letters=letters)
    shut_for = max((end.shut_for for end in ends), default=0.0)
    if shut_for:
        _put_back(toolkit, claim_ref, shut_for)


@dataclass(frozen=True, slots=True)
class _End:
    """How a step ended. has_to_wait: no clear answer, or an error; shut_for: seconds until anything may be sent."""

    has_to_wait: bool = False
    shut_for: float = 0.0


def _put_back(toolkit: Toolkit, claim_ref: str, seconds: float) -> None:
    """Leave the same work for later. It is a new job, because nothing was tried, so no try is used up."""
    with toolkit.transaction() as session:
        outbox.follow_later(session, claim_ref, seconds * _CHANCE.uniform(1.0, 1.5))


def _effect(toolkit: Toolkit, ports: Ports, kind: str, ref: str) -> Step:
    """Give what carries out one effect, and tells whether it must be tried again."""
    if kind == "refund":
        return partial(send_refund, toolkit, ports.refunds, refund_ref=ref)
    if kind == "replacement":
        return partial(send_replacement, toolkit, ports.warehouse, replacement_ref=ref)
    return partial(issue_remedy_credit, toolkit, remedy_ref=ref)


def _take(claim_ref: str, kind: str, ref: str, step: Step) -> _End:
    """Carry out one effect, unless nothing may be sent there now; no error of it holds another back."""
    try:
        return _End(has_to_wait=has_to_wait(claim_ref, kind, ref, step))
    except LaneShut as lane:
        return _End(shut_for=lane.seconds)
