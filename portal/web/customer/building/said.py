"""What a form on the claim page said and why it was refused, so that the page can show it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """Everything typed or chosen, with finished sentences for what was wrong. Each group belongs to one form.

    notices stand at the top, for what belongs to no form that is still there.
    """

    notices: tuple[str, ...] = ()
    talk: str = ""
    talk_errors: tuple[str, ...] = ()
    talk_sent: bool = False
    answer: str = ""
    answer_errors: tuple[str, ...] = ()
    right: str = ""
    right_errors: tuple[str, ...] = ()
    photo_errors: tuple[str, ...] = ()
    street: str = ""
    street_errors: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    offer_errors: tuple[str, ...] = ()
