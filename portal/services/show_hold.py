"""A hold of store credit as the checkout that made it sees it."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.credit import HoldState
from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.records import credit
from portal.records.tables.credit import CreditAccount, CreditHold
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Hold:
    """Credit set aside by a checkout. captured is nothing until it was captured; given_back is a part of it."""

    ref: str
    state: HoldState
    amount: Money
    captured: Money
    given_back: Money
    purpose: str
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None


def drawn(row: CreditHold, account: CreditAccount, now: datetime) -> Hold:
    """Draw a hold; one whose time is over is expired, whether or not the sweep has been there."""
    state = HoldState(row.state)
    if state is HoldState.HELD and row.expires_at <= now:
        state = HoldState.EXPIRED
    return Hold(
        row.ref,
        state,
        Money(row.amount_minor, account.currency),
        Money(row.captured_minor, account.currency),
        Money(row.given_back_minor, account.currency),
        row.purpose,
        row.created_at,
        row.expires_at,
        row.settled_at,
    )


def checkout_actor(api_key_id: int) -> Actor:
    """Name the shop's system that spends the credit."""
    return Actor.system(f"api-key {api_key_id}")


def show_hold(toolkit: Toolkit, *, api_key_id: int, hold_ref: str) -> Hold:
    """Read a hold that this API key made; raise NotFound for anything else."""
    with toolkit.reading() as session:
        found = credit.find_hold(session, api_key_id, hold_ref)
        if found is None:
            raise NotFound("there is no such hold")
        return drawn(*found, toolkit.now())
