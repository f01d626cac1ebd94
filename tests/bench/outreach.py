"""How fast an outreach is counted and told, at which rate its letters leave, and what customers' pages notice of it.

Every parcel is past its day and silent, two of each customer. Telling is at the highest rate that can be set, beside
which a customer opens their orders again and again, in turns with nothing beside: the two are held to each other.
"""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from statistics import median

import psycopg
import structlog
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.outreach import LIMITS, OutreachMove, Plan
from portal.factory import create_app
from portal.launch.postgres import Server
from portal.launch.settings import ROOT
from portal.records import outreach_effect, outreach_targets, outreaches
from portal.services.count_outreach import count_outreach
from portal.services.draw_outreach import draw_outreach
from portal.services.give_outreach import go_on_with_outreach
from portal.services.move_outreach import move_outreach
from portal.services.publish_policy import publish_policy
from portal.services.tell_first import tell_first
from portal.services.toolkit import Toolkit
from portal.wiring import wire_web
from tests.bench.figures import Report, quantile
from tests.support.database import fresh_database, migrated_template
from tests.support.past_parcels import write_past_parcels
from tests.support.settings import a_config
from tests.support.staff_made import a_staff_member
from tests.support.web import close_app, sign_in_customer

MOST_BESIDE_SETTING = 1.0
MOST_SLOWER = 1.5
FASTEST = LIMITS["per_minute"][-1]
# What was saved up before counts too: a minute and a half at most.
_MINUTES, _SAVED_UP, _LATE = 3, 1.5, 0.95
_TURNS, _PAGES, _READS = 3, 40, 0.02
_PLAN = Plan(words="Bench", silent_days=10, wave_size=1, per_minute=30, kept_back_share=5)
_SILENT = (
    (
        "INSERT INTO customers (id, mailbox) OVERRIDING SYSTEM VALUE SELECT DISTINCT customer_id, 'm' || customer_id ||"
        " '@example.org' FROM orders"
    ),
    (
        "UPDATE shipments SET delivered_at = NULL, last_scan_at = NULL, left_at = NULL,"
        " handed_over_at = now() - interval '35 days', promised_at = now() - interval '20 days'"
    ),
    (
        "INSERT INTO payments (ref, order_id, sequence, method, installments, amount_minor, currency, captured_at)"
        " SELECT 'PAY-' || id, id, 1, 'card', 1, 1000, 'BRL', placed_at FROM orders"
    ),
    "SELECT setval(pg_get_serial_sequence('claims', 'id'), 1 + (SELECT coalesce(max(id), 0) FROM claims))",
    "SELECT setval(pg_get_serial_sequence('claim_lines', 'id'), 1 + (SELECT coalesce(max(id), 0) FROM claim_lines))",
)


def measure(report: Report, server: Server, *, parcels: int) -> None:
    """Count so many parcels, tell some of them, and open pages beside it."""
    with fresh_database(server, "bench_outreach", template=migrated_template(server)) as url:
        write_past_parcels(url, parcels)
        with psycopg.connect(url) as connection:
            for statement in _SILENT:
                connection.execute(statement.encode())
        toolkit = wire_web(a_config(url)).toolkit
        source = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
        publish_policy(toolkit, source=source, actor=Actor.system("bench"), despite="For this bench.")
        ref = _counted(report, toolkit, parcels)
        _steady(report, toolkit, ref)
        _page(report, toolkit, ref)
        _beside(report, url, ref)


def _counted(report: Report, toolkit: Toolkit, parcels: int) -> str:
    owner = a_staff_member(toolkit, role=Role.POLICY_OWNER)
    ref = draw_outreach(toolkit, staff_id=owner, plan=_PLAN)
    began = time.perf_counter()
    count_outreach(toolkit, outreach_ref=ref)
    seconds = time.perf_counter() - began
    report.tell("outreach.parcels", parcels, "parcels")
    report.tell("outreach.counted_a_second", parcels / seconds, "parcels judged")
    approver = a_staff_member(toolkit, role=Role.APPROVER)
    for who, move in ((owner, OutreachMove.START), (approver, OutreachMove.APPROVE)):
        with toolkit.reading() as session:
            found = outreaches.found(session, ref)
        if found is None:
            raise RuntimeError(ref)
        move_outreach(toolkit, staff_id=who, ref=ref, seen=found.outreach.version, move=move)
        _tell_some(toolkit, ref)
    return ref


