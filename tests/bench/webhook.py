"""How soon a webhook of Stripe's is acknowledged, held to the floor at the same pace on the same machine.

Three in ten come twice, and all of them shuffled. A third tells news that a job must read again at Stripe; the rest
tells what is known here by now, as most events do.
"""

import asyncio
import json
import random
import time
from datetime import UTC, datetime

import psycopg

from portal.domain import signatures
from portal.domain.refs import new_ref
from tests.bench import journey
from tests.bench.books import hold_books
from tests.bench.figures import Report
from tests.bench.load import LARGEST_LAG, Paced, pace
from tests.bench.servers import Servers
from tests.bench.stage import Stage
from tests.bench.wire import Wire

A_SECOND = 50.0
MOST_TIMES = 8.0
MOST_SECONDS_TO_APPLY = 60.0
_NAME = "webhook.ack_p99_to_floor"
_TRIES = 3
_OK = 200
_REFUNDS = "SELECT provider_ref FROM refunds WHERE provider_ref IS NOT NULL ORDER BY id LIMIT 500"
_OPEN = "SELECT count(*) FROM incoming_events WHERE applied_at IS NULL"


def measure(report: Report, stage: Stage, *, seconds: float) -> None:
    """Measure the floor and the webhook by turns; a pair whose generator was late is measured again."""
    count, lag = int(A_SECOND * seconds), 0.0
    for _ in range(_TRIES):
        floor, acknowledged = asyncio.run(_both(stage, _events(stage.servers, count)))
        began = time.perf_counter()
        applied = _wait_until_applied(stage.database_url) - began
        hold_books(stage.toolkit, stage.servers)
        lag = max(floor.lag, acknowledged.lag)
        if not (floor.is_void or acknowledged.is_void):
            _tell(report, floor, acknowledged, applied)
            return
    report.void(_NAME, f"the generator itself was late by {lag * 1000:.0f} ms (p99)", most=MOST_TIMES)


async def _both(stage: Stage, events: list[tuple[bytes, str]]) -> tuple[Paced, Paced]:
    wire = Wire(stage.servers.web_port)

    async def one_floor(number: int, due: float) -> float:
        await stage.one_floor(number)
        return time.perf_counter() - due

    async def one(number: int, due: float) -> float:
        body, signature = events[number]
        answer = await wire.post_json("/hooks/stripe", body, {signatures.STRIPE_HEADER: signature})
        if answer.status != _OK:
            raise RuntimeError(f"a webhook was answered {answer.status}: {answer.body[:300]!r}")
        return time.perf_counter() - due

    warm = int(A_SECOND)
    floor = await pace(one_floor, rate=A_SECOND, count=len(events), warm=warm)
    acknowledged = await pace(one, rate=A_SECOND, count=len(events), warm=warm)
    wire.close()
    stage.floor.close()
    return floor, acknowledged


def _events(servers: Servers, count: int) -> list[tuple[bytes, str]]:
    """Make signed events about refunds that exist, three in ten of them twice, in any order."""
    chance = random.Random(7)
    with psycopg.connect(servers.database.url) as connection:
        refunds = [name for (name,) in connection.execute(_REFUNDS).fetchall()]
    bodies = [_body(chance.choice(refunds), new=number % 3 == 0) for number in range(count * 10 // 13 + 1)]
    bodies += chance.sample(bodies, count - len(bodies))
    chance.shuffle(bodies)
    secret, now = servers.config.stripe_webhook_secrets[0], datetime.now(UTC)
    return [(body, signatures.sign(body, secret, now)) for body in bodies]


def _body(refund: str, *, new: bool) -> bytes:
    about = {"id": refund, "object": "refund", "status": "pending" if new else "succeeded"}
    event = {
        "id": new_ref("evt", 16),
        "object": "event",
        "type": "refund.updated",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": about},
    }
    return json.dumps(event).encode()


def _wait_until_applied(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        return journey.wait(connection, _OPEN, patience=MOST_SECONDS_TO_APPLY * 2)


def _tell(report: Report, floor: Paced, acknowledged: Paced, applied: float) -> None:
    report.tell("webhook.per_second", A_SECOND, "events/s")
    for name, paced in (("floor", floor), ("ack", acknowledged)):
        for percent in (50, 99):
            report.tell(f"webhook.{name}_p{percent}", paced.at(percent / 100) * 1000, "ms")
    report.tell("webhook.generator_lag", max(floor.lag, acknowledged.lag) * 1000, f"ms, at most {LARGEST_LAG * 1000:g}")
    report.hold(_NAME, acknowledged.at(0.99) / floor.at(0.99), "times", most=MOST_TIMES)
    report.hold("webhook.seconds_to_apply_the_rest", applied, "s", most=MOST_SECONDS_TO_APPLY)
