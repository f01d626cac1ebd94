"""Plug one of the processes together that live a made-up year: Stripe's double, and a worker's toolkit."""

from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from portal.gateways.photo_folder import PhotoFolder
from portal.gateways.stripe_refunds import StripeRefunds
from portal.records import outbox
from portal.records.sessions import Session
from portal.sandbox.beside import Double, double_beside
from portal.sandbox.year.money import moves_later
from portal.services.follow_claim import Ports
from portal.wiring import WORKER_ROLE, make_toolkit
from portal.year.agenda import Agenda, Clock
from portal.year.case import Means
from portal.year.part import SLOW_MONEY, Part
from portal.year.share import Share, follow
from portal.year.world import CountedMail, Shelves, WatchedRefunds

_CONNECTIONS = 2


def live(share: Share, told: Connection) -> None:
    """Plug a share's part of the year together and live it."""
    clock = Clock(share.begins_at)
    with double_beside(
        share.double,
        clock.seconds,
        refund_seconds=SLOW_MONEY.total_seconds(),
        environment=share.config.environment,
    ) as double:
        follow(_part(share, clock, double), share, told)


def _part(share: Share, clock: Clock, double: Double) -> Part:
    jobs: list[dict[str, Any]] = []

    def take(session: Session) -> None:
        jobs.extend(outbox.taken(session))

    toolkit = make_toolkit(share.config, WORKER_ROLE, connections=_CONNECTIONS, now=clock, hand_over=take)
    refunds = WatchedRefunds(StripeRefunds(share.config.stripe_secret_key, api_base=double.url))
    shelves = Shelves(clock, share.empty)
    ports = Ports(refunds=refunds, mailer=CountedMail(), warehouse=shelves)
    photos = PhotoFolder(share.config.photo_folder)
    means = Means(toolkit, ports, photos, clock, Agenda(clock), share.seed, jobs)
    part = Part(means, share.colleagues, partial(moves_later, share.seed), double.turn)
    refunds.taken, shelves.sent = part.refund_taken, part.parcel_taken
    return part
