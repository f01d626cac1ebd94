"""One whole journey: open the order, report, land on the apology, accept, land on the claim."""

import time
from dataclasses import dataclass

import psycopg

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.refs import new_secret
from portal.services.keep_browser_session import CUSTOMER_ENDS, begin_session
from portal.services.toolkit import Toolkit
from tests.bench.forms import filled_in, form_in
from tests.bench.wire import Answer, Wire

_COOKIE = "amends"
_OK, _SEE_OTHER = 200, 303
# What customers choose, over and over: 60 % money back, 25 % store credit, 15 % send it again.
_CHOSEN = tuple(
    {"r": RemedyKind.REFUND, "c": RemedyKind.STORE_CREDIT, "s": RemedyKind.REPLACEMENT}[letter]
    for letter in "rcrrsrcrrcrsrrcrrcsr"
)
_READY = """
    SELECT o.order_number, o.customer_id FROM orders AS o JOIN shipments AS s ON s.order_id = o.id
    WHERE s.delivered_at < now() - interval '3 days'
    GROUP BY o.id HAVING NOT EXISTS (SELECT FROM claims WHERE claims.order_id = o.id) ORDER BY o.id LIMIT %s
"""
_OPEN = """
    SELECT count(*) FROM remedies AS r WHERE r.state <> 'settled' AND NOT (
        r.kind = 'replacement' AND EXISTS (SELECT FROM replacements AS p WHERE p.remedy_id = r.id
            AND p.state IN ('accepted', 'shipped', 'delivered')))
"""
_WAITING_JOBS = (
    "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND (scheduled_at IS NULL OR task_name = 'claims.follow')"
)


class JourneyBroken(Exception):
    """A page of the journey answered otherwise than it must; the message says which, and how it begins."""


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer who is signed in, and the order that something went wrong with."""

    order_number: str
    cookie: str


def sign_in_shoppers(toolkit: Toolkit, database_url: str, count: int) -> list[Shopper]:
    """Let so many customers in, each with an order that nothing was reported about; nothing of this is timed."""
    with psycopg.connect(database_url) as connection:
        ready = connection.execute(_READY, [count]).fetchall()
    if len(ready) < count:
        raise JourneyBroken(f"{count} orders are needed, and the shop has {len(ready)} left")
    return [Shopper(number, f"{_COOKIE}={_session(toolkit, customer_id)}") for number, customer_id in ready]


def _session(toolkit: Toolkit, customer_id: int) -> str:
    token, subject = new_secret(), f"customer:{customer_id}"
    begin_session(toolkit, token=token, subject=subject, held={}, ends=CUSTOMER_ENDS, instead_of=None)
    return token


@dataclass(slots=True)
class Journeys:
    """Takes shoppers through the portal."""

    wire: Wire
    shoppers: list[Shopper]

    async def whole(self, number: int) -> None:
        """Take one shopper from the order page to the claim page after accepting."""
        report = await self.open_order(number)
        await self.accept(number, await self.report(number, report))

    async def open_order(self, number: int) -> bytes:
        """Open the page of the order, and give the report as filled in."""
        shopper = self.shoppers[number]
        page = await self.wire.get(f"/orders/{shopper.order_number}/report", shopper.cookie)
        return filled_in(form_in(_page(page), 'id="lines"'), choose=Problem.MISSING_PACKAGE)

    async def report(self, number: int, report: bytes) -> tuple[str, bytes]:
        """Send the report and land on the apology; give the claim's address and the acceptance as filled in."""
        shopper = self.shoppers[number]
        sent = await self.wire.post(f"/orders/{shopper.order_number}/report", report, shopper.cookie)
        path = _redirect(sent)
        landed = await self.wire.get(path, shopper.cookie)
        return path, _page(landed)

    async def accept(self, number: int, landed: tuple[str, bytes]) -> None:
        """Take one of the remedies, and land on the claim page."""
        path, page = landed
        kind = _CHOSEN[number % len(_CHOSEN)]
        form = form_in(page, f'id="take-{kind}"')
        taken = await self.wire.post(f"{path}/accept", filled_in(form), self.shoppers[number].cookie)
        _page(await self.wire.get(_redirect(taken), self.shoppers[number].cookie))


def _page(answer: Answer) -> bytes:
    if answer.status != _OK:
        raise JourneyBroken(f"a page answered {answer.status}: {answer.body[:400]!r}")
    return answer.body


def _redirect(answer: Answer) -> str:
    if answer.status != _SEE_OTHER:
        raise JourneyBroken(f"a form was answered with {answer.status}: {answer.body[:3000]!r}")
    return answer.location.partition("#")[0]


def wait_until_settled(database_url: str, *, patience: float = 120) -> float:
    """Wait until every remedy has settled (a replacement: was taken by the warehouse); give the moment of the clock."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return wait(connection, _OPEN, patience)


def wait_until_idle(database_url: str, *, patience: float = 120) -> float:
    """Wait until the worker has nothing left to do, its letters included; give the moment of the clock."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return wait(connection, _WAITING_JOBS, patience)


def wait(connection: psycopg.Connection[tuple[int]], question: str, patience: float) -> float:
    """Ask until the answer is nothing; give the moment of the clock."""
    until = time.perf_counter() + patience
    while True:
        (left,) = connection.execute(question.encode()).fetchone() or (0,)
        now = time.perf_counter()
        if not left:
            return now
        if now > until:
            raise JourneyBroken(f"{left} are still open {patience:.0f} seconds after the last journey")
        time.sleep(0.05)
