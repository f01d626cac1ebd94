"""Edit a draft: one change to its text, as it was on the page that asks for it."""

from collections.abc import Callable

from portal.domain.errors import MovedOn, NotFound
from portal.records import policy_drafts
from portal.services.draft_policy import DraftPage, save_draft
from portal.services.toolkit import Toolkit

Change = Callable[[str], str]


def edit_draft(toolkit: Toolkit, *, staff_id: int, page: DraftPage, change: Change, said: str) -> int:
    """Change the text of a draft and give the draft's version. said: what was done, in words, for its history.

    Raises what ``change`` and saving raise: NotFound, NotAllowed, MovedOn, IllegalMove, BadPolicy, BadWords.
    """
    return save_draft(toolkit, staff_id=staff_id, page=page, source=change(text_of(toolkit, page)), said=said)


def text_then(toolkit: Toolkit, *, ref: str, version: int) -> str:
    """Give the text of a draft as it was at a version of it; raise NotFound."""
    with toolkit.reading() as session:
        draft = policy_drafts.found(session, ref)
        text = policy_drafts.text_at(session, draft.id, version) if draft else None
    if text is None:
        raise NotFound("no such draft, or nothing was written of it by then")
    return text


def text_of(toolkit: Toolkit, page: DraftPage) -> str:
    """Give the text of a draft as a page showed it; raise NotFound, and MovedOn where it is another by now."""
    with toolkit.reading() as session:
        draft = policy_drafts.found(session, page.ref)
    if draft is None:
        raise NotFound("no such draft")
    if draft.version != page.version:
        raise MovedOn(f"{draft.ref} was changed by {draft.changed_by}")
    return draft.source
