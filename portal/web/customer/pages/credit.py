"""The customer's store credit."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money


@dataclass(frozen=True, slots=True)
class LotView:
    """One grant of credit.

    given_on: when. claim_ref: the claim it came from; None for a gift without one. given: how much; left: how much is
    still there. ends_on: the last day it can be spent; None where it never ends.
    """

    given_on: date
    given: Money
    left: Money
    claim_ref: str | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class SpendView:
    """Credit that was spent, or came back: amount is shown as it is, negative where spent, positive where it came back.

    order_number: None where not known.
    """

    at: datetime
    amount: Money
    order_number: str | None = None
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class CreditAccountView:
    """The account in one currency.

    account: its public ref, for the form. balance: what can be spent now. held: what a checkout has reserved, None for
    nothing. code: what to type at the checkout. Lots and spends newest first.
    """

    account: str
    balance: Money
    code: str
    lots: tuple[LotView, ...]
    spends: tuple[SpendView, ...] = ()
    held: Money | None = None


@dataclass(frozen=True, slots=True)
class CreditPage:
    """Rendered by ``customer/credit.html``. A new code posts ``account`` to ``customer.new_credit_code``.

    fresh_code: True right after a new code was made.
    """

    accounts: tuple[CreditAccountView, ...]
    fresh_code: bool = False
