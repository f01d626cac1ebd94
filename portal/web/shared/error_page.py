"""What the pages for errors and ended sessions show; every front has templates for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptWords:
    """Something that was typed and not saved, given back to copy. label: the label of its field."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class SessionEndedPage:
    """Rendered with status 401. kept: what was typed, if anything. waits: the whole form is kept for who comes in."""

    kept: tuple[KeptWords, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class SendAgainPage:
    """Rendered with status 400, when a form came without the mark of its session: the form again, as it was filled.

    action: where it goes. fields: names and values, hidden. kept: what of it people typed, to be read.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    kept: tuple[KeptWords, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Rendered for 400, 403, 404, 405, 409, 410, 413, 429, 500 and 503; the words are the template's.

    status: the HTTP status. next_url: where the button goes, None for the first page of the front.
    kept: what was typed, if anything.
    wait_minutes: for 429 and 503, after how many minutes to try again; None where not known.
    error_ref: for 500, the name under which our engineers find it; None otherwise.
    """

    status: int
    next_url: str | None = None
    kept: tuple[KeptWords, ...] = ()
    wait_minutes: int | None = None
    error_ref: str | None = None
