"""Limits and budgets of a policy document, read as strictly as its rules."""

from collections.abc import Mapping

from portal.domain.budgets import Budget, BudgetPeriod
from portal.domain.limits import Limit, Subject
from portal.domain.offers import PolicyClass
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, named_amount

# As far back as earlier remedies are looked for, and as many of them as are looked at.
MOST_DAYS, MOST_REMEDIES = 365, 100
_MOST_HOURS = 24 * 30


def read_limits(value: object, amounts: Amounts, answer_within_hours: int) -> tuple[Limit, ...]:
    """Read ``[[limits]]``; raise BadPolicy for what is not understood, and for two of one subject and window."""
    limits: list[Limit] = []
    for number, row in enumerate(_rows(value, "limits"), start=1):
        place = f"limit number {number}"
        limit = _limit(shape.table(row, place), place, amounts, answer_within_hours)
        if any((one.subject, one.within_days) == (limit.subject, limit.within_days) for one in limits):
            raise shape.refuse(
                place,
                "another limit is about the %(subject)s in %(days)s days; put both into one",
                subject=limit.subject.value,
                days=limit.within_days,
            )
        limits.append(limit)
    return tuple(limits)


def read_budgets(value: object, amounts: Amounts) -> tuple[Budget, ...]:
    """Read ``[[budgets]]``; raise BadPolicy for what is not understood, and for two of one class and period."""
    budgets: list[Budget] = []
    for number, row in enumerate(_rows(value, "budgets"), start=1):
        place = f"budget number {number}"
        budget = _budget(shape.table(row, place), place, amounts)
        if any((one.policy_class, one.period) == (budget.policy_class, budget.period) for one in budgets):
            raise shape.refuse(
                place,
                "another budget is for %(name)s in a %(period)s",
                name=budget.policy_class.value,
                period=budget.period.value,
            )
        budgets.append(budget)
    return tuple(budgets)


def _rows(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise shape.refuse(
            place,
            "must be a list, each begun with %(heading)s, not %(found)s",
            heading=f"[[{place}]]",
            found=shape.quoted(value),
        )
    return value


def _limit(row: Mapping[str, object], place: str, amounts: Amounts, answer_within_hours: int) -> Limit:
    shape.known_keys(row, ("subject", "within_days", "remedies", "value", "within_hours"), place)
    remedies, value = row.get("remedies"), row.get("value")
    if remedies is None and value is None:
        raise shape.refuse(place, "limits nothing: it needs remedies, value or both")
    hours = row.get("within_hours", answer_within_hours)
    return Limit(
        subject=shape.choice(row.get("subject"), Subject, f"{place}: subject"),
        within_days=shape.whole(row.get("within_days"), f"{place}: within_days", least=1, most=MOST_DAYS),
        remedies=None if remedies is None else shape.whole(remedies, f"{place}: remedies", least=1, most=MOST_REMEDIES),
        value=None if value is None else named_amount(value, f"{place}: value", amounts),
        answer_within_hours=shape.whole(hours, f"{place}: within_hours", least=1, most=_MOST_HOURS),
    )


def _budget(row: Mapping[str, object], place: str, amounts: Amounts) -> Budget:
    shape.known_keys(row, ("class", "period", "amount", "stops"), place)
    policy_class = shape.choice(row.get("class"), PolicyClass, f"{place}: class")
    stops = row.get("stops", policy_class is not PolicyClass.ENTITLED)
    return Budget(
        policy_class=policy_class,
        period=shape.choice(row.get("period"), BudgetPeriod, f"{place}: period"),
        amount=named_amount(row.get("amount"), f"{place}: amount", amounts),
        stops=shape.yes_or_no(stops, f"{place}: stops"),
    )
