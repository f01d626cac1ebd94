"""Follow a withdrawal: acknowledge it first, then look at it; each step begins from what is recorded."""

from portal.domain.ports import Mailer
from portal.services.look_at_withdrawal import look_at_withdrawal
from portal.services.send_withdrawal_letters import LettersLeft, send_withdrawal_letters
from portal.services.toolkit import Toolkit


def follow_withdrawal(toolkit: Toolkit, mailer: Mailer, *, withdrawal_ref: str) -> None:
    """Do what is open for one. A mailbox that does not answer keeps nobody from looking. Raise LettersLeft."""
    waits: LettersLeft | None = None
    try:
        send_withdrawal_letters(toolkit, mailer, withdrawal_ref=withdrawal_ref)
    except LettersLeft as left:
        waits = left
    look_at_withdrawal(toolkit, withdrawal_ref=withdrawal_ref)
    if waits is not None:
        raise waits
