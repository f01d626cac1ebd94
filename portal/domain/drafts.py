"""How a draft of a policy moves: one table; an unlisted move raises. Nobody publishes what they wrote some of."""

from collections.abc import Collection
from enum import StrEnum

from portal.domain.actors import Actor
from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, WRITES_POLICY, Role
from portal.domain.errors import BadWords, IllegalMove, NotAllowed, OwnWork

MOST_TITLE = 120
MOST_WORDS = 4000


class DraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    ABANDONED = "abandoned"


class DraftMove(StrEnum):
    """What can be done to a draft."""

    START = "start"
    CHANGE = "change"
    REBASE = "rebase"
    PROPOSE = "propose"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"
    ABANDON = "abandon"
    PUBLISH = "publish"
    COMMENT = "comment"


class OrdersKeep(StrEnum):
    """Which version of a market's policy decides about an order."""

    PLACED = "placed"
    """The one that was in force when the order was placed."""
    REPORTED = "reported"
    """The one that is in force when a problem is reported."""


_S, _M = DraftState, DraftMove

MOVES: dict[tuple[DraftState | None, DraftMove], DraftState] = {
    (None, _M.START): _S.DRAFT,
    (_S.DRAFT, _M.CHANGE): _S.DRAFT,
    (_S.DRAFT, _M.REBASE): _S.DRAFT,
    (_S.DRAFT, _M.PROPOSE): _S.IN_REVIEW,
    (_S.DRAFT, _M.ABANDON): _S.ABANDONED,
    (_S.SENT_BACK, _M.CHANGE): _S.DRAFT,
    (_S.SENT_BACK, _M.REBASE): _S.DRAFT,
    (_S.SENT_BACK, _M.PROPOSE): _S.IN_REVIEW,
    (_S.SENT_BACK, _M.ABANDON): _S.ABANDONED,
    (_S.IN_REVIEW, _M.TAKE_BACK): _S.DRAFT,
    (_S.IN_REVIEW, _M.SEND_BACK): _S.SENT_BACK,
    (_S.IN_REVIEW, _M.ABANDON): _S.ABANDONED,
    (_S.IN_REVIEW, _M.PUBLISH): _S.PUBLISHED,
    (_S.DRAFT, _M.COMMENT): _S.DRAFT,
    (_S.SENT_BACK, _M.COMMENT): _S.SENT_BACK,
    (_S.IN_REVIEW, _M.COMMENT): _S.IN_REVIEW,
}

# What leaves a text behind, and so makes somebody one of its authors.
WRITING = frozenset({_M.START, _M.CHANGE, _M.REBASE})
WRITABLE = frozenset({_S.DRAFT, _S.SENT_BACK})
OPEN = WRITABLE | {_S.IN_REVIEW}
_ROLES = {
    _M.SEND_BACK: PUBLISHES_POLICY,
    _M.PUBLISH: PUBLISHES_POLICY,
    _M.COMMENT: REVIEWS_POLICY,
}


def next_state(state: DraftState | None, move: DraftMove) -> DraftState:
    """Tell where a draft goes from here; raise IllegalMove when it may not."""
    after = MOVES.get((state, move))
    if after is None:
        raise IllegalMove(f"{move.value} is not possible for a draft that is {state.value if state else 'not there'}")
    return after


def check_role(role: Role, move: DraftMove) -> None:
    """Raise NotAllowed where a role does not do this to a draft."""
    if role not in _ROLES.get(move, WRITES_POLICY):
        raise NotAllowed(f"an account of role {role.value} cannot {move.value.replace('_', ' ')} a draft")


def check_second(actor: Actor, authors: Collection[str]) -> None:
    """Raise OwnWork where somebody decides on a text of their own. authors: actors as they are written."""
    if str(actor) in authors:
        raise OwnWork("nobody publishes a text that they wrote some of; another approver does")


def words(said: str, *, most: int = MOST_WORDS, needed: bool = False) -> str:
    """Give words without the blanks around them; raise BadWords for too many, and for none where some are needed."""
    trimmed = said.strip()
    if "\x00" in trimmed:
        raise BadWords("a character that cannot be kept is in it")
    if len(trimmed) > most:
        raise BadWords(f"{len(trimmed)} characters are more than the {most} that are kept")
    if needed and not trimmed:
        raise BadWords("words are needed here")
    return trimmed
