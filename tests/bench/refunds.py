"""How fast approved refunds leave through a Stripe that is slow and fails, and that no money went twice on the way.

The double takes 150 ± 100 ms, and in 2 of 100 calls each asks to slow down, breaks after it has executed, and loses its
answer. The pace is read from the double's own log, and its books are held beside ours at the end.
"""

import time
from collections.abc import Sequence
from typing import Any

import psycopg

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.records import claims
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.toolkit import Toolkit
from portal.wiring import WEB_ROLE, make_toolkit
from tests.bench import journey
from tests.bench.books import hold_books
from tests.bench.figures import Report as Figures
from tests.bench.servers import Servers, cpu_seconds
from tests.support.sandbox_server import Sandbox

MOST_A_SECOND = 20
MOST_TIMES = 1.3
_PATIENCE = 600.0
# Orders whose whole price one card can take back, so that each makes one refund.
_READY = """
    SELECT o.order_number, o.customer_id FROM orders AS o JOIN shipments AS s ON s.order_id = o.id
    WHERE s.delivered_at < now() - interval '3 days'
      AND NOT EXISTS (SELECT FROM claims WHERE claims.order_id = o.id)
      AND (SELECT count(*) FROM payments AS p WHERE p.order_id = o.id) = 1
    GROUP BY o.id ORDER BY o.id LIMIT %s
"""
_LEFT = "SELECT count(*) FROM refunds WHERE state <> 'succeeded'"
_SLOW = (50, 100, 150, 200, 250)
_BREAKS = ("429", "500-saved", "after-execute")


def measure(report: Figures, servers: Servers, *, count: int) -> None:
    """Approve so many refunds, let the worker begin, and hold what the double saw to the pace."""
    toolkit = make_toolkit(servers.config, WEB_ROLE)
    approved = _approve(toolkit, servers.database.url, count)
    ports = servers.settings.ports
    sandbox = Sandbox("127.0.0.1", ports.sandbox, ports.mail, servers.settings.instance / "sandbox")
    sandbox.post("/stripe/faults", _script())
    servers.start("worker")
    before = cpu_seconds(servers)
    done_at = _wait(servers.database.url)
    after = cpu_seconds(servers)
    calls = [call["at"] for call in sandbox.get("/stripe/calls")["calls"]]
    seconds = done_at - min(calls)
    journey.wait_until_idle(servers.database.url, patience=_PATIENCE)
    sandbox.no_faults()
    hold_books(toolkit, servers)
    report.tell("refunds.approved", approved, "refunds")
    report.tell("refunds.calls", len(calls), "calls of the double")
    report.tell("refunds.per_second", approved / seconds, "refunds/s")
    for part in after:
        report.tell(f"refunds.processor_{part}", (after[part] - before[part]) / approved * 1000, "ms/refund")
    report.hold("refunds.most_in_a_second", most_in_a_second(calls), "calls", most=MOST_A_SECOND)
    # Calls that were asked to slow down, or were sent again, take of the same pace.
    report.hold("refunds.times_of_pace", seconds / (len(calls) / MOST_A_SECOND), "times", most=MOST_TIMES)


def _approve(toolkit: Toolkit, url: str, count: int) -> int:
    """Report missing packages and take the money, as far as policy gives it, until so many refunds wait."""
    with psycopg.connect(url) as connection:
        ready = connection.execute(_READY, [count * 2]).fetchall()
    approved = 0
    for number, customer_id in ready:
        approved += _take_money(toolkit, customer_id, _report(toolkit, number, customer_id))
        if approved == count:
            return approved
    raise RuntimeError(f"{count} refunds are needed, and {approved} wait")


def _report(toolkit: Toolkit, number: str, customer_id: int) -> str:
    lines = (ReportedLine(1, 1, Problem.MISSING_PACKAGE),)
    told = Report(order_number=number, client_key=new_ref("key", 12), lines=lines, words="", locale="en")
    return report_problem(toolkit, customer_id=customer_id, reported=told)


def _take_money(toolkit: Toolkit, customer_id: int, claim_ref: str) -> bool:
    """Take the money back, unless a person is to decide; tell whether."""
    with toolkit.reading() as session:
        claim = claims.found(session, claim_ref)
        if claim is None:
            raise RuntimeError(f"{claim_ref} is not there")
        offers = [offer for line in claim.lines for offer in line.offers if offer.kind == RemedyKind.REFUND]
        acceptance = Acceptance(claim_ref, tuple(offer.ref for offer in offers), claim.version)
    if offers:
        accept_offers(toolkit, customer_id=customer_id, acceptance=acceptance)
    return bool(offers)


def _script() -> list[dict[str, Any]]:
    """Give the faults, and after them five waits that share the calls evenly."""
    ever = {"times": None}
    breaks = [{"action": one, "probability": 0.02, "seed": seed, **ever} for seed, one in enumerate(_BREAKS)]
    slow = [
        {"action": "slow", "milliseconds": wait, "probability": 1 / (len(_SLOW) - turn), "seed": turn, **ever}
        for turn, wait in enumerate(_SLOW)
    ]
    return [*breaks, *slow]


def most_in_a_second(moments: Sequence[float]) -> int:
    """Tell how many calls came in within any one second."""
    ranked = sorted(moments)
    first = most = 0
    for last, moment in enumerate(ranked):
        while moment - ranked[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def _wait(url: str) -> float:
    """Wait until every refund has succeeded; give the moment of the clock by which the double notes its calls."""
    with psycopg.connect(url, autocommit=True) as connection:
        journey.wait(connection, _LEFT, _PATIENCE)
        return time.time()
