"""The remedies that are already decided, as the claim page offers them."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.web.customer.pages.parts import AddressView, RefundPart


@dataclass(frozen=True, slots=True)
class Pick:
    """What accepting posts for one claim line: ``name`` (such as ``line_3``) with ``value``, the offer's ref."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RemedyChoice:
    """One remedy to choose.

    kind: ``replacement``, ``refund`` or ``store_credit``.
    picks: what is posted when it is taken: one for every line in the one-tap layout, exactly one in the per-line
    layout. amount: of a refund or credit, exact. bonus: how much of a credit's amount is our thank-you on top; None for
    none. parts: where a refund goes, one or several. arrives_on: when a replacement is there. ends_on: the last day
    that the credit can be spent; None for never.
    """

    kind: str
    picks: tuple[Pick, ...]
    amount: Money | None = None
    bonus: Money | None = None
    parts: tuple[RefundPart, ...] = ()
    arrives_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line with its own choices, in the per-line layout. chosen: the value that was picked before, on an error."""

    title: str
    quantity: int
    choices: tuple[RemedyChoice, ...]
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class OfferSet:
    """Everything offered now; accepting posts to ``customer.accept``.

    Fields posted: ``version``; the picks (``line_3=OFR-…``, one for each offered line); ``street`` where the address
    lacks one and a replacement was picked. Another address posts ``words`` with ``about=address`` to
    ``customer.ask_person``; asking a person in place of choosing posts ``words`` to the same.
    together: the choices where all offered lines share them (one tap for all); empty otherwise.
    lines: the offered lines; with their choices where together is empty.
    open_until_at: when the offers end. address: where a replacement goes; None where no replacement is offered.
    typed_street, street_errors: what was typed and refused. errors: finished sentences about the choice as a whole.
    beside: what stands beside the offers, as a finished sentence. rest_as_credit: a part of a refund comes as credit;
    the page then offers that a person arranges a bank transfer, posting ``words`` with ``about=bank`` to
    ``customer.ask_person``. no_way_back: the same, where no part of what was paid can go back by itself: why not, as in
    ``RefundPart.method``.
    sold_out: what there is none left of to send again. reasons: why these are offered, in finished sentences.
    """

    lines: tuple[OfferLine, ...]
    together: tuple[RemedyChoice, ...] = ()
    open_until_at: datetime | None = None
    address: AddressView | None = None
    typed_street: str = ""
    street_errors: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    beside: str | None = None
    rest_as_credit: bool = False
    no_way_back: tuple[str, ...] = ()
    sold_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
