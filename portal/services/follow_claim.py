"""Follow a claim: carry out what was promised on it and is not done yet, then send the letters that wait.

Every step is a use case with transactions of its own, and begins from what is recorded. So this may stop anywhere and
run again, beside another run as well: nothing is done twice, and a refund goes out under its own key however often.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from portal.domain.errors import AmendsError
from portal.domain.ports import Mailer, RefundProvider, Warehouse
from portal.domain.ports_books import ProviderBooks
from portal.records import open_work
from portal.services.issue_remedy_credit import issue_remedy_credit
from portal.services.send_letter import send_letter
from portal.services.send_refund import send_refund
from portal.services.send_replacement import send_replacement
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)
# Takes a ref; true where no clear answer came.
Step = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True)
class Ports:
    """The world outside, as the worker reaches it."""

    refunds: RefundProvider
    mailer: Mailer
    warehouse: Warehouse
    # Only the sandbox's are held beside ours.
    books: ProviderBooks | None = None


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
    toolkit = replace(toolkit, follows=claim_ref)
    work = _stock(toolkit, claim_ref)
    later = [ref for kind, ref in work.effects if _has_to_wait(claim_ref, kind, ref, _effect(toolkit, ports, kind))]
    if work.effects:
        work = _stock(toolkit, claim_ref)
    waiting = [ref for ref in work.letters if _has_to_wait(claim_ref, "letter", ref, _letter(toolkit, ports))]
    if later or waiting:
        raise Unfinished(claim_ref, effects=bool(later), letters=bool(waiting))


def _stock(toolkit: Toolkit, claim_ref: str) -> open_work.OpenWork:
    with toolkit.transaction() as session:
        return open_work.take_stock(session, claim_ref)


def _effect(toolkit: Toolkit, ports: Ports, kind: str) -> Step:
    """Give what carries out an effect of a kind by its ref, and tells whether it must be tried again."""
    if kind == "refund":
        return lambda ref: send_refund(toolkit, ports.refunds, refund_ref=ref)
    if kind == "replacement":
        return lambda ref: send_replacement(toolkit, ports.warehouse, replacement_ref=ref)
    return lambda ref: issue_remedy_credit(toolkit, remedy_ref=ref)


def _letter(toolkit: Toolkit, ports: Ports) -> Step:
    return lambda ref: send_letter(toolkit, ports.mailer, letter_ref=ref)


def _has_to_wait(claim_ref: str, kind: str, ref: str, step: Step) -> bool:
    """Take one step; tell whether it must be tried again, because no clear answer came or because of an error."""
    try:
        return bool(step(ref))
    except AmendsError as error:
        log.info("a step is tried again later", claim=claim_ref, kind=kind, ref=ref, why=type(error).__name__)
    except Exception:
        log.exception("a step broke and is tried again later", claim=claim_ref, kind=kind, ref=ref)
    return True
