"""Finance's front: costs, months and their close, and the provider's balance; ``recoveries`` has what came back."""

from datetime import date, datetime, time, timedelta

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.closing import Closing, read_month
from portal.domain.money import Money
from portal.domain.refs import new_ref
from portal.gateways.stripe_refunds import StripeRefunds
from portal.records import books
from portal.services.close_period import close_period
from portal.services.reconcile_balance import reconcile_balance
from portal.services.toolkit import Toolkit
from tests.journeys.people import FINANCE
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.staff_made import a_staff_member

_PICTURES = Actor.system("pictures")
_PROMISED = {"BRL": (12_940, 8_900, 41_250), "EUR": (3_990, 12_500)}


def photograph_finance(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    with stage.running.toolkit() as toolkit:
        months = _earlier_months(toolkit)
        stripe = StripeRefunds(stage.running.config.stripe_secret_key, api_base=stage.running.config.stripe_api_base)
        reconcile_balance(toolkit, stripe, _PICTURES)
    batch = stage.running.rows("SELECT ref FROM closed_batches ORDER BY id LIMIT 1")[0].ref
    pages = {
        "/finance/": "costs",
        "/finance/?from=2020-01-01&to=2020-01-31": "costs-nothing",
        "/finance/?from=soon&to=2020-01-31": "costs-refused",
        "/finance/periods": "periods",
        f"/finance/periods/{months[1]:%Y-%m}": "period",
        f"/finance/batches/{batch}": "batch",
        "/finance/reconcile": "reconcile",
        "/finance/nowhere": "error-not-found",
        "/staff/": "error-somebody-else",
    }
    for language in LANGUAGES:
        worker = stage.worker(language, FINANCE)
        for path, scene in pages.items():
            worker.go(path)
            camera.take(worker.page, scene, language)
        worker.close()


def _earlier_months(toolkit: Toolkit) -> tuple[date, date]:
    """Book promises in the two months before this one, close the first by two people, and give a day of each."""
    second = toolkit.now().astimezone(toolkit.zone).date().replace(day=1) - timedelta(days=1)
    first = second.replace(day=1) - timedelta(days=1)
    for day in (first, second):
        for currency, amounts in _PROMISED.items():
            for minor in amounts:
                _promise(toolkit, Money(minor, currency), datetime.combine(day, time(12), toolkit.zone))
    for _ in range(2):
        keeper = Actor.staff(a_staff_member(toolkit, role=Role.FINANCE))
        close_period(toolkit, Closing(read_month(f"{first:%Y-%m}"), None, keeper))
    return first, second


def _promise(toolkit: Toolkit, amount: Money, at: datetime) -> None:
    about = journal.About("CLM-EARLIER", {"remedy": "refund", "problem": "damaged", "stage": "transit"})
    entry = journal.remedy_promised(new_ref("RMD", 10), amount, Money(0, amount.currency), "entitled", about)
    with toolkit.transaction() as session:
        books.record(session, entry, actor=_PICTURES, now=at, zone=toolkit.zone)
