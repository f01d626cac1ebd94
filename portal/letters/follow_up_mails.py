"""What the mails must be told that ask whether it was made right, and that answer a no."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from portal.letters.about_claim import AboutClaim


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """A claim that is asked about. titles: what it was about; url: the page on which it is answered."""

    claim_ref: str
    titles: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(AboutClaim):
    """Did we make it right? about: what is asked about, each with the page to answer on. again: we asked before."""

    NAME: ClassVar[str] = "follow_up"
    about: tuple[AskedAbout, ...]
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(AboutClaim):
    """It was not right. staff_name takes it over, None where nobody is named yet, and answers by a moment."""

    NAME: ClassVar[str] = "reopened"
    staff_name: str | None
    answers_by: datetime