def _tell_some(toolkit: Toolkit, ref: str, most: int = 20) -> float:
    """Tell the customers that are due, and give the seconds that each took."""
    with toolkit.transaction() as session:
        held = outreaches.hold(session, ref)
        due = outreach_targets.next_customers(session, held, now=toolkit.now(), most=most) if held else []
    began = time.perf_counter()
    for customer_id in due:
        tell_first(toolkit, outreach_ref=ref, customer_id=customer_id)
    seconds = time.perf_counter() - began
    go_on_with_outreach(toolkit, ref=ref)
    return seconds / max(1, len(due))


def _steady(report: Report, toolkit: Toolkit, ref: str) -> None:
    """Let minutes pass, in which the sweep looks every ten seconds, and count the letters that it gives."""
    report.tell("outreach.tell_ms", _tell_some(toolkit, ref) * 1000, "ms a customer, one worker")
    began, letters = toolkit.now(), 0
    for tens in range(1, 6 * _MINUTES + 1):
        moment = began + timedelta(seconds=10 * tens)
        letters += go_on_with_outreach(replace(toolkit, now=partial(_still, moment)), ref=ref)
    to_rate = letters / (_PLAN.per_minute * (_MINUTES + _SAVED_UP))
    report.hold("outreach.letters_to_rate", to_rate, "times", most=MOST_BESIDE_SETTING)


def _still(moment: datetime) -> datetime:
    return moment


def _page(report: Report, toolkit: Toolkit, ref: str) -> None:
    """Read what the page of an outreach reads, a few times."""
    times = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        with toolkit.reading() as session:
            found = outreaches.found(session, ref)
            if found is not None:
                outreach_targets.by_end(session, found.outreach.id)
                outreach_effect.effect_of(session, found.outreach, toolkit.now())
        times.append(time.perf_counter() - began)
    report.tell("outreach.page_ms", median(times) * 1000, "ms of queries")


def _beside(report: Report, url: str, ref: str) -> None:
    app = create_app(a_config(url))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    client = app.test_client()
    sign_in_customer(client, 1)
    _slowest(client)
    alone, beside = [], []
    with _telling(url, ref) as worker:
        for _ in range(_TURNS):
            worker.send_signal(signal.SIGSTOP)
            alone.append(_slowest(client))
            worker.send_signal(signal.SIGCONT)
            beside.append(_slowest(client))
    close_app(app)
    report.tell("outreach.orders_page_p95_alone_ms", median(alone) * 1000, "ms")
    report.hold("outreach.orders_page_p95_beside", median(beside) / median(alone), "times", most=MOST_SLOWER)


def _slowest(client: FlaskClient) -> float:
    """Open a customer's orders for some seconds and give the 95th percentile."""
    times = []
    for _ in range(_PAGES):
        began = time.perf_counter()
        if client.get("/orders").status_code != HTTPStatus.OK:
            raise RuntimeError("the page did not open")
        times.append(time.perf_counter() - began)
        # As somebody reads, so that what runs beside has its turns.
        time.sleep(_READS)
    return quantile(times, _LATE)


@contextmanager
def _telling(url: str, ref: str) -> Iterator[subprocess.Popen[bytes]]:
    """Tell customers at the highest rate that can be set, in a process of its own."""
    command = (sys.executable, "-m", "tests.bench.outreach", url, ref)
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        if worker.stdout is None or not worker.stdout.readline():
            raise RuntimeError("the worker did not begin")
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def _tell_steadily(url: str, ref: str) -> None:
    """Tell one customer after the other until somebody ends it."""
    toolkit = wire_web(a_config(url)).toolkit
    asked = "SELECT DISTINCT customer_id FROM outreach_targets WHERE state = 'waiting' ORDER BY 1"
    with toolkit.reading() as session:
        waiting = list(session.scalars(text(asked)))
    print("telling", flush=True)
    for customer_id in waiting:
        began = time.perf_counter()
        tell_first(toolkit, outreach_ref=ref, customer_id=customer_id)
        time.sleep(max(0.0, 60 / FASTEST - (time.perf_counter() - began)))


if __name__ == "__main__":
    _tell_steadily(*sys.argv[1:])
