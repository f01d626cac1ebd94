"""The small shop of the sandbox spends store credit of the portal, over real HTTP between the two."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from portal.sandbox.app import create_sandbox
from portal.sandbox.settings import SandboxSettings
from portal.services.create_api_key import create_api_key
from portal.services.expire_credit_holds import expire_credit_holds
from tests.support.credit_shop import CreditShop, credit_shop
from tests.support.web import Clock, toolkit_of


def _hear_nothing(*_: Any) -> Any:
    """Take a status that nobody will be told."""


class Portal:
    """The portal's WSGI application, with a line to it that can be cut before or after it has acted."""

    def __init__(self, app: Flask) -> None:
        self.app, self.cuts = app, [""]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        cut = self.cuts.pop() if len(self.cuts) > 1 else self.cuts[0]
        if cut == "before":
            start_response("502 Bad Gateway", [])
            return [b""]
        if cut == "locked":
            start_response("401 Unauthorized", [("Content-Type", "application/json")])
            return [b'{"error": {"code": "key_needed", "message": "The key was changed."}}']
        if cut == "after":
            b"".join(self.app(environ, _hear_nothing))
            start_response("502 Bad Gateway", [])
            return [b""]
        return self.app(environ, start_response)


@dataclass
class Shops:
    """Both sides: the portal's credit, and a visitor of the small shop."""

    credit: CreditShop
    visitor: FlaskClient
    portal: Portal
    customer: int

    def begin(self, thing: str = "mug", code: str | None = None, currency: str = "BRL") -> Any:
        code = self.credit.code(self.customer) if code is None else code
        return self.visitor.post("/checkout", data={"thing": thing, "currency": currency, "code": code})

    def pay(self, sale: str, card: str) -> str:
        shown = self.visitor.post(f"{sale}/pay", data={"card": card}, follow_redirects=True)
        return plain(shown.text)


