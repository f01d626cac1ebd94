"""How many queries each page takes, and whether that grows with the number of rows behind it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.domain.refs import new_secret
from portal.factory import create_app
from portal.launch.postgres import Server
from portal.services.import_orders import import_orders
from portal.services.publish_policy import publish_policy
from portal.services.report_problem import Report as Reported
from portal.services.report_problem import ReportedLine, report_problem
from tests.bench.figures import Report
from tests.bench.shop import ORDERS_HEAD, PAYMENTS_HEAD
from tests.support.database import fresh_database, migrated_template
from tests.support.queries import counted_queries
from tests.support.settings import a_config
from tests.support.web import close_app, rows, sign_in_customer, sign_in_staff, toolkit_of

MOST_CUSTOMER, MOST_STAFF = 12, 15
_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"
_OK = 200
_FRONTS = {"customer": Role.ADMIN, "staff": Role.APPROVER, "finance": Role.FINANCE}
# Without anything to see here: a picture's bytes, and pages for those who are not signed in.
_LEFT_OUT = frozenset({"customer.photo", "staff.photo", "staff.sign_in", "customer.brand_css"})


@dataclass(frozen=True, slots=True)
class Case:
    """One customer of the measurement. sizes: how many lines each order has; the first is the one that is opened."""

    name: str
    sizes: tuple[int, ...]


FEW = Case("few", (1, 1))
MANY = Case("many", (30, *(1,) * 60))


def measure(report: Report, server: Server, folder: Path) -> None:
    """Count the queries of every page for a customer and a queue of few rows, then for many."""
    with fresh_database(server, "bench_pages", template=migrated_template(server)) as url:
        app = create_app(a_config(url))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        with app.app_context():
            publish_policy(
                toolkit_of(app), source=_POLICY.read_text(), actor=Actor.system("bench"), despite="It is known."
            )
        few = _count(app, FEW, folder)
        many = _count(app, MANY, folder)
        close_app(app)
    for page in sorted(page for page, count in many.items() if count):
        report.tell(f"pages.{page}", many[page], f"queries ({few[page]} with few rows)")
    for front, most in (("customer", MOST_CUSTOMER), ("staff", MOST_STAFF), ("finance", MOST_STAFF)):
        largest = max(count for page, count in many.items() if page.startswith(front))
        report.hold(f"pages.most_{front}", largest, "queries", most=most)
    report.hold("pages.growth", max(many[page] - few[page] for page in many), "queries more", most=0)


def _count(app: Flask, case: Case, folder: Path) -> dict[str, int]:
    """Fill the shop, and give the queries of each page by its endpoint."""
    number = _order(folder, case, app)
    customer_id = rows(app, "SELECT customer_id FROM orders WHERE order_number = :number", number=number)[0][0]
    refs = _claims(app, case, customer_id)
    counts: dict[str, int] = {}
    for front, role in _FRONTS.items():
        client = app.test_client()
        if front == "customer":
            sign_in_customer(client, customer_id)
        else:
            sign_in_staff(client, role)
        for endpoint, path in _paths(app, front, number, refs):
            counts[endpoint] = max(counts.get(endpoint, 0), _queries(app, client, path))
    return counts


def _paths(app: Flask, front: str, number: str, refs: list[str]) -> Iterator[tuple[str, str]]:
    """Give every page of a front that a GET shows, for the order and for each of the claims."""
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(f"{front}.") or rule.endpoint in _LEFT_OUT or "GET" not in (rule.methods or ()):
            continue
        for ref in refs if "ref" in rule.arguments else refs[:1]:
            values = {"number": number, "ref": ref}
            yield rule.endpoint, rule.rule.replace("<number>", values["number"]).replace("<ref>", values["ref"])


def _queries(app: Flask, client: FlaskClient, path: str) -> int:
    """Count the queries of a page that is not opened for the first time; of one that only sends on, none."""
    if client.get(path).status_code != _OK:
        return 0
    with counted_queries(app) as statements:
        client.get(path)
    return len(statements)


def _order(folder: Path, case: Case, app: Flask) -> str:
    """Import the orders of a case; give the number of the one that is opened."""
    folder.mkdir(exist_ok=True)
    orders, payments = [ORDERS_HEAD], [PAYMENTS_HEAD]
    for order, size in enumerate(case.sizes):
        number = f"{case.name.upper()}{order}"
        orders += [_line(number, line, case.name) for line in range(1, size + 1)]
        payments += [f"{number},{part},card,1,{size}.00,visa,4242\n" for part in range(1, 11)]
    for name, content in (("orders.csv", orders), ("payments.csv", payments)):
        (folder / name).write_text("".join(content))
    with (folder / "orders.csv").open("rb") as lines, (folder / "payments.csv").open("rb") as paid:
        import_orders(toolkit_of(app), orders=lines, payments=paid, actor=Actor.system("bench"))
    return f"{case.name.upper()}0"


def _line(number: str, line: int, mailbox: str) -> str:
    placed, handed_over, delivered, promised = (_days_ago(days) for days in (20, 18, 10, 6))
    start = f"{number},{placed},delivered,{mailbox}@example.com,Ana,en,BRL,Ana,Rua A 1,Santos,SP,11010,BR"
    goods = f"{number}-{line},{line},SKU-{line},Moka pot {line},kitchen,vendor-{line},SP,1,8.00,2.00"
    return f"{start},{goods},{handed_over},{promised},{delivered},4.00,Correios,PAC,BR1\n"


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def _claims(app: Flask, case: Case, customer_id: int) -> list[str]:
    """Report the whole first order, and every other order as something that a person must read."""
    refs = []
    for order, size in enumerate(case.sizes):
        problem = Problem.OTHER if order else Problem.DAMAGED
        reported = Reported(
            order_number=f"{case.name.upper()}{order}",
            client_key=new_secret(),
            lines=tuple(ReportedLine(line, 1, problem) for line in range(1, size + 1)),
            words="It rattles, and I cannot say why.",
            locale="en",
        )
        refs.append(report_problem(toolkit_of(app), customer_id=customer_id, reported=reported))
    return refs[:2]
