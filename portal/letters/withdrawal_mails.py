"""What the mails about a withdrawal must be told. They repeat what was declared, and nothing else of any order."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutWithdrawal:
    """What was declared, as it was typed, and when. goods is None for the whole order; moment is with its zone."""

    withdrawal_ref: str
    name: str
    mailbox: str
    order_number: str
    goods: str | None
    declared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalReceived(AboutWithdrawal):
    """The acknowledgement that law wants without delay: content, day and time of the declaration."""

    NAME: ClassVar[str] = "withdrawal_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAccepted(AboutWithdrawal):
    """It holds. send_by is until when the goods are sent back, None where nothing has come yet."""

    NAME: ClassVar[str] = "withdrawal_accepted"
    refund_by: date
    send_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAnswered(AboutWithdrawal):
    """A person answers in their own words."""

    NAME: ClassVar[str] = "withdrawal_answered"
    staff_name: str
    words: str
