"""One trouble on its own page: what is known of it, and what this reader can do about it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.authority import DECIDES, Decider, within_limit
from portal.domain.money import Money
from portal.domain.refund_list import ListRead, Proposal, Way
from portal.domain.troubles import WAYS, TroubleKind
from portal.records.troubles import OpenTrouble
from portal.web.shared.names import named
from portal.web.staff.pages.troubles import TroubleView, trouble_view
from portal.web.staff.words import EFFECT_STATES


@dataclass(frozen=True, slots=True)
class ListedView:
    """One refund of the payment at the provider. may_be_ours: it can be taken as the one that we look for."""

    provider_ref: str
    amount: Money
    state: str
    ours: str | None
    may_be_ours: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """The provider's list as it was read. is_fresh: just before, so that it can be decided on."""

    read_at: datetime
    is_fresh: bool
    rows: tuple[ListedView, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What a colleague proposed. mine: this reader did."""

    gives_up: bool
    provider_ref: str
    mine: bool


@dataclass(frozen=True, slots=True)
class TroublePage:
    """Rendered by ``staff/trouble.html``.

    what: which ways there are: ``unknown``, ``cancel``, ``leave`` or ``rows``. asked: the worker was asked and has not
    answered yet. not_read: its answer was a list that we cannot read. not_cancelled: why the provider did not cancel
    it. alone: this reader may decide it alone.
    says, broken and rows: of a check that found something.
    """

    view: TroubleView
    what: str
    may_act: bool
    asked: bool
    not_read: bool
    not_cancelled: str
    alone: bool
    listed: ListView | None
    proposal: ProposalView | None
    says: str
    broken: int
    rows: tuple[str, ...]
    notice: str = ""
    error: str = ""
    typed: str = ""


def trouble_page(one: OpenTrouble, *, reader: Decider, now: datetime, **said: str) -> TroublePage:
    """Build the page of a trouble that has ways. said: notice, error, typed."""
    view, detail = trouble_view(one), one.detail
    listed, proposal = ListRead.from_detail(detail), Proposal.from_detail(detail)
    amount = view.amount
    return TroublePage(
        view=view,
        what=WAYS[TroubleKind(one.kind)].value,
        may_act=reader.role in DECIDES,
        asked=_is_asked(detail, listed),
        not_read=detail.get("not_read", False),
        not_cancelled=detail.get("not_cancelled", ""),
        alone=amount is not None and within_limit(reader, amount),
        listed=_list(listed, amount, now) if listed else None,
        proposal=_proposal(proposal, reader) if proposal else None,
        says=detail.get("says", ""),
        broken=detail.get("rows", 0),
        rows=tuple(detail.get("refs", ())),
        **said,
    )


def _proposal(made: Proposal, reader: Decider) -> ProposalView:
    return ProposalView(made.way is Way.GIVE_UP, made.provider_ref, made.by_staff_id == reader.staff_id)


def _is_asked(detail: Mapping[str, Any], listed: ListRead | None) -> bool:
    asked_at = datetime.fromisoformat(detail["asked_at"]) if detail.get("asked_at") else None
    return asked_at is not None and (listed is None or listed.read_at < asked_at)


def _list(read: ListRead, amount: Money | None, now: datetime) -> ListView:
    rows = (
        ListedView(
            one.provider_ref,
            Money(one.amount_minor, one.currency),
            named(EFFECT_STATES, one.state),
            one.ours,
            amount is not None and one.fits(amount),
        )
        for one in read.listed
    )
    return ListView(read.read_at, read.is_fresh(now), tuple(rows))
