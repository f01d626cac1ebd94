"""The tasks: each a loop around one service, by the name under which records leave it in the outbox."""

from functools import partial

from procrastinate import App, JobContext

from portal.jobs.incident_tasks import add_incidents
from portal.jobs.outreach_tasks import add_outreach_tasks
from portal.jobs.retries import FollowRetries, Retries
from portal.services.apply_stripe_event import apply_stripe_event
from portal.services.apply_warehouse_event import apply_warehouse_event
from portal.services.ask_if_right import ask_customer_if_right
from portal.services.ask_to_count import TASK as COUNT_JOURNEY
from portal.services.cancel_refund import cancel_refund
from portal.services.count_journey import count_journey
from portal.services.follow_claim import Ports, follow_claim
from portal.services.follow_withdrawal import follow_withdrawal
from portal.services.list_precautions import TELL
from portal.services.look_again import look_again
from portal.services.read_refund_list import read_list
from portal.services.reconcile_adopted import reconcile_adopted
from portal.services.reconcile_refunds import reconcile_refund
from portal.services.run_replay import run_replay
from portal.services.send_digests import send_digest
from portal.services.send_sign_in_code import send_sign_in_code
from portal.services.tell_of_poison import apply_or_tell
from portal.services.tell_precaution import tell_precaution
from portal.services.toolkit import Toolkit

_SECONDS = Retries(first=2, longest=300, most=12)
# Money is never given up by a timer: the reconciler goes on when these tries are over.
_MONEY = Retries(first=1, longest=900, most=30)
# A month: as long as whoever told of it keeps it.
_EVENTS = Retries(first=5, longest=900, most=3000)
# As many as money has, because both count the tries of the same job.
_LETTERS = Retries(first=2, longest=300, most=30)


def add_tasks(app: App, toolkit: Toolkit, ports: Ports) -> None:
    """Register every task under its name."""
    money = partial(app.task, retry=_MONEY)
    soon = partial(app.task, retry=_SECONDS)
    follow = partial(app.task, retry=FollowRetries(effects=_MONEY, letters=_LETTERS))
    follow(name="claims.follow")(partial(follow_claim, toolkit, ports))
    money(name="refunds.reconcile")(partial(reconcile_refund, toolkit, ports.refunds))
    money(name="refunds.reconcile_adopted")(partial(reconcile_adopted, toolkit, ports.refunds))
    money(name="refunds.read_list")(partial(read_list, toolkit, ports.refunds))
    money(name="refunds.cancel")(partial(cancel_refund, toolkit, ports.refunds))
    _add_events(app, toolkit, ports)
    soon(name="sign_in.send")(partial(send_sign_in_code, toolkit, ports.mailer))
    app.task(name="withdrawals.follow", retry=_LETTERS)(partial(follow_withdrawal, toolkit, ports.mailer))
    soon(name="claims.look_again")(partial(look_again, toolkit))
    soon(name="follow_ups.ask")(partial(ask_customer_if_right, toolkit))
    app.task(name=TELL)(partial(tell_precaution, toolkit, ports.prevention))
    soon(name=COUNT_JOURNEY)(partial(count_journey, toolkit))
    soon(name="digests.send")(partial(send_digest, toolkit, ports.mailer))
    _add_replay(app, toolkit)
    add_outreach_tasks(app, toolkit)
    add_incidents(app, toolkit)


def _add_replay(app: App, toolkit: Toolkit) -> None:
    @app.task(name="policy.replay", retry=_SECONDS, pass_context=True)
    def replay(context: JobContext, replay_ref: str) -> None:
        run_replay(toolkit, replay_ref, last_try=context.job.attempts >= _SECONDS.most)


def _add_events(app: App, toolkit: Toolkit, ports: Ports) -> None:
    @app.task(name="stripe_events.apply", retry=_EVENTS, pass_context=True)
    def stripe(context: JobContext, event_id: str) -> None:
        apply = partial(apply_stripe_event, toolkit, ports.refunds, event_id=event_id)
        apply_or_tell(toolkit, apply, sender="stripe", event_id=event_id, tries=context.job.attempts)

    @app.task(name="warehouse_events.apply", retry=_EVENTS, pass_context=True)
    def warehouse(context: JobContext, event_id: str) -> None:
        apply = partial(apply_warehouse_event, toolkit, event_id=event_id)
        apply_or_tell(toolkit, apply, sender="warehouse", event_id=event_id, tries=context.job.attempts)
