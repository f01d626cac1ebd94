"""What every mail about a claim holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutClaim:
    """What every mail about a claim holds. customer_name is None where we know none.

    sorry: the apology in a sentence, in the first mail about a claim, unless it holds all of it.
    keeping: that what came is theirs to keep, in a mail that tells what they get.
    """

    claim_ref: str
    claim_url: str
    customer_name: str | None
    sorry: str | None = None
    keeping: str | None = None
