"""What the mail must be told by which we apologise to somebody who has not told us anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from portal.letters.about_claim import AboutClaim
from portal.letters.language import msg, translation
from portal.letters.offers import OfferWords

_SEVERAL = msg("We are sorry. %(count)s of your parcels should be with you by now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldParcel:
    """A parcel that has not come: the apology for it, then what we can do, or by whom and by when it is answered.

    ref, url: of its claim. keeping: that what came is theirs to keep. reason, promise: of an outcomes.Escalated, where
    a person decides; None where there are offers.
    """

    order_number: str
    ref: str
    url: str
    paragraphs: tuple[str, ...]
    offers: tuple[OfferWords, ...]
    keeping: str | None
    choose_by: date | datetime | None
    reason: str | None
    promise: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFirst(AboutClaim):
    """The apology first, then each parcel. stop_url: the page on which they say that they want no such letter."""

    NAME: ClassVar[str] = "told_first"
    heading: str
    parcels: tuple[ToldParcel, ...]
    stop_url: str


def heading_of(headings: Sequence[str], locale: str) -> str:
    """Head a letter about some parcels, each with the heading of its own apology."""
    if len(headings) == 1:
        return headings[0]
    return translation(locale).gettext(_SEVERAL) % {"count": len(headings)}
