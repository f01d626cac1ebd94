"""The page of a customer's store credit."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.records.credit_statements import LotLine, SpendLine, Statement
from portal.web.customer.building.parcels import local_day
from portal.web.customer.pages.credit import CreditAccountView, CreditPage, LotView, SpendView


def credit_page(accounts: list[Statement], zone: ZoneInfo, *, fresh_code: bool) -> CreditPage:
    """Build the page from the statements of all accounts."""
    return CreditPage(accounts=tuple(_account(account, zone) for account in accounts), fresh_code=fresh_code)


def _account(account: Statement, zone: ZoneInfo) -> CreditAccountView:
    return CreditAccountView(
        account=account.account_ref,
        balance=account.free,
        code=account.code or "–",
        lots=tuple(_lot(lot, zone) for lot in account.lots),
        spends=tuple(_spend(spend) for spend in account.spends),
        held=account.held or None,
    )


def _lot(lot: LotLine, zone: ZoneInfo) -> LotView:
    return LotView(
        given_on=_day(lot.issued_at, zone),
        given=lot.given,
        left=lot.left,
        claim_ref=lot.claim_ref,
        ends_on=local_day(lot.expires_at, zone),
    )


def _day(when: datetime, zone: ZoneInfo) -> date:
    return when.astimezone(zone).date()


def _spend(spend: SpendLine) -> SpendView:
    # The shop's checkout names the sale as it likes; a name of one word is its order's number.
    number = spend.purpose if spend.purpose and " " not in spend.purpose else None
    amount = spend.amount if spend.came_back else -spend.amount
    return SpendView(at=spend.at, amount=amount, order_number=number, came_back=spend.came_back)
