"""How many queries each page takes, and whether that grows with the number of rows behind it."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.domain.refs import new_secret
from portal.factory import create_app
from portal.launch.postgres import Server
from portal.services.import_orders import import_orders
from portal.services.report_problem import Report as Reported
from portal.services.report_problem import ReportedLine, report_problem
from portal.web.shared.access import access_of
from portal.web.shared.browser_session import STAFF
from tests.bench.figures import Report
from tests.bench.page_shop import Wanted, furnish, open_shop
from tests.bench.page_values import addresses
from tests.bench.shop import ORDERS_HEAD, PAYMENTS_HEAD
from tests.support.customer_front import Front
from tests.support.database import fresh_database, migrated_template
from tests.support.queries import counted_queries
from tests.support.settings import a_config
from tests.support.staff_made import a_staff_member
from tests.support.web import close_app, let_in_staff, rows, send, sign_in_customer, sign_in_staff, toolkit_of

MOST_CUSTOMER, MOST_STAFF = 12, 15
_OK, _REDIRECTS = 200, frozenset({301, 302, 303, 307, 308})
_FRONTS = ("customer", "staff", "finance")
# A picture's bytes: it is given from the store of photos, and no page.
_LEFT_OUT = frozenset({"customer.photo", "staff.photo"})
# A search leads to what it found. An address to which a form was sent leads back to the form as well: by its name,
# which these two pages have by chance.
_LEADS_ON = frozenset({"staff.find", "customer.begin_again"})
_REALLY_AGAIN = frozenset({"customer.report_again", "staff.report_again"})
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One customer of the measurement, and a shop around them.

    sizes: how many lines each order has; the first is the one that is opened. others: how much of everything else.
    months_ago: which month finance closes.
    """

    name: str
    sizes: tuple[int, ...]
    others: int
    months_ago: int


FEW = Case("few", (1, 1), 2, 4)
MANY = Case("many", (30, *(1,) * 60), 12, 3)


def measure(report: Report, server: Server, folder: Path) -> None:
    """Count the queries of every page for a customer and a shop of few rows, then for many."""
    unopened: list[str] = []
    with fresh_database(server, "bench_pages", template=migrated_template(server)) as url:
        app = create_app(a_config(url))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        front = Front(app)
        open_shop(front)
        few = _count(front, FEW, folder, unopened)
        many = _count(front, MANY, folder, unopened)
        close_app(app)
    for page in sorted(page for page, count in many.items() if count):
        report.tell(f"pages.{page}", many[page], f"queries ({few[page]} with few rows)")
    for front_name, most in zip(_FRONTS, (MOST_CUSTOMER, MOST_STAFF, MOST_STAFF), strict=True):
        largest = max(count for pages in (few, many) for page, count in pages.items() if page.startswith(front_name))
        report.hold(f"pages.most_{front_name}", largest, "queries", most=most)
    report.hold("pages.growth", max(many[page] - few[page] for page in many), "queries more", most=0)
    report.hold("pages.unopened", len(unopened), "addresses", most=0)
    for one in unopened:
        report.remark(f"Not opened: {one}")


def _count(front: Front, case: Case, folder: Path, unopened: list[str]) -> Counts:
    """Fill the shop, and give the queries of each page by its endpoint; name what could not be opened."""
    app = front.app
    number = _order(folder, case, app)
    customer_id = rows(app, "SELECT customer_id FROM orders WHERE order_number = :number", number=number)[0][0]
    _claims(app, case, customer_id)
    closed = front.now().date().replace(day=1)
    for _ in range(case.months_ago):
        closed = (closed - timedelta(days=1)).replace(day=1)
    furnish(front, Wanted(case.name, customer_id, case.others, closed.strftime("%Y-%m")))
    counts: Counts = {}
    viewers = _viewers(app, customer_id)
    for rule in app.url_map.iter_rules():
        is_page = rule.endpoint.partition(".")[0] in _FRONTS and rule.endpoint not in _LEFT_OUT
        if is_page and "GET" in (rule.methods or ()):
            counts[rule.endpoint] = _most(app, rule, viewers, customer_id, unopened)
    return counts


def _viewers(app: Flask, customer_id: int) -> dict[str, FlaskClient]:
    """Let in a customer, somebody of each role, somebody at the door, and nobody."""
    viewers = {kind: app.test_client() for kind in ("public", "door", "customer", *Role)}
    sign_in_customer(viewers["customer"], customer_id)
    for role in Role:
        sign_in_staff(viewers[role], role, limits={"BRL": 500_000})
    let_in_staff(viewers["door"], a_staff_member(toolkit_of(app)), at_the_door=True)
    # Who asked for a code is shown where to type it.
    send(viewers["public"], "/sign-in", {"mailbox": "somebody@example.org"})
    return viewers


def _who(app: Flask, rule: Rule) -> list[str]:
    """Name the viewers who may open a page, by its access mark."""
    access = access_of(app.view_functions[rule.endpoint])
    if access is None:
        return []
    if access.kind == STAFF:
        return sorted(access.roles)
    if access.kind in {"public", "signed"} and rule.endpoint.startswith("customer."):
        # What is shown of an object is shown to whose it is.
        return ["customer"] if rule.arguments else ["public", "customer"]
    return [access.kind]


def _most(app: Flask, rule: Rule, viewers: dict[str, FlaskClient], customer_id: int, unopened: list[str]) -> int:
    """Open every address of a page as one who may, and the first as each; give the most queries that it took."""
    paths = addresses(app, rule, customer_id)
    who = _who(app, rule)
    visits = [(one, path) for one in who for path in (paths if one == who[0] else paths[:1])]
    found = {visit: _opened(app, viewers[visit[0]], visit[1]) for visit in visits}
    unopened += [
        f"{path} ({rule.endpoint}) by {one}: {status}"
        for (one, path), (status, _) in found.items()
        if status not in {_OK, *_REDIRECTS}
    ]
    leads_on = rule.endpoint in _LEADS_ON or (rule.endpoint.endswith("_again") and rule.endpoint not in _REALLY_AGAIN)
    if not leads_on and all(status != _OK for status, _ in found.values()):
        unopened.append(f"{rule.rule} ({rule.endpoint}) by anybody")
    return max((count for _, count in found.values()), default=0)


def _opened(app: Flask, client: FlaskClient, path: str) -> tuple[int, int]:
    """Open a page, and count the queries of the second time; one that leads on or fails counts none."""
    status = client.get(path).status_code
    if status != _OK:
        return status, 0
    with counted_queries(app) as statements:
        client.get(path)
    return status, len(statements)


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


def _claims(app: Flask, case: Case, customer_id: int) -> None:
    """Report the whole first order, and every other order as something that a person must read."""
    for order, size in enumerate(case.sizes):
        problem = Problem.OTHER if order else Problem.DAMAGED
        reported = Reported(
            order_number=f"{case.name.upper()}{order}",
            client_key=new_secret(),
            lines=tuple(ReportedLine(line, 1, problem) for line in range(1, size + 1)),
            words="It rattles, and I cannot say why.",
            locale="en",
        )
        report_problem(toolkit_of(app), customer_id=customer_id, reported=reported)