def plain(html: str) -> str:
    main = html.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def shops(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Shops]:
    """Serve the portal on a port of its own, with BRL 50.00 of credit for one customer."""
    portal = Portal(app)
    server = make_server("127.0.0.1", 0, portal, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with credit_shop(database_url, toolkit_of(app)) as credit:
        key = create_api_key(credit.toolkit, "sandbox-checkout")
        address = f"http://127.0.0.1:{server.server_port}"
        sandbox = create_sandbox(SandboxSettings(folder=tmp_path, portal=address, portal_api_key=key))
        customer = credit.customer()
        credit.grant(customer, 5_000)
        yield Shops(credit, sandbox.test_client(), portal, customer)
        sandbox.extensions["store"].read().close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_credit_that_covers_everything_pays_everything(shops: Shops):
    sale = shops.begin("mug").location

    assert "Store credit covers BRL 24.00 Card pays BRL 0.00" in plain(shops.visitor.get(sale).text)
    assert "Paid. BRL 24.00 of store credit was spent." in shops.pay(sale, "works")
    assert shops.credit.free(shops.customer) == 2_600


def test_credit_covers_what_there_is_and_the_card_pays_the_rest(shops: Shops):
    sale = shops.begin("blanket").location

    assert "Store credit covers BRL 50.00 Card pays BRL 39.00" in plain(shops.visitor.get(sale).text)
    assert "the card paid BRL 39.00" in shops.pay(sale, "works")
    assert shops.credit.free(shops.customer) == 0


@pytest.mark.proves("bug 44")
def test_a_declined_card_gives_all_credit_back(shops: Shops):
    sale = shops.begin("blanket").location

    assert "All BRL 50.00 of store credit is free again." in shops.pay(sale, "fails")
    assert shops.credit.free(shops.customer) == 5_000


@pytest.mark.proves("fault 49")
def test_a_second_press_changes_nothing(shops: Shops):
    sale = shops.begin("mug").location
    shops.pay(sale, "works")

    assert "Paid." in shops.pay(sale, "fails")
    assert shops.credit.free(shops.customer) == 2_600


def test_an_open_sale_keeps_its_credit_from_the_next(shops: Shops):
    shops.begin("mug")

    assert "Store credit covers BRL 26.00" in plain(shops.visitor.get(shops.begin("lamp").location).text)


@pytest.mark.proves("L10")
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_takes_the_credit_once(shops: Shops, cut: str):
    sale = shops.begin("mug").location
    shops.portal.cuts = ["", cut, cut]

    assert "Paid." in shops.pay(sale, "works")
    assert shops.credit.free(shops.customer) == 2_600


def test_a_portal_that_is_away_is_asked_again_later(shops: Shops):
    sale = shops.begin("mug").location
    shops.portal.cuts = ["before"]
    assert "The portal has not answered yet whether the credit was taken" in shops.pay(sale, "works")
    shops.portal.cuts = [""]

    shown = shops.visitor.post(f"{sale}/settle", follow_redirects=True)

    assert "Paid." in plain(shown.text)
    assert shops.credit.free(shops.customer) == 2_600


def test_a_key_that_was_changed_in_between_leaves_the_credit_held_until_the_portal_takes_it(shops: Shops):
    sale = shops.begin("mug").location
    shops.portal.cuts = ["locked"]
    assert "The portal has not answered yet whether the credit was taken" in shops.pay(sale, "works")
    shops.portal.cuts = [""]

    shown = shops.visitor.post(f"{sale}/settle", follow_redirects=True)

    assert "Paid." in plain(shown.text)
    assert shops.credit.free(shops.customer) == 2_600


def test_credit_that_was_spent_elsewhere_after_its_half_hour_pays_nothing_and_the_card_is_let_go(
    shops: Shops, clock: Clock
):
    late = shops.begin("blanket").location
    clock.pass_(minutes=31)
    expire_credit_holds(shops.credit.toolkit)
    assert "Paid." in shops.pay(shops.begin("mug").location, "works")

    said = shops.pay(late, "works")

    assert "Not paid. The credit was held for half an hour, and is not there any more. The card had agreed" in said
    assert "nothing was taken from it" in said
    assert shops.credit.free(shops.customer) == 2_600


def test_a_portal_that_is_away_from_the_start_sells_nothing(shops: Shops):
    code = shops.credit.code(shops.customer)
    shops.portal.cuts = ["before"]

    answer = shops.begin("mug", code)

    assert (answer.status_code, "The portal does not answer" in plain(answer.text)) == (503, True)


@pytest.mark.parametrize(
    ("code", "currency", "words"),
    [
        ("ACDE-FGHJ-KMNP", "BRL", "No store credit has this code."),
        ("nonsense", "BRL", "No store credit has this code."),
        (None, "EUR", "This store credit is in another currency."),
    ],
)
def test_a_code_that_does_not_pay_is_said_plainly_and_kept(shops: Shops, code: str | None, currency: str, words: str):
    answer = shops.begin("lamp", code, currency)

    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert 'value="lamp" required checked' in answer.text


def test_credit_that_is_used_up_is_said_plainly(shops: Shops):
    shops.pay(shops.begin("blanket").location, "works")

    assert "There is nothing left on this code." in plain(shops.begin("mug").text)


def test_a_sale_without_credit_is_paid_by_card_alone(shops: Shops):
    sale = shops.begin("lamp", "").location

    assert "Paid." in shops.pay(sale, "works")
    assert shops.credit.free(shops.customer) == 5_000


@pytest.mark.parametrize("data", [{}, {"thing": "yacht", "currency": "BRL"}, {"thing": "mug", "currency": "XXX"}])
def test_what_the_shop_does_not_sell_is_a_400(shops: Shops, data: dict[str, str]):
    assert shops.visitor.post("/checkout", data=data).status_code == 400


def test_a_sale_that_is_not_there_is_a_404(shops: Shops):
    assert shops.visitor.get("/checkout/sale-0").status_code == 404
    assert shops.visitor.post("/checkout/sale-0/pay").status_code == 404


def test_the_shop_lists_its_sales(shops: Shops):
    sale = shops.begin("mug").location

    page = shops.visitor.get("/checkout").text

    assert sale in page
    assert page.count("<h1") == 1


@pytest.mark.proves("bug 44")
def test_a_sale_that_is_left_at_the_till_frees_its_credit_by_itself(shops: Shops, clock: Clock):
    shops.begin("blanket")
    assert shops.credit.free(shops.customer) == 0
    clock.pass_(minutes=30)

    expire_credit_holds(shops.credit.toolkit)

    assert shops.credit.free(shops.customer) == 5_000


@pytest.mark.proves("bug 44")
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_till_that_dies_while_it_frees_the_credit_of_a_failed_card_costs_nothing(shops: Shops, cut: str):
    sale = shops.begin("blanket").location
    shops.portal.cuts = [cut]
    assert "whether the credit was given back" in shops.pay(sale, "fails")
    shops.portal.cuts = [""]

    shown = shops.visitor.post(f"{sale}/settle", follow_redirects=True)

    assert "All BRL 50.00 of store credit is free again." in plain(shown.text)
    assert shops.credit.free(shops.customer) == 5_000


def test_a_press_that_says_the_card_failed_after_it_worked_takes_nothing_back(shops: Shops):
    sale = shops.begin("blanket").location
    shops.portal.cuts = ["after"]
    shops.pay(sale, "works")
    shops.portal.cuts = [""]

    assert "Paid." in shops.pay(sale, "fails")
    assert shops.credit.free(shops.customer) == 0
