"""A small shop for tests of services: a toolkit on the worker's database, the sandbox outside, the worker's jobs.

Its fixtures are imported once, by the room's conftest. After each test every invariant is checked.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.gateways.sandbox_books import SandboxBooks
from portal.gateways.smtp_mail import SmtpMailer
from portal.gateways.stripe_refunds import StripeRefunds
from portal.gateways.warehouse_http import WarehouseHttp
from portal.jobs.worker import make_worker
from portal.records import claims
from portal.records.sessions import connection_options, libpq_url, make_engine, make_sessions
from portal.records.tables.claims import Claim
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.check_invariants import Beside
from portal.services.follow_claim import Ports
from portal.services.hear_event import hear_event
from portal.services.publish_policy import publish_policy
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.toolkit import Shop as Brand
from portal.services.toolkit import Toolkit
from tests.support.an_order import AnOrder, an_order
from tests.support.invariants import assert_all_hold
from tests.support.sandbox_server import SECRET_KEY, WAREHOUSE_SECRET, Sandbox, sandbox

__all__ = ["AnOrder", "Shop", "open_shop", "sandbox", "shop", "shop_engine"]

_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Long before any order of the tests, and before the day on which they run: commands go by the clock of the machine.
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


@dataclass
class Shop:
    """The shop under test."""

    toolkit: Toolkit
    sandbox: Sandbox
    worker: Any
    ports: Ports
    clock: list[datetime]

    def now(self) -> datetime:
        """Tell the time of the test."""
        return self.clock[0]

    def later(self, **spans: float) -> None:
        """Let time pass."""
        self.clock[0] += timedelta(**spans)

    def order(self, **wanted: Any) -> AnOrder:
        """Make an order; see ``an_order`` for what can be said of it."""
        return an_order(self.toolkit, self.sandbox, **wanted)

    def lost_order(self, **wanted: Any) -> AnOrder:
        """Make an order whose parcel never came, and is late enough for everything."""
        late = {"status": "shipped", "promised": 20, "delivered": None, "ordered": 40, "handed_over": 35}
        return self.order(**{**late, **wanted})

    def promised(self, kind: str = "refund", **wanted: Any) -> tuple[AnOrder, str]:
        """Let somebody whose parcel never came choose a remedy; give the order and the claim's ref."""
        order = self.lost_order(**wanted)
        ref = self.report(order, Problem.MISSING_PACKAGE)
        self.accept(order, ref, kind)
        return order, ref

    def promised_refund(self, **wanted: Any) -> tuple[AnOrder, str, str]:
        """Let them choose their money; give the order, the claim's ref and the refund's."""
        order, ref = self.promised(**wanted)
        return order, ref, str(self.refunds()[-1].ref)

    def report(
        self, order: AnOrder, problem: Problem, *lines: int, quantity: int = 1, words: str = "", key: str = ""
    ) -> str:
        """Report a problem with lines of an order (the first one, where none is named) and give the claim's ref."""
        reported = Report(
            order_number=order.number,
            client_key=key or new_ref("key", 12),
            lines=tuple(ReportedLine(number, quantity, problem) for number in lines or (1,)),
            words=words,
            locale="en",
        )
        return report_problem(self.toolkit, customer_id=order.customer_id, reported=reported)

    def accept(
        self, order: AnOrder, claim_ref: str, kind: str, *, street: str = "", version: int | None = None
    ) -> None:
        """Accept the live offer of a kind on every offered line."""
        claim = self.claim(claim_ref)
        refs = tuple(
            offer.ref
            for line in claim.lines
            for offer in line.offers
            if offer.kind == kind and offer.state in ("live", "accepted")
        )
        self.accept_refs(order, claim_ref, refs, claim.version if version is None else version, street)

    def accept_refs(
        self, order: AnOrder, claim_ref: str, refs: tuple[str, ...], version: int, street: str = ""
    ) -> None:
        """Accept these offers, as a page of that version would."""
        acceptance = Acceptance(claim_ref, refs, version, street)
        accept_offers(self.toolkit, customer_id=order.customer_id, acceptance=acceptance)

    def hear_of(self, provider_ref: str) -> None:
        """Let Stripe tell us that a refund changed."""
        payload = {"data": {"object": {"object": "refund", "id": provider_ref}}}
        hear_event(self.toolkit, sender="stripe", event_id=new_ref("evt", 12), kind="refund.updated", payload=payload)

    def claim(self, ref: str) -> Claim:
        """Read a claim as it is now."""
        with self.toolkit.reading() as session:
            found = claims.found(session, ref)
            assert found is not None
            session.expunge_all()
            return found

    def looks_again_at(self, ref: str) -> datetime:
        """Tell when a sweep looks at a claim again; fails the test where it never does."""
        at = self.claim(ref).next_action_at
        assert at is not None
        return at

    def answers_by(self, ref: str) -> datetime:
        """Tell by when a person answers; fails the test where nobody has to."""
        by = self.claim(ref).answer_by
        assert by is not None
        return by

    def work(self) -> None:
        """Run every job that is due, and those they leave, until none is."""
        asyncio.run(self._work())

    async def _work(self) -> None:
        waiting = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'"
        due = f"{waiting} AND coalesce(scheduled_at, now()) <= now()"
        async with self.worker.open_async():
            while self.rows(due)[0][0]:
                await self.worker.run_worker_async(
                    wait=False, install_signal_handlers=False, listen_notify=False, concurrency=2
                )

    def failed_jobs(self) -> list[str]:
        """Name the tasks of jobs that were given up or wait for another try."""
        asked = "SELECT task_name FROM jobs.procrastinate_jobs WHERE attempts > 0 AND status <> 'succeeded'"
        return [row[0] for row in self.rows(asked)]

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Ask the database something."""
        with self.toolkit.reading() as session:
            return list(session.execute(text(query), values))

    def letters(self, order: AnOrder) -> list[str]:
        """Name the templates of the letters that went to an order's customer, oldest first."""
        asked = "SELECT template FROM letters WHERE recipient = :mailbox AND state = 'sent' ORDER BY id"
        return [row[0] for row in self.rows(asked, mailbox=order.mailbox)]

    def last_words(self, order: AnOrder) -> str:
        """Read the newest letter that went to an order's customer."""
        asked = "SELECT body FROM letters WHERE recipient = :mailbox AND state = 'sent' ORDER BY id DESC LIMIT 1"
        return str(self.rows(asked, mailbox=order.mailbox)[0][0])

    def balance(self, account: str, currency: str = "BRL") -> int:
        """Add up an account of the journal."""
        asked = "SELECT coalesce(sum(amount_minor), 0) FROM journal_postings WHERE account = :a AND currency = :c"
        return int(self.rows(asked, a=account, c=currency)[0][0])

    def refunds(self) -> list[Any]:
        """List the refunds, oldest first."""
        return self.rows("SELECT ref, amount_minor, state, provider_ref, reason FROM refunds ORDER BY id")


