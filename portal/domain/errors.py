"""What can be wrong, in the product's words. The web maps each to a page in one table."""

from collections.abc import Callable, Mapping

_LONGEST_REASON = 500


class AmendsError(Exception):
    """The family of everything that we refuse on purpose."""


class BadAmount(AmendsError):
    """An amount is not well-formed, or more than what is there."""


class AboveEntitlement(BadAmount):
    """More is to go back than is left of what was paid; both in minor units."""

    def __init__(self, wanted: int, left: int) -> None:
        """Keep what was wanted, and what there is."""
        super().__init__(f"{wanted} is more than the {left} that are left of what was paid")
        self.wanted, self.left = wanted, left


class CurrencyMismatch(AmendsError):
    """Two currencies met."""


class IllegalMove(AmendsError):
    """A claim line may not make this move from where it stands."""


class MovedOn(AmendsError):
    """The page that was answered is out of date: the claim has moved on."""


class NotFound(AmendsError):
    """There is nothing of that name, or it is not yours."""


class UnitsTaken(AmendsError):
    """A unit of the line is already part of a claim that is open or made whole."""


class OfferGone(AmendsError):
    """The offer is no longer there to accept."""


class NotLeft(OfferGone):
    """What the offer gives is more than what is left of what was paid; the message names the offer."""


class OutOfStock(AmendsError):
    """There are not enough pieces left to send again; the message names the SKU."""


class MissingStreet(AmendsError):
    """The order has no street, and a parcel needs one."""


class NotAllowed(AmendsError):
    """This actor may not do this."""


class OwnWork(NotAllowed):
    """What somebody did is decided on by another."""


class OverLimit(AmendsError):
    """The amount is above the staff member's authority limit."""


class TooMany(AmendsError):
    """Too many tries in a short time; retry_after tells the seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        """Keep how many seconds to wait."""
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class WrongCode(AmendsError):
    """The code is not the one that was sent or shown, or it was used, or its time or tries are over."""


class WrongPassword(AmendsError):
    """Mailbox and password of a staff member do not go together, or the account is closed."""


class BadPicture(AmendsError):
    """The file is not a photo that we can keep; reason names why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason: not_a_photo, too_large, too_many_pixels, empty."""
        super().__init__(reason)
        self.reason = reason


class TooManyPhotos(AmendsError):
    """A claim holds as many photos as it may."""


class BadPolicy(AmendsError):
    """A policy cannot be read; the message names the rule and why.

    place: where, as the text names it, such as ``rule lost: when.days_late``. sentence, values: why, and what that
    names, for whoever says it in another language.
    """

    def __init__(self, sentence: str, place: str = "", values: Mapping[str, object] | None = None) -> None:
        """Keep where and why."""
        self.place, self.sentence, self.values = place, sentence, values or {}
        super().__init__(f"{place}: {self.reason(str)}" if place else self.reason(str))

    def reason(self, say: Callable[[str], str]) -> str:
        """Give why, each sentence by way of ``say``, and no longer than somebody reads."""
        said = say(self.sentence) % self.values if self.values else say(self.sentence)
        return said if len(said) <= _LONGEST_REASON else f"{said[:_LONGEST_REASON]}…"


class Outdated(AmendsError):
    """A draft is based on a version that is not the newest of its market any more; head is the number of that one."""

    def __init__(self, head: int) -> None:
        """Keep the number of the newest version."""
        super().__init__(f"version {head} was published meanwhile; the draft has to be based on it first")
        self.head = head


class BadWords(AmendsError):
    """Words are missing where some are needed, or too many."""


class Conflict(AmendsError):
    """The same key was used for another request."""


class NotEnoughCredit(AmendsError):
    """The account holds less than what was asked."""


class BadSignature(AmendsError):
    """A message is not signed by whom it claims, or was signed too long ago or ahead of time; reason names which."""

    def __init__(self, reason: str) -> None:
        """Keep the reason: malformed, stale, ahead, mismatch."""
        super().__init__(reason)
        self.reason = reason
