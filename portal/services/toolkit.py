"""What every service needs: transactions, the clock, the shop. Ports come in beside it as arguments."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from portal.domain.certainty import Contradiction
from portal.domain.lane import MOST_A_SECOND
from portal.domain.outreach import SILENT_DAYS
from portal.domain.quiet_hours import USUAL, QuietHours
from portal.domain.withdrawal import Law, read_law
from portal.records import outbox
from portal.records.sessions import Session, is_passing

_TRIES = 3
_CHANCE = random.SystemRandom()
_LAW_OF_THE_UNION = read_law("EU=14")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as its letters name it. colours are hexadecimal, such as ``#b4532a``."""

    name: str
    origin: str
    reply_to: str
    logo_url: str | None
    accent: str


@dataclass(frozen=True, slots=True)
class Toolkit:
    """The means of a service. Sessions come from ``transaction`` to write and from ``reading`` to read."""

    sessions: Callable[[], Session]
    now: Callable[[], datetime]
    zone: ZoneInfo
    shop: Shop
    secret_key: str
    # Only the sandbox has PaymentIntents for every card payment; anywhere else a missing reference is a fact.
    sandbox: bool = False
    # The claim that is being followed: what a transaction leaves to do for it needs no job, because it is done next.
    follows: str | None = None
    refunds_a_second: int = MOST_A_SECOND
    withdrawal: Law = _LAW_OF_THE_UNION
    # How long the mail with the offers waits for a customer who is choosing on the page.
    offers_mail_seconds: int = 0
    # When nobody is written to who did not ask for it.
    quiet_hours: QuietHours = USUAL
    # So long nothing was scanned of a parcel before the standing rule finds it.
    silent_days: int = SILENT_DAYS

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one transaction: committed at the end, rolled back with its jobs on any error."""
        session = self.sessions()
        if self.follows is not None:
            outbox.follow_here(session, self.follows)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            outbox.forget(session)
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session to read from; whatever it changed is rolled back. What was loaded stays readable after it."""
        session = self.sessions()
        try:
            yield session
        finally:
            # Closing lets go of every object before it rolls back; a rollback first would empty them.
            session.close()


def tried_again(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service again, whole, at most three times, when the database met a deadlock or a lock took too long."""

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                return service(*args, **kwargs)
            except Exception as error:
                if last or not is_passing(error):
                    raise
                time.sleep(_CHANCE.uniform(0.02, 0.2))  # Two that met must not meet again.
        raise Contradiction("the last try returns or raises")

    return run
