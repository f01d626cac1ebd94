"""Back-test the search for patterns on a shop's own orders: known faults put into years that are drawn from them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.analysis.patterns.back_test import Outcome, bound_of, drawn_from, false_alarms, found_within
from portal.analysis.patterns.trial import Injected
from portal.domain.patterns import LANE_BETWEEN
from portal.domain.problems import NEVER_LEFT

WITHIN_DAYS = 14
A_WEEK = 40.0
_BEGINS = 250
SCENARIOS = (
    ("vendor", 0.07, 2.0),
    ("vendor", 0.07, 3.0),
    ("vendor", 0.07, 4.0),
    ("vendor", 0.15, 2.0),
    ("vendor", 0.2, 2.0),
    ("vendor", 0.3, 2.0),
    ("vendor", 0.4, 2.0),
    ("lane", 0.07, 2.0),
    ("lane", 0.07, 3.0),
    ("lane", 0.3, 2.0),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one kind of fault: found within 14 days in so many runs; bound: the most that any test finds."""

    dimension: str
    usual: float
    times: float
    runs: int
    found: int
    middle_day: int | None
    bound: float


def real_units(lines: Iterable[Mapping[str, str]]) -> list[tuple[dict[str, str], bool]]:
    """Read the parcels of an order feed: the words of each, and whether it was late or never came."""
    first: dict[str, Mapping[str, str]] = {}
    for line in lines:
        if line["status"] not in NEVER_LEFT and line["promised_at"] and line["handed_to_carrier_at"]:
            first.setdefault(line["shipment"], line)
    return [(_words(line), _late(line)) for line in first.values()]


def _words(line: Mapping[str, str]) -> dict[str, str]:
    return {
        "vendor": line["vendor"],
        "lane": f"{line['vendor_region']}{LANE_BETWEEN}{line['ship_to_region']}",
        "carrier": line.get("carrier", ""),
        "service": line.get("service", ""),
        "origin": line["vendor_region"],
        "region": line["ship_to_region"],
        "sku": line["sku"],
        "category": line["category"],
        "weekday": str(datetime.fromisoformat(line["handed_to_carrier_at"]).isoweekday()),
    }


def _late(line: Mapping[str, str]) -> bool:
    if not line["delivered_at"]:
        return True
    promised = datetime.fromisoformat(line["promised_at"])
    return datetime.fromisoformat(line["delivered_at"]) >= promised + timedelta(days=1)


def back_test(units: list[tuple[dict[str, str], bool]], *, runs: int, units_a_year: int) -> Iterator[Row]:
    """Put each kind of fault into so many made years, and tell how often it was found in time."""
    drawn = drawn_from(units)
    for dimension, usual, times in SCENARIOS:
        fault = Injected(dimension, A_WEEK, usual, times, _BEGINS)
        found: Outcome = found_within(drawn, fault, runs=runs, units_a_year=units_a_year, days=WITHIN_DAYS)
        bound = bound_of(fault, days=WITHIN_DAYS, cells=found.watched)
        yield Row(dimension, usual, times, runs, found.in_time, found.middle_day, bound)


def alarms_a_year(
    units: list[tuple[dict[str, str], bool]], *, years: int, units_a_year: int, real_outcomes: bool
) -> tuple[float, float]:
    """Tell how many alarms a year are raised where nothing changed: of the cells, and told apart as a person sees."""
    return false_alarms(drawn_from(units), years=years, units_a_year=units_a_year, real_outcomes=real_outcomes)
