"""A small invented shop whose checkout takes store credit."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain.money import Money, exponent
from portal.sandbox.checkout_book import Sale, SalesBook, SaleState
from portal.sandbox.checkout_portal import NoAnswer, Portal
from portal.sandbox.checkout_till import Refused, Till
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store

# Invented things with a price in whole units of any currency.
THINGS = {"mug": ("Blue mug", 24), "blanket": ("Wool blanket", 89), "lamp": ("Reading lamp", 149)}
CURRENCIES = ("BRL", "EUR", "USD", "GBP", "JPY")
_SHOWN = 10
_NO_ANSWER = "The portal does not answer. Nothing was taken; try again in a moment."


def make_blueprint(store: Store, settings: SandboxSettings) -> Blueprint:
    """Make the pages under /checkout."""
    blueprint = Blueprint("checkout", __name__)
    book = SalesBook(store)
    till = Till(book, Portal(settings.portal, settings.portal_api_key))

    @blueprint.get("/checkout")
    def shop() -> str:
        """Show what there is to buy."""
        return _shop_page(book)

    @blueprint.post("/checkout")
    def begin() -> Response | tuple[str, int]:
        """Begin a sale."""
        thing, price = _chosen()
        try:
            ref = till.begin(thing, price, request.form.get("code", "").strip())
        except Refused as refused:
            return _shop_page(book, wrong=str(refused)), 422
        except NoAnswer:
            return _shop_page(book, wrong=_NO_ANSWER), 503
        return redirect(url_for("checkout.sale", ref=ref), 303)

    @blueprint.get("/checkout/<ref>")
    def sale(ref: str) -> str:
        """Show a sale as it stands."""
        return render_template("checkout_sale.html", sale=_found(book, ref), States=SaleState)

    @blueprint.post("/checkout/<ref>/pay")
    def pay(ref: str) -> Response:
        """Pay; whether the card works is for the visitor to choose."""
        found = _found(book, ref)
        return _settled(lambda: till.pay(found, card_works=request.form.get("card") == "works"), ref)

    @blueprint.post("/checkout/<ref>/settle")
    def settle(ref: str) -> Response:
        """Ask the portal again for the answer that did not come."""
        return _settled(lambda: till.settle(_found(book, ref).ref), ref)

    return blueprint


def _chosen() -> tuple[str, Money]:
    thing, currency = request.form.get("thing", ""), request.form.get("currency", "")
    if thing not in THINGS or currency not in CURRENCIES:
        abort(400)
    name, whole = THINGS[thing]
    return name, Money(whole * 10 ** exponent(currency), currency)


def _shop_page(book: SalesBook, wrong: str | None = None) -> str:
    chosen = {name: request.form.get(name, "") for name in ("thing", "currency", "code")}
    sales = book.newest(_SHOWN)
    return render_template(
        "checkout.html", things=THINGS, currencies=CURRENCIES, chosen=chosen, wrong=wrong, sales=sales
    )


def _found(book: SalesBook, ref: str) -> Sale:
    sale = book.find(ref)
    if sale is None:
        abort(404)
    return sale


def _settled(act: Callable[[], None], ref: str) -> Response:
    """Act and show the sale; one that waits for an answer says so on its page, and offers to ask again."""
    try:
        act()
    except NoAnswer as silence:
        current_app.logger.warning("%s: %s", ref, silence)
    return redirect(url_for("checkout.sale", ref=ref), 303)
