"""One part of a year: the claims of some of the customers, lived in the order of time."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal.domain.errors import AmendsError
from portal.records import outbox
from portal.sandbox.year.truth import Truth
from portal.services.apply_stripe_event import apply_stripe_event
from portal.services.follow_claim import Unfinished, follow_claim
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.hear_event import hear_event
from portal.services.look_again import look_again
from portal.year import customers
from portal.year.case import Case, Means
from portal.year.colleagues import Colleagues, plan_decision

# A worker takes a job within moments, and tries again what had no clear answer.
_SOON, _AGAIN = timedelta(seconds=20), timedelta(minutes=5)
_LEAVES_AFTER, _ARRIVES_AFTER = timedelta(days=1), timedelta(days=5)
_A_MINUTE = timedelta(minutes=1)
_LONGEST = 10
SLOW_MONEY = timedelta(days=5)


class Part:
    """The claims of some customers. moves_later: whether a refund of an order's money goes on after SLOW_MONEY."""

    def __init__(
        self, means: Means, colleagues: Colleagues, moves_later: Callable[[str], bool], turn: Callable[[], None]
    ) -> None:
        """Begin with no claim. turn: lets the payment provider do what is due there."""
        self._means, self._colleagues, self._moves_later, self._turn = means, colleagues, moves_later, turn
        means.acted = self._acted
        self._cases: dict[str, Case] = {}

    @property
    def counts(self) -> Counter[str]:
        """Tell what happened so far."""
        return self._means.counts

    def expect(self, truths: Iterable[Truth], customer_ids: dict[str, int]) -> None:
        """Plan the reports of all who will complain."""
        for truth in truths:
            if truth.reports_at is not None:
                dice = self._means.dice_of("life", truth.shipment)
                case = Case(truth, customer_ids[truth.mailbox], dice)
                self._means.agenda.plan(truth.reports_at, partial(self._report, case))

    def live_until(self, moment: datetime) -> None:
        """Let everything happen that happens before a moment."""
        self._means.agenda.run_until(moment)

    def parcel_taken(self, replacement_ref: str) -> None:
        """Plan how a parcel that the warehouse took travels."""
        now = self._means.clock.now
        for after, state in ((_LEAVES_AFTER, "shipped"), (_ARRIVES_AFTER, "delivered")):
            news = ParcelNews(state, carrier="Tucano Log", tracking_number=f"TL{replacement_ref[-8:]}")
            act = partial(follow_parcel, self._means.toolkit, replacement_ref=replacement_ref, news=news)
            self._means.agenda.plan(now + after, partial(self._do, act))

    def refund_taken(self, claim_ref: str, provider_ref: str) -> None:
        """Plan to hear of a refund again whose bank takes its time."""
        if self._moves_later(self._cases[claim_ref].truth.order_number):
            self._means.agenda.plan(
                self._means.clock.now + SLOW_MONEY + _A_MINUTE, partial(self._do, partial(self._hear, provider_ref))
            )

    def _report(self, case: Case) -> None:
        self._do(partial(customers.report, self._means, case))
        if case.ref:
            self._cases[case.ref] = case
            self._consider(case)

    def _do(self, act: Callable[[], object]) -> None:
        """Let somebody act, and plan the jobs that come of it; a closed door is counted by its name."""
        try:
            act()
        except AmendsError as error:
            self._means.counts[f"refused: {type(error).__name__}"] += 1
        jobs, self._means.jobs[:] = list(self._means.jobs), []
        for job in {repr(job): job for job in jobs}.values():
            self._plan_job(job)

    def _plan_job(self, job: dict[str, Any]) -> None:
        name, arguments = job["task_name"], job["args"]
        at = self._means.clock.now + _SOON
        if name == outbox.FOLLOW:
            self._means.agenda.plan(at, partial(self._follow, arguments["claim_ref"]))
        elif name == "stripe_events.apply":
            act = partial(apply_stripe_event, self._means.toolkit, self._means.ports.refunds, **arguments)
            self._means.agenda.plan(at, partial(self._do, act))
        else:
            raise LookupError(f"a year knows no job {name}")

    def _follow(self, claim_ref: str, tries: int = 0) -> None:
        self._do(partial(self._follow_or_later, claim_ref, tries))
        if claim_ref in self._cases:
            self._consider(self._cases[claim_ref])

    def _follow_or_later(self, claim_ref: str, tries: int) -> None:
        try:
            follow_claim(self._means.toolkit, self._means.ports, claim_ref=claim_ref)
        except Unfinished:
            self._means.counts["tried again"] += 1
            again = partial(self._follow, claim_ref, tries + 1)
            self._means.agenda.plan(self._means.clock.now + _AGAIN * 2 ** min(tries, _LONGEST), again)

    def _hear(self, provider_ref: str) -> None:
        """Hear of a refund as by a webhook: it is read again at the provider."""
        self._turn()
        payload = {"data": {"object": {"object": "refund", "id": provider_ref}}}
        hear_event(
            self._means.toolkit,
            sender="stripe",
            event_id=f"evt_year_{provider_ref}",
            kind="refund.updated",
            payload=payload,
        )

    def _acted(self, case: Case, act: Callable[[], object]) -> None:
        self._do(act)
        self._consider(case)

    def _consider(self, case: Case) -> None:
        """Let everybody who has to do with a claim plan what they do about it, once for each version of it."""
        claim = self._means.look(case)
        if claim.version == case.version:
            return
        case.version = claim.version
        customers.plan_next(self._means, case, claim)
        plan_decision(self._means, self._colleagues, case, claim)
        if claim.next_action_at is not None:
            look = partial(look_again, self._means.toolkit, claim_ref=case.ref)
            self._means.plan(claim.next_action_at + _A_MINUTE, case, lambda _case, _claim: look())
