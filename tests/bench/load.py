"""How load is made: as much as eight at once can, or at a fixed pace whatever the answers do (an open model)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.figures import quantile

CONCURRENCY = 8
# Above this the generator itself was late, and what it measured says nothing about the server.
LARGEST_LAG = 0.010
Act = Callable[[int], Awaitable[None]]
# Told when the act should have begun; tells how many seconds after that it was answered.
TimedAct = Callable[[int, float], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Saturated:
    """What eight at once got done. busy: the share of one core that the generator itself took."""

    done: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Tell how many were done in a second."""
        return self.done / self.seconds


@dataclass(frozen=True, slots=True)
class Paced:
    """What an open model measured, in seconds. lag: how late the generator itself was, 99th percentile."""

    latencies: list[float]
    lag: float
    busy: float

    @property
    def is_void(self) -> bool:
        """Tell whether the generator was too late for its figures to mean anything."""
        return self.lag > LARGEST_LAG

    def at(self, share: float) -> float:
        """Give a percentile of the latencies, in seconds."""
        return quantile(self.latencies, share)


async def saturate(act: Act, *, seconds: float | None = None, count: int | None = None) -> Saturated:
    """Let eight act over and over: for so long, or until so many were done."""
    numbers = iter(range(count if count is not None else 10**9))
    began, busy = time.perf_counter(), time.process_time()
    until = began + seconds if seconds is not None else float("inf")
    done = 0

    async def one() -> None:
        nonlocal done
        for number in numbers:
            await act(number)
            done += 1
            if time.perf_counter() >= until:
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENCY):
            group.create_task(one())
    spent = time.perf_counter() - began
    return Saturated(done, spent, (time.process_time() - busy) / spent)


async def pace(act: TimedAct, *, rate: float, count: int, warm: int) -> Paced:
    """Begin acts at a fixed rate, however long they take; the first `warm` are not counted.

    Latency counts from the moment when an act should have begun, so that a stall is felt by all whom it kept waiting.
    """
    began, busy = time.perf_counter() + 0.1, time.process_time()
    lags: list[float] = []
    latencies: list[float] = []

    async def one(number: int, due: float) -> None:
        latency = await act(number, due)
        if number >= warm:
            latencies.append(latency)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            lags.append(time.perf_counter() - due)
            group.create_task(one(number, due))
    spent = time.perf_counter() - began
    return Paced(latencies, quantile(lags[warm:], 0.99), (time.process_time() - busy) / spent)
