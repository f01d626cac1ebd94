"""``make bench``: measure everything in one run, print it as a table, write it down, and say whether targets hold."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config import INSTANCE
from portal.domain.lane import MOST_THAT_MAY_BE
from portal.launch.interruption import Interruption
from portal.launch.postgres import Server
from portal.launch.settings import ROOT
from portal.wiring import WEB_ROLE, make_toolkit
from tests.bench import (
    debits,
    export,
    feed,
    figures,
    invariants,
    journey_pages,
    open_model,
    outreach,
    pages,
    patterns,
    policy,
    refunds,
    replay,
    saturation,
    second_start,
    webhook,
)
from tests.bench.books import hold_books
from tests.bench.figures import Report
from tests.bench.servers import Servers, database_server, whole_shop
from tests.bench.shop import write_feed
from tests.bench.stage import Stage


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the data sets are. rounds and journeys are the same at every scale."""

    orders: int = 2_500
    import_lines: int = 100_000
    exported: int = 100_000
    postings: int = 200_000
    refunds: int = 600
    replayed: int = 100_000
    parcels: int = 500_000
    reached: int = 800
    rounds: int = 3
    journeys: int = 150
    paced_seconds: float = 25.0


_SCALES = {
    "quick": Scale(
        orders=800,
        import_lines=20_000,
        exported=20_000,
        postings=50_000,
        refunds=200,
        replayed=20_000,
        parcels=100_000,
        reached=400,
        rounds=1,
        journeys=80,
        paced_seconds=8,
    ),
    "small": Scale(),
    "full": Scale(
        orders=20_000,
        import_lines=1_000_000,
        exported=1_000_000,
        postings=2_000_000,
        refunds=2_000,
        replayed=1_000_000,
        parcels=10_000_000,
        reached=100_000,
    ),
}
_BENCH = INSTANCE / "bench.json"
# Each connection plans a statement anew five times, and only then once for all.
_WARM = 120
# What a journey costs is asked, and not how many refunds a second Stripe takes: a journey sends two refunds of three.
# The mail that whoever chooses at once is not sent is looked for so soon that the looking is counted too.
_ALL_AT_ONCE = {"PORTAL_REFUNDS_PER_SECOND": str(MOST_THAT_MAY_BE), "PORTAL_OFFERS_MAIL_SECONDS": "2"}


@dataclass(slots=True)
class Run:
    """One run of the bench: where it works, at what scale, and what it has found so far."""

    report: Report
    scale: Scale
    folder: Path
    server: Server
    interruption: Interruption

    def journeys(self) -> None:
        """Measure journeys and apologies on a whole shop."""
        with whole_shop(self.server, self.folder / "shop", self.interruption, told=_ALL_AT_ONCE) as servers:
            _stock(servers, self.folder / "orders", self.scale.orders)
            toolkit = make_toolkit(servers.config, WEB_ROLE)
            asyncio.run(self._pace(Stage.of(servers, toolkit)))
            hold_books(toolkit, servers)

    async def _pace(self, stage: Stage) -> None:
        scale = self.scale
        rounds = await saturation.measure(
            stage, rounds=scale.rounds, count=scale.journeys, warm=_WARM, floor_seconds=4.0
        )
        saturation.tell(self.report, rounds)
        await open_model.measure(
            self.report,
            stage,
            floor_rate=rounds.floor_rate,
            journey_rate=rounds.journey_rate,
            seconds=scale.paced_seconds,
        )
        self.report.tell("journey.dropped_connections", stage.web.dropped, "retried once")
        stage.close()

    def imports(self) -> None:
        """Measure the order feed."""
        feed.measure(self.report, self.server, self.folder, lines=self.scale.import_lines)

    def exports(self) -> None:
        """Measure finance's file."""
        export.measure(self.report, self.server, self.folder, rows=self.scale.exported)

    def invariants(self) -> None:
        """Check all that must hold."""
        invariants.measure(self.report, self.server, postings=self.scale.postings)

    def refunds(self) -> None:
        """Send approved refunds through a Stripe that is slow and fails, hear of them, and spend credit at once."""
        folder = self.folder / "refunds"
        with whole_shop(self.server, folder, self.interruption, without={"worker"}) as servers:
            _stock(servers, self.folder / "refunded", self.scale.refunds * 2)
            refunds.measure(self.report, servers, count=self.scale.refunds)
            stage = Stage.of(servers, make_toolkit(servers.config, WEB_ROLE))
            webhook.measure(self.report, stage, seconds=self.scale.paced_seconds)
        debits.measure(self.report, self.server)

    def policy(self) -> None:
        """Judge by policy, beside another engine."""
        policy.measure(self.report)

    def replay(self) -> None:
        """Replay a draft over past claims."""
        replay.measure(self.report, self.server, self.folder / "replay", claims=self.scale.replayed)

    def patterns(self) -> None:
        """Search a year of parcels for patterns."""
        patterns.measure(self.report, self.server, parcels=self.scale.parcels)

    def outreach(self) -> None:
        """Count an outreach, tell some of it, and open a customer's pages beside it."""
        outreach.measure(self.report, self.server, parcels=self.scale.reached)

    def journey_pages(self) -> None:
        """Open the pages of the journey beside the claim page."""
        journey_pages.measure(self.report, self.server)

    def pages(self) -> None:
        """Count queries."""
        pages.measure(self.report, self.server, self.folder / "pages")

    def second_start(self) -> None:
        """Start everything again where it is all there."""
        second_start.measure(self.report, self.folder / "second_start")


_PARTS: dict[str, Callable[[Run], None]] = {
    "journeys": Run.journeys,
    "imports": Run.imports,
    "exports": Run.exports,
    "invariants": Run.invariants,
    "refunds": Run.refunds,
    "policy": Run.policy,
    "replay": Run.replay,
    "patterns": Run.patterns,
    "outreach": Run.outreach,
    "journey_pages": Run.journey_pages,
    "pages": Run.pages,
    "second_start": Run.second_start,
}


def _stock(servers: Servers, folder: Path, orders: int) -> None:
    """Publish the policy and import orders through the real feed, each card payment with its PaymentIntent."""
    written = write_feed(folder, orders)
    for command in (
        ("policy", "load"),
        ("orders", "import", str(written.orders), "--payments", str(written.payments), "--rebase-dates"),
    ):
        subprocess.run(
            (sys.executable, "-m", "flask", "--app", "portal.factory", *command),
            cwd=ROOT,
            env=servers.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def main() -> int:
    """Run the parts that are asked for; give 1 where a target is not held."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--scale", choices=sorted(_SCALES), default="small")
    parser.add_argument("--only", choices=sorted(_PARTS), action="append", help="one part; may be given several times")
    given = parser.parse_args()
    began, load = time.monotonic(), os.getloadavg()[0]
    report = Report()
    interruption = Interruption()
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder, database_server() as server:
        run = Run(report, _SCALES[given.scale], Path(folder), server, interruption)
        for name in given.only or _PARTS:
            print(f"  {name}", flush=True)
            _PARTS[name](run)
    seconds = time.monotonic() - began
    figures.write(report, _BENCH, seconds=seconds, scale=given.scale, started_load=load)
    print("\n".join(["", figures.table_of(report.figures), "", *report.remarks]))
    print(f"{seconds:.0f} seconds; written to {_BENCH.relative_to(ROOT)}.")
    return 0 if report.all_held() else 1


if __name__ == "__main__":
    sys.exit(main())
