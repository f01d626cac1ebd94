"""One of the processes that live a made-up year: its share of the customers, on a clock of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from config import Config
from portal.domain.truth import Truth
from portal.gateways.photo_folder import PhotoFolder
from portal.gateways.stripe_refunds import StripeRefunds
from portal.jobs.year.agenda import Agenda, Clock
from portal.jobs.year.case import Means
from portal.jobs.year.colleagues import Colleagues
from portal.jobs.year.part import SLOW_MONEY, Part
from portal.jobs.year.world import CountedMail, Shelves, WatchedRefunds
from portal.records import outbox
from portal.records.sessions import Session
from portal.sandbox.beside import Double, double_beside
from portal.sandbox.year.money import moves_later
from portal.services.follow_claim import Ports
from portal.wiring import WORKER_ROLE, make_toolkit

_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Share:
    """What one process is given: what its customers will complain about, who they are, and who works for the shop.

    double: the folder of the books of Stripe's double. empty: what the warehouse has none of, by month and SKU.
    """

    config: Config
    double: Path
    seed: int
    begins_at: datetime
    truths: Sequence[Truth]
    customer_ids: dict[str, int]
    colleagues: Colleagues
    empty: frozenset[tuple[str, str]]


def live(share: Share, told: Connection) -> None:
    """Live until each moment that comes through the connection, and tell what happened so far.

    None is the end, and so is that whoever asks has gone.
    """
    clock = Clock(share.begins_at)
    with double_beside(
        share.double,
        clock.seconds,
        refund_seconds=SLOW_MONEY.total_seconds(),
        environment=share.config.environment,
    ) as double:
        part = _part(share, clock, double)
        part.expect(share.truths, share.customer_ids)
        told.send(Counter())
        while (moment := _asked(told)) is not None:
            part.live_until(moment)
            told.send(part.counts)


def _asked(told: Connection) -> datetime | None:
    try:
        moment: datetime | None = told.recv()
    except EOFError:
        return None
    return moment


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
