"""How long the pages of the journey take beside the claim page, in turn, in one process.

A year of twelve months, eight stages and two currencies is written as a count would have left it: pages read nothing
else, so they cost the same in a shop of any size.
"""

import logging
import time
from statistics import quantiles

import structlog
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.authority import Role
from portal.factory import create_app
from portal.launch.postgres import Server
from tests.bench.figures import Report
from tests.support.a_journey import a_journey
from tests.support.customer_front import Front, reported
from tests.support.database import fresh_database, migrated_template
from tests.support.settings import a_config
from tests.support.web import close_app, rows, sign_in_customer, sign_in_staff, toolkit_of

MOST = 3.0
_ROUNDS, _WARM = 120, 10
_PAGES = ("/staff/journey/", "/staff/journey/kept", "/staff/journey/beyond", "/staff/follow-ups")
_OK = 200


def measure(report: Report, server: Server) -> None:
    """Open each page and the claim page in turn, and hold the slowest page's 95th percentile to the claim page's."""
    with fresh_database(server, "bench_journey", template=migrated_template(server)) as url:
        app = create_app(a_config(url))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        ref, _ = reported(Front(app))
        a_journey(toolkit_of(app))
        taken = _taken(app, ref)
        close_app(app)
    claim, *pages = (_p95(seconds) for seconds in taken.values())
    report.tell("journey_pages.claim_p95", claim * 1000, "ms")
    for path, p95 in zip(_PAGES, pages, strict=True):
        report.tell(f"journey_pages.{path.strip('/').rpartition('/')[2]}_p95", p95 * 1000, "ms")
    report.hold("journey_pages.p95_ratio", max(pages) / claim, "times", most=MOST)


def _taken(app: Flask, ref: str) -> dict[str, list[float]]:
    customer, leader = app.test_client(), app.test_client()
    sign_in_customer(customer, rows(app, "SELECT customer_id FROM claims WHERE ref = :ref", ref=ref)[0][0])
    sign_in_staff(leader, Role.LEADER)
    asked = [(customer, f"/claims/{ref}"), *((leader, path) for path in _PAGES)]
    taken: dict[str, list[float]] = {path: [] for _, path in asked}
    for turn in range(_WARM + _ROUNDS):
        for client, path in asked:
            seconds = _open(client, path)
            if turn >= _WARM:
                taken[path].append(seconds)
    return taken


def _open(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - began
    if answer.status_code != _OK:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return seconds


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
