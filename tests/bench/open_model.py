"""How long from the press of the button until the apology is there, at half of what the portal can do.

An open model: shoppers come at a fixed pace whatever the answers do, and the clock of each starts when they meant to
press. They go on to accept, so that the worker and the stand-ins are as busy as they are then.
"""

import asyncio
import time

from tests.bench.figures import Report
from tests.bench.load import LARGEST_LAG, Paced, pace
from tests.bench.stage import Stage

MOST_SLOWER = 5.0
# How long before the report its shopper opens the order page.
_READING_SECONDS = 1.5
_TRIES = 3
_NAME = "journey.apology_p95_to_floor"


async def measure(report: Report, stage: Stage, *, floor_rate: float, journey_rate: float, seconds: float) -> None:
    """Measure floor and apology at half their saturation; a void pair is measured again, three times at most."""
    lag = 0.0
    for _ in range(_TRIES):
        floor = await _floor_paced(stage, floor_rate / 2, seconds / 2)
        apology = await _apology_paced(stage, journey_rate / 2, seconds)
        await stage.idle()
        lag = max(floor.lag, apology.lag)
        if not (floor.is_void or apology.is_void):
            _tell(report, floor, apology)
            return
    late = f"the generator itself was late by {lag * 1000:.0f} ms (p99; {LARGEST_LAG * 1000:.0f} ms is the most)"
    report.void(_NAME, f"{late} in each of {_TRIES} runs; something else keeps this machine busy", most=MOST_SLOWER)


async def _floor_paced(stage: Stage, rate: float, seconds: float) -> Paced:
    async def one(number: int, due: float) -> float:
        await stage.one_floor(number)
        return time.perf_counter() - due

    return await pace(one, rate=rate, count=int(rate * seconds), warm=int(rate))


async def _apology_paced(stage: Stage, rate: float, seconds: float) -> Paced:
    count = int(rate * seconds)
    journeys = stage.journeys(count)
    after: list[asyncio.Task[None]] = []

    async def one(number: int, due: float) -> float:
        opened = await journeys.open_order(number)
        pressed = due + _READING_SECONDS
        await asyncio.sleep(max(0.0, pressed - time.perf_counter()))
        landed = await journeys.report(number, opened)
        latency = time.perf_counter() - pressed
        after.append(asyncio.create_task(journeys.accept(number, landed)))
        return latency

    measured = await pace(one, rate=rate, count=count, warm=int(rate * 2))
    await asyncio.gather(*after)
    return measured


def _tell(report: Report, floor: Paced, apology: Paced) -> None:
    for name, paced in (("floor", floor), ("apology", apology)):
        for percent in (50, 95, 99):
            report.tell(f"journey.{name}_p{percent}", paced.at(percent / 100) * 1000, "ms")
        report.tell(f"journey.{name}_generator_lag", paced.lag * 1000, "ms, p99")
    report.hold(_NAME, apology.at(0.95) / floor.at(0.95), "times", most=MOST_SLOWER)
