"""What all histories of one process share: a database, the double, the portal's door, the worker and its ports."""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg
from flask.testing import FlaskClient
from psycopg import sql

from portal.domain import credit_rules
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.credit_rules import Market, Rule
from portal.domain.errors import NotFound
from portal.domain.journal import Account
from portal.domain.ports import RefundProvider
from portal.domain.refs import new_ref
from portal.gateways.sandbox_books import SandboxBooks
from portal.gateways.stripe_refunds import StripeRefunds
from portal.gateways.warehouse_http import WarehouseHttp
from portal.jobs.worker import make_worker
from portal.records import staff
from portal.records.sessions import connection_options, libpq_url, make_engine, make_sessions
from portal.services import enter_lane
from portal.services.create_api_key import create_api_key
from portal.services.follow_claim import Ports
from portal.services.publish_policy import publish_policy
from portal.services.toolkit import Toolkit
from tests.prove.simulation.clock import VirtualClock
from tests.prove.simulation.deaths import Mortality, mortal
from tests.prove.simulation.outside import SECRET_KEY, WAREHOUSE_SECRET, WEBHOOK_SECRET, Outside, outside
from tests.prove.simulation.ports import FatedRefunds, FatedWarehouse, Fates, Mailboxes
from tests.prove.simulation.worker import Worker
from tests.support.builders import DEFAULT_POLICY
from tests.support.database import Cleaner, keep_seed
from tests.support.web import build_app, close_app, toolkit_of

# What each may approve alone, in whole units of every currency that the histories know.
_PEOPLE = ((Role.AGENT, 500), (Role.AGENT, 5_000), (Role.APPROVER, 50_000))
_CURRENCIES = {"BRL": 100, "EUR": 100, "JPY": 1, "KWD": 1_000}
# The default policy names no currency of three decimals; here each of its amounts has one, by what it is in yen.
_IN_YEN = re.compile(r'^JPY = "(\d+)"$', re.MULTILINE)
_YEN_A_DINAR = 500
# By default credit never ends. Here it does in two markets, and soon, so that it ends within a history.
_MARKETS = {
    "DE": Market(paid_value=Rule(timedelta(days=20)), goodwill=Rule(timedelta(days=5))),
    "US": Market(paid_value=Rule(timedelta(days=12), Account.UNCLAIMED_PROPERTY), goodwill=Rule(timedelta(days=12))),
}


class Photos:
    """Keeps photos in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        self._kept[name] = content

    def get(self, name: str) -> bytes:
        if name not in self._kept:
            raise NotFound(name)
        return self._kept[name]

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)


@dataclass
class Stage:
    """One process's means. toolkit: as the web has it; the worker has one of its own, which may die."""

    clock: VirtualClock
    outside: Outside
    toolkit: Toolkit
    portal: FlaskClient
    worker: Worker
    stripe: RefundProvider
    refunds: FatedRefunds
    mailboxes: Mailboxes
    fates: Fates
    cleaner: Cleaner
    people: tuple[int, ...]
    api_key: int
    photos: Photos = field(default_factory=Photos)

    @property
    def mortality(self) -> Mortality:
        """Tell who decides when the worker dies."""
        return self.fates.mortality

    @property
    def books(self) -> SandboxBooks:
        """Give the double's books, as check-invariants reads them."""
        return SandboxBooks(SECRET_KEY, self.outside.sandbox.url)

    def begin_anew(self, twist: Callable[[RefundProvider], RefundProvider] | None = None) -> None:
        """Forget the last history. twist: puts something broken in Stripe's place, to see that it is found."""
        self.cleaner.clean()
        self.outside.begin_anew()
        self.clock.begin_anew()
        self.fates.clear()
        self.refunds.late.clear()
        self.mailboxes.kept.clear()
        self.fates.met.clear()
        self.mortality.points.clear()
        self.mortality.dies_after(None)
        self.refunds.inner = twist(self.stripe) if twist else self.stripe


