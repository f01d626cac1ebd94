"""The till of the sandbox's small shop: hold, pay the rest by card, then capture or release.

It shows a shop's engineer what to do: the credit is taken only after the card has paid, and given back when it has not.
"""

from dataclasses import dataclass

from portal.domain.money import Money, decimal_text, parse, zero
from portal.sandbox.checkout_book import Sale, SalesBook, SaleState, new_sale_ref
from portal.sandbox.checkout_portal import NoAnswer, Portal, PortalAnswer

_REFUSED = {
    "not_found": "No store credit has this code. Look at it again in the portal, under Store credit.",
    "wrong_currency": "This store credit is in another currency. Choose that one above.",
    "not_enough_credit": "There is nothing left on this code.",
    "too_many_wrong_codes": "Too many wrong codes were tried. Wait a minute, then try again.",
    "key_needed": "The portal does not know this shop's API key; PORTAL_API_KEY names it at the start.",
}
# With these the portal says that a capture can never come any more: spent elsewhere, or released.
_GONE = frozenset({"not_enough_credit", "hold_settled"})


class Refused(Exception):
    """The code does not pay; the message is for the page."""


@dataclass(frozen=True, slots=True)
class Till:
    """The shop's side of a sale."""

    book: SalesBook
    portal: Portal

    def begin(self, thing: str, price: Money, code: str) -> str:
        """Set aside as much credit as there is up to the price, and keep the sale; raise Refused or NoAnswer."""
        ref = new_sale_ref()
        hold_ref, credit = self._hold(ref, price, code) if code else (None, zero(price.currency))
        self.book.open(ref, thing, price, hold_ref, credit)
        return ref

    def _hold(self, ref: str, price: Money, code: str) -> tuple[str, Money]:
        answer = self._ask(ref, "all", price, code)
        if answer.code == "not_enough_credit" and (there := _amount(answer, "available", price.currency)):
            # Another sale may take it in between; then the portal says so, and nothing is lost.
            answer = self._ask(ref, "what-is-there", there, code)
        if not answer.is_good:
            raise Refused(_REFUSED.get(answer.code, f"The portal refused: {answer.code or answer.status}."))
        return str(answer.body["hold"]), _amount(answer, "amount", price.currency)

    def _ask(self, ref: str, step: str, amount: Money, code: str) -> PortalAnswer:
        return self.portal.hold(
            f"{ref}-hold-{step}", code=code, amount=decimal_text(amount), currency=amount.currency, purpose=ref
        )

    def pay(self, sale: Sale, *, card_works: bool) -> None:
        """Let the card pay the rest or fail, which is decided once, then settle the credit; raise NoAnswer."""
        wanted = SaleState.TAKING if card_works else SaleState.GIVING_BACK
        self.book.move(sale.ref, SaleState.OPEN, wanted)
        self.settle(sale.ref)

    def settle(self, ref: str) -> None:
        """Take the credit of a sale that is paid, or give it back for one that is not; safe to ask again."""
        sale = self.book.find(ref)
        if sale is not None and sale.state is SaleState.TAKING:
            self.book.move(ref, SaleState.TAKING, self._taken(sale))
        elif sale is not None and sale.state is SaleState.GIVING_BACK:
            self._give_back(sale)
            self.book.move(ref, SaleState.GIVING_BACK, SaleState.DECLINED)

    def _taken(self, sale: Sale) -> SaleState:
        if sale.hold_ref is None:
            return SaleState.PAID
        answer = self.portal.capture(f"{sale.ref}-capture", sale.hold_ref)
        if answer.is_good:
            return SaleState.PAID
        if answer.code in _GONE:
            return SaleState.CREDIT_GONE
        # Anything else says nothing of the credit, such as a key that was changed meanwhile: it may still be held.
        raise NoAnswer(f"the portal did not take the credit: {answer.code or answer.status}")

    def _give_back(self, sale: Sale) -> None:
        if sale.hold_ref is not None:
            answer = self.portal.release(f"{sale.ref}-release", sale.hold_ref)
            if not answer.is_good:
                # A sale is only over once its credit is free; else it is asked again, or the hold ends by itself.
                raise NoAnswer(f"the portal did not free the hold: {answer.code or answer.status}")


def _amount(answer: PortalAnswer, name: str, currency: str) -> Money:
    said = answer.body.get("error", answer.body).get(name)
    return parse(str(said), currency) if said is not None else zero(currency)
