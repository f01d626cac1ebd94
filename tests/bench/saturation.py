"""How many whole journeys a second, in rounds between slices of the floor, so that a busy machine slows both."""

from dataclasses import dataclass, field
from statistics import median

from tests.bench.figures import Report
from tests.bench.load import Saturated, saturate
from tests.bench.servers import cpu_seconds
from tests.bench.stage import Stage

MOST_FLOORS = 24


@dataclass(slots=True)
class Rounds:
    """What the rounds measured. costs: milliseconds of processor for a journey, by part, a dictionary a round."""

    floors: list[Saturated] = field(default_factory=list)
    wholes: list[Saturated] = field(default_factory=list)
    costs: list[dict[str, float]] = field(default_factory=list)

    @property
    def floor_rate(self) -> float:
        """Floor requests a second."""
        return median(one.rate for one in self.floors)

    @property
    def journey_rate(self) -> float:
        """Whole journeys a second."""
        return median(one.rate for one in self.wholes)

    def ratios(self) -> list[float]:
        """Tell for each round how many floor requests one journey costs, by the slices before and after it."""
        pairs = zip(self.floors, self.floors[1:], self.wholes, strict=False)
        return [(before.rate + after.rate) / 2 / whole.rate for before, after, whole in pairs]


async def measure(stage: Stage, *, rounds: int, count: int, warm: int, floor_seconds: float) -> Rounds:
    """Warm up, then measure: floor, journeys, floor, journeys, …, floor."""
    await saturate(stage.one_floor, seconds=1.5)
    await stage.whole_journeys(warm)
    await stage.idle()
    stage.gather_statistics()
    await stage.whole_journeys(warm)
    await stage.idle()
    found = Rounds(floors=[await saturate(stage.one_floor, seconds=floor_seconds)])
    for _ in range(rounds):
        before = cpu_seconds(stage.servers)
        found.wholes.append(await stage.whole_journeys(count))
        await stage.idle()
        after = cpu_seconds(stage.servers)
        found.costs.append({name: (after[name] - before[name]) / count * 1000 for name in after})
        found.floors.append(await saturate(stage.one_floor, seconds=floor_seconds))
    return found


def tell(report: Report, rounds: Rounds) -> None:
    """Put what the rounds measured into the report; the ratio is held to its target by the middle round."""
    ratios = rounds.ratios()
    report.tell("journey.floor_per_second", rounds.floor_rate, "floor requests/s")
    report.tell("journey.whole_per_second", rounds.journey_rate, "journeys/s")
    report.hold("journey.floor_requests", median(ratios), "floor requests", most=MOST_FLOORS)
    report.tell("journey.floor_requests_least", min(ratios), "floor requests")
    report.tell("journey.floor_requests_most", max(ratios), "floor requests")
    for part in rounds.costs[0]:
        report.tell(f"journey.processor_{part}", median(cost[part] for cost in rounds.costs), "ms/journey")
    report.tell("journey.generator_busy", median(one.busy for one in rounds.wholes), "of one core")
    report.tell("journey.generator_busy_floor", median(one.busy for one in rounds.floors), "of one core")
