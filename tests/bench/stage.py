"""What the timed parts of the bench share: the servers, the wires to them, and shoppers who are signed in."""

import asyncio
import time
from dataclasses import dataclass

import psycopg

from portal.services.toolkit import Toolkit
from tests.bench import journey
from tests.bench.floor import ROWS
from tests.bench.journey import JourneyBroken, Journeys
from tests.bench.load import Saturated, saturate
from tests.bench.servers import Servers
from tests.bench.wire import Wire

_OK = 200


@dataclass(slots=True)
class Stage:
    """One shop that runs, and the two wires of the bench."""

    servers: Servers
    toolkit: Toolkit
    floor: Wire
    web: Wire

    @classmethod
    def of(cls, servers: Servers, toolkit: Toolkit) -> "Stage":
        """Set the stage; nothing is sent yet."""
        return cls(servers, toolkit, Wire(servers.floor_port), Wire(servers.web_port))

    @property
    def database_url(self) -> str:
        """The shop's database, as libpq reads it."""
        return self.servers.database.url

    async def one_floor(self, number: int) -> None:
        """Ask the floor once, for a row that hardly anybody else asks for at the same time."""
        answer = await self.floor.get(f"/{number * 7919 % ROWS + 1}")
        if answer.status != _OK:
            raise JourneyBroken(f"the floor answered {answer.status}")

    def journeys(self, count: int) -> Journeys:
        """Sign so many shoppers in."""
        return Journeys(self.web, journey.sign_in_shoppers(self.toolkit, self.database_url, count))

    async def whole_journeys(self, count: int) -> Saturated:
        """Take so many shoppers through, eight at once; the clock stops when the last remedy has settled."""
        journeys = self.journeys(count)
        began = time.perf_counter()
        done = await saturate(journeys.whole, count=count)
        ended = await asyncio.to_thread(journey.wait_until_settled, self.database_url)
        seconds = ended - began
        return Saturated(count, seconds, done.busy * done.seconds / seconds)

    def gather_statistics(self) -> None:
        """Let PostgreSQL count what it plans by, as its autovacuum does within a shop's first minutes."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute("ANALYZE")

    async def idle(self) -> None:
        """Wait until the worker has nothing left to do, so that it slows nothing that is measured next."""
        await asyncio.to_thread(journey.wait_until_idle, self.database_url)

    def close(self) -> None:
        """Close the wires."""
        self.floor.close()
        self.web.close()
