"""Pricing in columns: what a remedy gives for many claim lines, as ``portal.domain.policy.pricing`` does for one."""

from collections.abc import Mapping

import numpy as np

from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.conditions import Rows, by_currency
from portal.domain.policy.plans import CustomerCap, OfferPlan, Rounding, RoundWay
from portal.domain.policy.table import Outcome

_WHOLE = 10_000
_MOST = np.iinfo(np.int64).max
Which = np.ndarray[tuple[int], np.dtype[np.intp]]


def known_prices(outcome: Outcome, columns: FactColumns, rows: Which) -> Rows:
    """Tell of which rows everything was recorded that the amounts of an outcome are found from."""
    known = np.ones(len(rows), np.bool_)
    for plan in outcome.plans:
        for name in plan.reads & columns.recorded.keys():
            known &= columns.recorded[name][rows]
    return known


def priced(plan: OfferPlan, columns: FactColumns, rows: Which) -> tuple[Numbers, Numbers]:
    """Give the amount and the bonus of a remedy for some rows."""
    amount = _capped(_rounded(plan, columns, rows), plan.cap, columns, rows)
    if plan.claim_cap is not None:
        most = by_currency(plan.claim_cap, columns.currency, 0)[rows]
        amount = np.minimum(amount, _share_of(most, columns, rows))
    bonus = _capped(_portion(amount, plan.bonus), plan.bonus_cap, columns, rows)
    if plan.customer_cap is not None:
        most = _share_of(_left_for(plan.customer_cap, columns, rows), columns, rows)
        amount = np.minimum(amount, most)
        bonus = np.minimum(bonus, most - amount)
    return amount, bonus


def _rounded(plan: OfferPlan, columns: FactColumns, rows: Which) -> Numbers:
    """Give what the parts of a plan add up to, rounded, and not above what is left of them."""
    goods, shipping = (columns.numbers[name][rows] for name in ("goods_value", "shipping_value"))
    fixed = None if plan.fixed is None else by_currency(plan.fixed, columns.currency, 0)[rows]
    wanted = _portion(goods, plan.goods) if fixed is None else fixed
    worth = _bounded(wanted, _portion(shipping, plan.shipping), plan, columns, rows)
    if plan.rounding is None:
        return worth
    nothing = np.zeros(len(rows), np.int64)
    whole = _bounded(
        goods if plan.goods or plan.fixed else nothing, shipping if plan.shipping else nothing, plan, columns, rows
    )
    rounded = _to_a_step(worth, plan.rounding, columns, rows)
    return np.where(rounded > worth, np.minimum(rounded, np.maximum(whole, worth)), rounded)


def _bounded(goods: Numbers, shipping: Numbers, plan: OfferPlan, columns: FactColumns, rows: Which) -> Numbers:
    """Add up parts of a line, none above what was paid for it and has not gone back."""
    line, goods_paid, shipping_paid, back, overpaid = (
        columns.numbers[name][rows]
        for name in ("line_value", "goods_value", "shipping_value", "given_back", "overpaid")
    )
    shipping_back = columns.shipping_given_back[rows]
    goods_part = np.minimum(goods, goods_paid - (back - shipping_back))
    shipping_part = np.minimum(shipping, shipping_paid - shipping_back)
    parts = np.maximum(goods_part, 0) + np.maximum(shipping_part, 0)
    return np.minimum(parts, np.maximum(line - back, 0)) + _portion(overpaid, plan.overpaid)


def _to_a_step(amounts: Numbers, rounding: Rounding, columns: FactColumns, rows: Which) -> Numbers:
    step = by_currency(rounding.step, columns.currency, 1)[rows]
    more = {RoundWay.UP: step - 1, RoundWay.DOWN: 0 * step, RoundWay.NEAREST: step // 2}[rounding.way]
    return (amounts + more) // step * step


def _share_of(amounts: Numbers, columns: FactColumns, rows: Which) -> Numbers:
    """Give each line its part of an amount for its whole claim, in whole numbers of any size."""
    line, claimed = (columns.numbers[name][rows] for name in ("line_value", "claimed_value"))
    shared = claimed > line
    parts = amounts.astype(object) * line.astype(object) // np.where(shared, claimed, 1).astype(object)
    return np.where(shared, parts, amounts.astype(object)).astype(np.int64)


def _left_for(cap: CustomerCap, columns: FactColumns, rows: Which) -> Numbers:
    most = by_currency(cap.most, columns.currency, 0)[rows]
    had = columns.sums[cap.counts].within(cap.window, columns.rows)[rows]
    return np.where(columns.recorded[cap.counts][rows], np.maximum(most - had, 0), 0)


def _portion(amounts: Numbers, points: int) -> Numbers:
    """Take basis points of amounts, rounded half up as ``Money.portion`` does."""
    return (amounts * (points * 2) + _WHOLE) // (2 * _WHOLE)


def _capped(amounts: Numbers, cap: Mapping[str, int] | None, columns: FactColumns, rows: Which) -> Numbers:
    if cap is None:
        return amounts
    return np.minimum(amounts, by_currency(cap, columns.currency, _MOST)[rows])
