"""Check every invariant on what is recorded, and beside the provider's own books where they can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.ports_books import Books, ProviderBooks
from portal.records.invariants.asking import Held, accounts, ask_at_once, ask_each
from portal.records.invariants.declared import Invariant
from portal.records.invariants.every import EVERY, OURS
from portal.records.invariants.parameters import parameters
from portal.records.sessions import Session
from portal.services.file_again import file_again
from portal.services.judge_again import judge_again
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Beside:
    """The provider's books to hold ours against.

    since: only what was made there from that moment on. at_rest: nothing is under way between the two, so that each
    refund stands the same on both sides.
    """

    books: ProviderBooks
    since: datetime | None = None
    at_rest: bool = False


def check_invariants(
    toolkit: Toolkit, beside: Beside | None = None, *, among: Sequence[Invariant] = EVERY
) -> list[Held]:
    """Check all in one round trip, made for use after each test or fault; an empty list means that all hold.

    Raises UnknownOutcome where the provider's books cannot be read.
    """
    with toolkit.reading() as session:
        broken = ask_at_once(session, _asked(beside, among), _values(toolkit, session, beside))
        again = (judge_again(session), file_again(session))
        return [*broken, *(one for one in again if one.broken)]


def examine_invariants(toolkit: Toolkit, beside: Beside | None = None) -> Iterator[Held]:
    """Check one after the other and tell of each as it is done, with what was looked at and the seconds it took.

    Raises UnknownOutcome where the provider's books cannot be read.
    """
    with toolkit.reading() as session:
        yield from ask_each(session, _asked(beside, EVERY), _values(toolkit, session, beside))
        yield judge_again(session)
        yield file_again(session)


def _asked(beside: Beside | None, among: Sequence[Invariant]) -> Sequence[Invariant]:
    return [one for one in among if beside is not None or one in OURS]


def _values(toolkit: Toolkit, session: Session, beside: Beside | None) -> dict[str, Any]:
    # Our rows are read after the provider's: what settles meanwhile is then known to both, or still under way here.
    books = Books() if beside is None else beside.books.read(accounts(session), beside.since)
    return parameters(
        now=toolkit.now(),
        live=not toolkit.sandbox,
        books=books,
        at_rest=beside is not None and beside.at_rest,
        zone=toolkit.zone.key,
    )