@contextmanager
def open_stage(database_url: str, folder: Path) -> Iterator[Stage]:
    """Set the stage on a migrated database that nobody else uses."""
    _plan_once(database_url)
    clock, mortality = VirtualClock(), Mortality()
    fates = Fates(mortality)
    with ExitStack() as stack:
        stack.enter_context(_no_missed_slots())
        stack.enter_context(patch.object(credit_rules, "MARKETS", _MARKETS))
        world = stack.enter_context(outside(folder, clock))
        secrets = {"STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "WAREHOUSE_SECRET": WAREHOUSE_SECRET}
        app = build_app(database_url, clock, PORTAL_TIME_ZONE="America/Sao_Paulo", **secrets)
        stack.callback(close_app, app)
        engine = make_engine(database_url, "portal_worker")
        stack.callback(engine.dispose)
        stripe = StripeRefunds(SECRET_KEY, api_base=world.sandbox.url)
        warehouse = WarehouseHttp(world.sandbox.url, WAREHOUSE_SECRET)
        refunds, mailboxes = FatedRefunds(stripe, fates), Mailboxes(fates)
        ports = Ports(refunds, mailboxes, FatedWarehouse(warehouse, fates))
        toolkit = toolkit_of(app)
        dying = replace(toolkit, sessions=mortal(make_sessions(engine), mortality))
        options = connection_options(database_url, "portal_worker")
        jobs = make_worker(dying, ports, database_url=libpq_url(database_url), options=options)
        worker = Worker(jobs, libpq_url(database_url), mortality)
        stack.enter_context(worker.opened())
        people, api_key = _furnish(toolkit, database_url)
        cleaner = Cleaner(database_url)
        stack.callback(cleaner.close)
        yield Stage(
            clock,
            world,
            toolkit,
            app.test_client(),
            worker,
            stripe,
            refunds,
            mailboxes,
            fates,
            cleaner,
            people,
            api_key,
        )


def _plan_once(database_url: str) -> None:
    """Let each connection plan a statement once, because to plan one for so few rows takes longer than to run it."""
    with psycopg.connect(libpq_url(database_url), autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        for setting in ("plan_cache_mode = force_generic_plan", "jit = off"):
            connection.execute(sql.SQL("ALTER DATABASE {} SET ").format(name) + sql.SQL(setting))


@contextmanager
def _no_missed_slots() -> Iterator[None]:
    """Let no slot towards Stripe be missed, because how busy this machine is must change no history."""
    late = enter_lane._LATE_SECONDS
    enter_lane._LATE_SECONDS = math.inf
    try:
        yield
    finally:
        enter_lane._LATE_SECONDS = late


def _policy() -> str:
    """Give the default policy with an amount in dinars wherever it has one in yen."""
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    return _IN_YEN.sub(lambda found: f'{found[0]}\nKWD = "{int(found[1]) / _YEN_A_DINAR:.3f}"', text)


def _furnish(toolkit: Toolkit, database_url: str) -> tuple[tuple[int, ...], int]:
    """Publish the policy, hire people, let a checkout in, and keep all of it beyond every history."""
    publish_policy(toolkit, source=_policy(), actor=Actor.system("tests"), despite="It is known.")
    with toolkit.transaction() as session:
        people = []
        for number, (role, limit) in enumerate(_PEOPLE):
            mailbox = f"person{number}@shop.example"
            person = staff.add(
                session, ref=new_ref("STF"), mailbox=mailbox, name=f"Ada {number}", role=role, password_hash="none"
            )
            staff.set_limits(session, person, {currency: limit * unit for currency, unit in _CURRENCIES.items()})
            people.append(person)
    create_api_key(toolkit, "checkout")
    keep_seed(database_url)
    with psycopg.connect(libpq_url(database_url)) as connection:
        found = connection.execute("SELECT max(id) FROM api_keys").fetchone()
    assert found is not None
    return tuple(people), int(found[0])
