"""Pieces that several customer pages show."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.domain.problems import ParcelState


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """A claim that is mentioned on another page.

    ref: such as ``CLM-7Q4K2``. state: a claim state code (see ``claim.STATES``). reported_at: when it was reported.
    """

    ref: str
    state: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where a parcel goes, as it is shown.

    line1 is empty where the street is missing; the replacement card then asks for it. country is a readable name.
    """

    name: str
    line1: str
    city: str
    region: str
    postcode: str
    country: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """What we know of one parcel.

    state: where it is. position, of: parcel 2 of 3 in its order. vendor: who sends it, None where the shop itself does.
    carrier, service, tracking_number, tracking_url: None where not known. The dates are None where not known;
    promised_on is the last promised day. signed_by, left_at: the carrier's own words, such as ``Neighbour`` and
    ``Porch``. sent_again: it takes the place of one that went wrong.
    """

    state: ParcelState
    position: int
    of: int
    vendor: str | None = None
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_on: date | None = None
    promised_on: date | None = None
    delivered_on: date | None = None
    signed_by: str | None = None
    left_at: str | None = None
    sent_again: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that has happened, newest first in its list. text is a finished sentence."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something written in the conversation, oldest first in its list.

    from_us: True for the shop's words. name: the person's first name, or the shop's name; not used for the customer.
    """

    from_us: bool
    name: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class RefundPart:
    """One place that a part of a refund goes back to.

    method: ``card``, or why it comes as store credit: ``one_way`` (paid by voucher, bank slip or store credit),
    ``unreached_card`` (we do not know how to reach that card), ``spent_card`` (it can take nothing more) or
    ``other_way`` (another way that we cannot send money back). card_brand, card_ending: such as ``Visa`` and ``1995``;
    None unless method is card and they are known. by_on: the day it should be there at the latest; None for credit.
    """

    amount: Money
    method: str
    card_brand: str | None = None
    card_ending: str | None = None
    by_on: date | None = None
