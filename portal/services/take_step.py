"""Take one step of what is open for a claim, so that no step that fails holds another back."""

from collections.abc import Callable

import structlog

from portal.domain.errors import AmendsError
from portal.domain.ports import LaneShut

log = structlog.get_logger(__name__)
# True where no clear answer came.
Step = Callable[[], bool | None]


def has_to_wait(claim_ref: str, kind: str, ref: str, step: Step) -> bool:
    """Take one step; tell whether it must be tried again, because no clear answer came or because of an error.

    Raises LaneShut where nothing may be sent now: then nothing was tried.
    """
    try:
        return bool(step())
    except LaneShut:
        raise
    except AmendsError as error:
        log.info("a step is tried again later", claim=claim_ref, kind=kind, ref=ref, why=type(error).__name__)
    except Exception:
        log.exception("a step broke and is tried again later", claim=claim_ref, kind=kind, ref=ref)
    return True