@pytest.fixture(scope="session")
def shop_engine(worker_database_url: str) -> Iterator[Engine]:
    """Connect to the worker's database for the whole run."""
    engine = make_engine(worker_database_url, "portal_worker")
    yield engine
    engine.dispose()


@pytest.fixture
def shop(shop_engine: Engine, database_url: str, sandbox: Sandbox) -> Iterator[Shop]:
    """Open a shop with the default policy; afterwards every invariant must hold, beside the double's books too."""
    with open_shop(shop_engine, database_url, sandbox) as opened:
        yield opened


@contextmanager
def open_shop(engine: Engine, database_url: str, sandbox: Sandbox) -> Iterator[Shop]:
    """Open a shop on a database, as the fixture does."""
    clock = [NOW]
    beside = Beside(SandboxBooks(SECRET_KEY, sandbox.url), since=datetime.now(UTC))
    toolkit = Toolkit(
        sessions=make_sessions(engine),
        now=lambda: clock[0],
        zone=ZoneInfo("America/Sao_Paulo"),
        shop=Brand("Casa Aurora", "http://127.0.0.1:8000", "hello@example.com", None, "#b4532a"),
        secret_key="a secret of the tests, long enough",
        sandbox=True,
    )
    stripe = StripeRefunds(SECRET_KEY, api_base=sandbox.url)
    ports = Ports(
        refunds=stripe,
        balance=stripe,
        mailer=SmtpMailer(sandbox.smtp_url, "Casa Aurora <hello@example.com>"),
        warehouse=WarehouseHttp(sandbox.url, WAREHOUSE_SECRET),
    )
    options = connection_options(database_url, "portal_worker")
    worker = make_worker(toolkit, ports, database_url=libpq_url(database_url), options=options, sweeps=False)
    publish_policy(
        replace(toolkit, now=lambda: LONG_AGO),
        source=_POLICY.read_text(encoding="utf-8"),
        actor=Actor.system("tests"),
        despite="It is known.",
    )
    sandbox.no_events()
    yield Shop(toolkit, sandbox, worker, ports, clock)
    sandbox.no_faults()
    assert_all_hold(toolkit, beside)
