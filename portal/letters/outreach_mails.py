"""What the mail must be told by which we apologise to somebody who has not told us anything."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from portal.letters.about_claim import AboutClaim
from portal.letters.offers import OfferWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFirst(AboutClaim):
    """The apology first, then what we can do: the offers, or by whom and by when it is answered.

    reason, promise: of an outcomes.Escalated, where a person decides; None where there are offers. stop_url: the page
    on which they say that they want no such letter.
    """

    NAME: ClassVar[str] = "told_first"
    heading: str
    paragraphs: tuple[str, ...]
    offers: tuple[OfferWords, ...]
    choose_by: date | datetime | None
    reason: str | None
    promise: str | None
    stop_url: str
