"""Whatever goes back, in any split and order, failing and freed again: no part exceeds what was paid for it."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.domain.entitlement import (
    Entitlement,
    Given,
    Wanted,
    add_given,
    from_document,
    in_proportion,
    split_given,
    sum_of,
    to_document,
)
from portal.domain.errors import AboveEntitlement
from portal.domain.money import Money
from portal.domain.paid import LinePrice, lines_total, paid_for_lines
from portal.domain.parts import Parts, add_up
from portal.domain.refunds import plan_refund
from tests.support.carts import Cart, carts

PERCENT = some.sampled_from([0, 1, 10, 33, 50, 99, 100]) | some.integers(0, 100)


@dataclass
class Effect:
    """Money that goes back to one payment, or as credit where that is None."""

    payment_id: int | None
    amount: int
    parts: Given


class PartialRemedies(RuleBasedStateMachine):
    """Remedies of one random order, until everything has gone back."""

    @initialize(cart=carts())
    def order(self, cart: Cart) -> None:
        self.cart = cart
        self.effects: list[Effect] = []
        # By payment, what went back to it that was no remedy of ours.
        self.elsewhere: dict[int | None, int] = {}
        self.paid = dict(enumerate(paid_for_lines(cart.prices, cart.captured)))
        self.entitlement = Entitlement(self.paid)

    @rule(data=some.data(), goods=PERCENT, shipping=PERCENT)
    def share_of_some_units_goes_back(self, data: some.DataObject, goods: int, shipping: int) -> None:
        line, units = self.some_units(data)
        held, paid = add_up(self.entitlement.left(line, units)), add_up(self.paid[line].of_units(units))
        wanted = Wanted(
            min(held.of_goods, paid.of_goods * goods // 100), min(held.of_shipping, paid.of_shipping * shipping // 100)
        )
        self.give(line, units, wanted)

    @rule(data=some.data())
    def any_amount_of_some_units_goes_back(self, data: some.DataObject) -> None:
        line, units = self.some_units(data)
        held = self.entitlement.left(line, units)
        self.give(line, units, in_proportion(held, data.draw(some.integers(0, add_up(held).total))))

    @rule(data=some.data(), prices=some.booleans())
    def what_was_overpaid_goes_back(self, data: some.DataObject, *, prices: bool) -> None:
        line, units = self.some_units(data)
        spoken_for = self.units_of_others(data, line, units)
        held = add_up(self.entitlement.left(line, units)).without_surplus()
        overpaid = data.draw(some.integers(0, self.entitlement.surplus_left(spoken_for=spoken_for)))
        wanted = Wanted(held.of_goods if prices else 0, 0, overpaid, prices_only=True)
        self.give(line, units, wanted, spoken_for=spoken_for)

    @rule(data=some.data())
    def any_amount_goes_back_for_a_wrong_charge(self, data: some.DataObject) -> None:
        line, units = self.some_units(data)
        spoken_for = self.units_of_others(data, line, units)
        held, overpaid = self.entitlement.left(line, units), self.entitlement.surplus_left(spoken_for=spoken_for)
        most = add_up(held).without_surplus().total + overpaid
        wanted = in_proportion(held, data.draw(some.integers(0, most)), overpaid=overpaid)
        self.give(line, units, wanted, spoken_for=spoken_for)

    @precondition(lambda self: any(payment.left for payment in self.capacities()))
    @rule(data=some.data())
    def goes_back_elsewhere(self, data: some.DataObject) -> None:
        """Refund in the provider's dashboard, or lose a dispute: a part of a payment, or all that is left of it."""
        payment = data.draw(some.sampled_from([payment for payment in self.capacities() if payment.left]))
        amount = data.draw(some.just(payment.left.minor) | some.integers(1, payment.left.minor))
        self.elsewhere[payment.payment_id] = self.elsewhere.get(payment.payment_id, 0) + amount
        self.read_again()

    @precondition(lambda self: self.effects)
    @rule(data=some.data())
    def effect_fails(self, data: some.DataObject) -> None:
        effect = self.effects.pop(data.draw(some.integers(0, len(self.effects) - 1)))
        self.entitlement.free(effect.parts)

    @rule()
    def books_are_read_again(self) -> None:
        self.read_again()

    @invariant()
    def no_part_exceeds_what_was_asked_for_it(self) -> None:
        for line, price in enumerate(self.cart.prices):
            given = add_up([parts for effect in self.effects for (of, _), parts in effect.parts.items() if of == line])
            assert min(given) >= 0
            assert all(part <= most for part, most in zip(given, asked_at_most(price), strict=True)), (given, price)

    @invariant()
    def tax_and_net_each_stay_within_what_was_paid_for_them(self) -> None:
        for line, paid in self.paid.items():
            for unit, whole in zip(
                range(1, paid.quantity + 1), paid.of_units(range(1, paid.quantity + 1)), strict=True
            ):
                gone = add_up([effect.parts[line, unit] for effect in self.effects if (line, unit) in effect.parts])
                assert gone.taxes <= whole.taxes
                assert gone.total - gone.taxes <= whole.total - whole.taxes
                assert all(part <= most for part, most in zip(gone.payable, whole.payable, strict=True))

    @invariant()
    def parts_add_up_to_what_goes_back_and_to_what_is_left(self) -> None:
        assert all(sum_of(effect.parts).total == effect.amount for effect in self.effects)
        # Credit took nothing of the payments, so what went back elsewhere may leave less than nothing.
        assert self.entitlement.can_give == max(self.left_of_all(), 0)
        assert self.left_of_all() >= 0 or self.elsewhere

    @invariant()
    def surplus_is_at_most_what_was_paid_beyond_the_prices(self) -> None:
        surplus = sum(sum_of(effect.parts).surplus for effect in self.effects)
        assert surplus <= max(self.cart.captured.minor - lines_total(self.cart.prices), 0)

    @invariant()
    def no_payment_gives_back_more_than_it_took(self) -> None:
        assert all(payment.left.minor >= 0 for payment in self.capacities())

    def teardown(self) -> None:
        """Give the rest back, a unit at a time and starting anywhere: in all it is what was paid, less what is gone."""
        most = max(self.left_of_all(), 0) + sum(effect.amount for effect in self.effects)
        for line, paid in reversed(self.paid.items()):
            for unit in range(paid.quantity, 0, -1):
                held = self.entitlement.left(line, [unit])
                amount = min(add_up(held).total, self.entitlement.can_give)
                self.give(line, [unit], in_proportion(held, amount))
        whole = add_given(effect.parts for effect in self.effects)

        assert sum(effect.amount for effect in self.effects) == most
        assert self.entitlement.can_give == 0
        if not self.elsewhere:
            assert most == self.cart.captured.minor
            assert sum_of(whole).payable == add_up([paid.parts for paid in self.paid.values()]).payable

    def some_units(self, data: some.DataObject) -> tuple[int, list[int]]:
        line = data.draw(some.sampled_from(sorted(self.paid)))
        numbers = some.lists(some.integers(1, self.paid[line].quantity), min_size=1, max_size=5, unique=True)
        return line, data.draw(numbers)

    def units_of_others(self, data: some.DataObject, line: int, units: list[int]) -> frozenset[tuple[int, int]]:
        """Draw units, none of these, that another claim speaks for."""
        others = [
            (other, unit)
            for other, paid in self.paid.items()
            for unit in range(1, paid.quantity + 1)
            if other != line or unit not in units
        ]
        return data.draw(some.frozensets(some.sampled_from(others), max_size=4)) if others else frozenset()

    def left_of_all(self) -> int:
        """Tell what was captured, less what has gone back here and elsewhere."""
        given = sum(effect.amount for effect in self.effects)
        return self.cart.captured.minor - given - sum(self.elsewhere.values())

    def read_again(self) -> None:
        kept = [from_document(to_document(effect.parts)) for effect in self.effects]
        self.entitlement = Entitlement(self.paid, kept, elsewhere=sum(self.elsewhere.values()))

    def capacities(self) -> list:
        spent = dict(self.elsewhere)
        for effect in self.effects:
            spent[effect.payment_id] = spent.get(effect.payment_id, 0) + effect.amount
        return [
            replace(payment, left=Money(payment.left.minor - spent.get(payment.payment_id, 0), self.cart.currency))
            for payment in self.cart.payments
        ]

    def give(
        self, line: int, units: list[int], wanted: Wanted, *, spoken_for: frozenset[tuple[int, int]] = frozenset()
    ) -> None:
        """Take a remedy out, and split it over the payments as they stand, the rest as credit.

        More than the order can still give is refused, and nothing is taken.
        """
        before = self.entitlement.can_give
        if wanted.total > before:
            with pytest.raises(AboveEntitlement):
                self.entitlement.take(line, units, wanted, spoken_for=spoken_for)
            assert self.entitlement.can_give == before
            return
        given = self.entitlement.take(line, units, wanted, spoken_for=spoken_for)
        assert sum_of(given).total == wanted.total
        assert not any(given[unit].total for unit in spoken_for if unit in given)
        plan = plan_refund(Money(wanted.total, self.cart.currency), self.capacities())
        amounts = [(payment, part.minor) for payment, part in plan.to_payments] + [(None, plan.as_credit.minor)]
        parts = split_given(given, [amount for _, amount in amounts])
        assert add_given(parts) == {unit: parts for unit, parts in given.items() if parts.total}
        self.effects += [
            Effect(payment, amount, part) for (payment, amount), part in zip(amounts, parts, strict=True) if amount
        ]


def asked_at_most(price: LinePrice) -> Parts:
    """Tell from a line's price alone what each part of it may give at most."""
    anything = 10**12
    return Parts(
        goods=price.quantity * price.unit_price,
        discount=price.discount,
        tax=price.tax,
        goods_surplus=anything,
        shipping=price.shipping,
        shipping_tax=price.shipping_tax,
        shipping_surplus=anything,
    )


TestPartialRemedies = pytest.mark.proves("M8", "M9", "M10", "M12", "M16", "M17", "bug 16", "bug 41")(
    PartialRemedies.TestCase
)
TestPartialRemedies.settings = settings(max_examples=100, stateful_step_count=12)
