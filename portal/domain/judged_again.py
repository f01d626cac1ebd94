"""Why a claim line is judged once more, after something new is known."""

from enum import StrEnum


class WhyAgain(StrEnum):
    """What happened: the day of a wait came, the offers ran out, or a photo came."""

    DATE_REACHED = "date_reached"
    OFFERS_EXPIRED = "offers_expired"
    PHOTO_ADDED = "photo_added"
