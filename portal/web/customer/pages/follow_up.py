"""Did we make it right? On the page behind the link of our mail, and on the claim page."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """The form to answer: posts ``answer`` (yes or no) and ``words`` to ``action``; version where a page has one.

    said: what the customer answered before, empty where nothing. typed and errors: what was typed and refused.
    """

    action: str
    said: str = ""
    typed: str = ""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeRightPage:
    """Rendered by ``customer/made_right.html``; it shows nothing of the claim but its name and day.

    standing: ``asked``, ``yes``, ``no``, ``waiting`` where it has not arrived yet, or ``over``. box: None where nothing
    can be answered. name: who answers a no, by answers_by, where it is not answered yet. moved_on: what to say where an
    answer came too late to move anything, with the words that were typed.
    """

    ref: str
    reported_on: date
    standing: str
    box: AnswerBox | None
    name: str | None = None
    answers_by: datetime | None = None
    moved_on: str = ""
    typed: str = ""
