"""A year of the journey as a count would have written it: every stage, twelve months, two currencies."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.analysis.kept import compare
from portal.domain.journey import EVERY, Days, Kept, Span, counted_days
from portal.domain.kept import Alike
from portal.domain.offers import PolicyClass
from portal.records import journey_counting
from portal.services.count_journey import rows_of
from portal.services.toolkit import Toolkit

# Problems of 10,000 orders, and the hours that half of the remedies took.
_STAGES = {
    "promise": (6, 40),
    "order": (4, 30),
    "pack": (14, 20),
    "hand_over": (9, 26),
    "transit": (48, 3),
    "doorstep": (21, 5),
    "use": (17, 50),
    "after_care": (3, 70),
}
_ORDERS = {"BRL": 9_000, "EUR": 3_000}
_COST = {"BRL": 8_140, "EUR": 2_265}
_HOUR = timedelta(hours=1).total_seconds()


def a_journey(toolkit: Toolkit) -> None:
    """Write it, in the place of whatever was counted before."""
    now = toolkit.now()
    days = list(counted_days(now.astimezone(toolkit.zone).date()))
    counts = [
        _count(one, place, stage, currency) | {"counted_at": now}
        for place, one in enumerate(days)
        for stage in (*_STAGES, EVERY)
        for currency in (*_ORDERS, EVERY)
    ]
    costs = [
        _cost(one, stage, currency, policy_class.value)
        for one in days
        for stage in _STAGES
        for currency in _ORDERS
        for policy_class in PolicyClass
    ]
    with toolkit.transaction() as session:
        journey_counting.write(session, counts, costs, rows_of(compare(_people())), _answers(days))


def _count(days: Days, place: int, stage: str, currency: str) -> dict[str, Any]:
    long = (days.last - days.first).days + 1
    orders = sum(_ORDERS.values()) if currency == EVERY else _ORDERS[currency]
    orders = orders * long // 30
    rate = sum(rate for rate, _ in _STAGES.values()) if stage == EVERY else _STAGES[stage][0]
    problems = orders * rate * (20 - place % 12) // 150_000
    hours = _STAGES["transit"][1] if stage == EVERY else _STAGES[stage][1]
    asked = problems * 2 // 3
    return {
        "span": days.span.value,
        "first_on": days.first,
        "last_on": days.last,
        "stage": stage,
        "currency": currency,
        "orders": orders,
        "problems": problems,
        "second_failures": problems // 25,
        "asked": asked,
        "restored": asked * 3 // 4,
        "remedied": problems,
        "apology_median": 0.0,
        "apology_p90": 40.0,
        "remedy_median": hours * _HOUR,
        "remedy_p90": hours * _HOUR * 4,
        "restored_median": hours * _HOUR * 15,
        "restored_p90": hours * _HOUR * 30,
    }


def _answers(days: Sequence[Days]) -> list[dict[str, Any]]:
    months = [f"{one.first:%Y-%m}" for one in days if one.span is Span.MONTH]
    groups = [("month", value) for value in months] + [("stage", stage) for stage in _STAGES]
    said = {"asked": 120, "was_right": 80, "was_not": 6, "not_known": 30}
    return [{"grouped_by": kind, "value": value, **said} for kind, value in groups]


def _cost(days: Days, stage: str, currency: str, policy_class: str) -> dict[str, Any]:
    claims = _count(days, 0, stage, currency)["problems"]
    return {
        "span": days.span.value,
        "first_on": days.first,
        "stage": stage,
        "policy_class": policy_class,
        "problem": "missing_package",
        "currency": currency,
        "amount_minor": claims * _COST[currency],
        "claims": claims,
    }


def _people() -> list[Alike]:
    """Give some who were helped soon and came back, some late who did not, and a few whose problem was not ours."""
    told = {Kept.ALL: "", Kept.REACHED: "told_us", Kept.SCOPE: "ours"}
    quick = told | {Kept.SPEED: "quick", Kept.REMEDY: "refund", Kept.OUTCOME: "restored"}
    slow = told | {Kept.SPEED: "slow", Kept.REMEDY: "replacement", Kept.OUTCOME: "failed_again"}
    few = quick | {Kept.SCOPE: "beyond", Kept.BEYOND: "missing_package", Kept.REMEDY: "store_credit"}
    groups = ((quick, 240, 110), (slow, 160, 30), (few, 12, 7), (None, 4_000, 1_400))
    return [
        Alike(
            "a cell",
            days,
            "BRL",
            who,
            count,
            float(count),
            bought + 2 * (days > 90),
            bought * 9_000.0,
            bought * 9_000.0**2,
        )
        for days in (90, 180)
        for who, count, bought in groups
    ]
