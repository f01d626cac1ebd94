"""What was paid for each unit, part by part: the payments decide, and no part is more than was asked for it."""

import pytest
from hypothesis import given

from portal.domain.entitlement import Entitlement, Wanted, in_proportion, split_given, sum_of
from portal.domain.errors import AboveEntitlement
from portal.domain.money import Money
from portal.domain.paid import LinePrice, free_units, lines_total, paid_for_lines
from portal.domain.parts import Parts, add_up
from tests.support.carts import Cart, carts


def price(
    quantity: int, unit_price: int, *, discount: int = 0, tax: int = 0, shipping: int = 0, shipping_tax: int = 0
) -> LinePrice:
    return LinePrice(quantity, unit_price, discount, tax, shipping, shipping_tax)


def paid(captured: int, *prices: LinePrice, currency: str = "EUR") -> Entitlement:
    return Entitlement(dict(enumerate(paid_for_lines(prices, Money(captured, currency)))))


@pytest.mark.proves("M10")
@given(carts())
def test_units_of_all_lines_add_up_to_what_was_paid_and_differ_by_one_at_most(cart: Cart) -> None:
    lines = paid_for_lines(cart.prices, cart.captured)
    units = [line.of_units(range(1, line.quantity + 1)) for line in lines]

    assert sum(part.total for line in units for part in line) == cart.captured.minor
    for line, parts in zip(lines, units, strict=True):
        assert add_up(parts) == line.parts
        assert max(part.total for part in parts) - min(part.total for part in parts) <= 1


@given(carts())
def test_a_cart_that_was_paid_exactly_gives_each_line_its_own_price(cart: Cart) -> None:
    lines = paid_for_lines(cart.prices, Money(lines_total(cart.prices), cart.currency))

    assert [line.parts for line in lines] == [price.parts for price in cart.prices]


def test_a_cent_of_difference_belongs_to_the_lines_in_proportion() -> None:
    lines = paid_for_lines([price(1, 3990, shipping=1510), price(1, 3990, shipping=1510)], Money(11001, "BRL"))

    assert [line.parts.total for line in lines] == [5501, 5500]


def test_interest_belongs_to_goods_and_shipping_in_proportion_and_is_named_apart() -> None:
    lines = paid_for_lines([price(1, 8000, shipping=2000), price(1, 10000)], Money(22000, "BRL"))

    assert [line.parts for line in lines] == [
        Parts(goods=8000, goods_surplus=800, shipping=2000, shipping_surplus=200),
        Parts(goods=10000, goods_surplus=1000),
    ]


def test_a_payment_below_the_price_makes_every_part_less() -> None:
    (line,) = paid_for_lines([price(2, 5000, discount=1000, tax=900, shipping=1100)], Money(10999, "EUR"))

    assert line.parts == Parts(goods=9999, discount=1000, tax=900, shipping=1100)


def test_tax_inside_the_price_is_a_part_of_it() -> None:
    inside = LinePrice(1, 11900, 0, 1900, 595, 95, tax_included=True)
    on_top = LinePrice(1, 10000, 0, 1900, 500, 95)

    assert inside.parts == on_top.parts == Parts(goods=10000, tax=1900, shipping=500, shipping_tax=95)


@given(carts())
def test_an_included_tax_is_cut_out_of_the_price_and_one_on_top_stands_beside_it(cart: Cart) -> None:
    for price in cart.prices:
        listed, parts = price.quantity * price.unit_price, price.parts
        assert parts.taxes <= price.tax + price.shipping_tax
        if price.tax_included:
            assert parts.total == max(listed + price.shipping - price.discount, 0)
        elif price.discount <= listed:
            assert parts.total == listed - price.discount + price.shipping + price.tax + price.shipping_tax


def test_a_discount_above_the_goods_comes_off_the_shipping() -> None:
    assert price(1, 1000, discount=1300, shipping=500).parts == Parts(goods=1000, discount=1000, shipping=200)


@pytest.mark.proves("M10")
@pytest.mark.parametrize(("currency", "captured"), [("JPY", 100), ("BRL", 10000), ("KWD", 100_000)])
def test_thirds_give_back_every_minor_unit_in_every_currency(currency: str, captured: int) -> None:
    order = paid(captured, price(3, captured // 3), currency=currency)

    parts = [order.left(0, [unit])[0].total for unit in (1, 2, 3)]

    assert sorted(parts) == [captured // 3, captured // 3, captured - 2 * (captured // 3)]


def test_discount_and_tax_go_back_with_the_goods_in_proportion() -> None:
    order = paid(10800, price(1, 10000, discount=1000, tax=1800))

    taken = order.take(0, [1], Wanted(5400, 0))

    assert sum_of(taken) == Parts(goods=5000, discount=500, tax=900)


@pytest.mark.proves("M8", "bug 16")
def test_one_minor_unit_more_than_is_left_is_refused_and_takes_nothing() -> None:
    order = paid(1500, price(1, 1000, shipping=500))

    with pytest.raises(AboveEntitlement) as refused:
        order.take(0, [1], Wanted(1001, 500))

    assert (refused.value.wanted, refused.value.left) == (1501, 1500)
    assert sum_of(order.take(0, [1], Wanted(1000, 500))).total == 1500


@pytest.mark.proves("M9")
@pytest.mark.parametrize("wanted", [Wanted(1001, 0), Wanted(0, 501), Wanted(0, 0, 1), Wanted(-1, 0)])
def test_no_side_gives_what_belongs_to_another(wanted: Wanted) -> None:
    order = paid(1500, price(1, 1000, shipping=500))

    with pytest.raises(AboveEntitlement):
        order.take(0, [1], wanted)


@pytest.mark.proves("M9")
def test_what_went_back_elsewhere_lowers_what_the_order_can_give() -> None:
    lines = dict(enumerate(paid_for_lines([price(1, 1000), price(1, 1000)], Money(2000, "EUR"))))
    order = Entitlement(lines, elsewhere=1500)

    with pytest.raises(AboveEntitlement):
        order.take(0, [1], Wanted(501, 0))

    assert order.can_give == 500


def test_what_was_overpaid_goes_back_once_although_it_belongs_to_all_lines() -> None:
    order = paid(2200, price(1, 1000), price(1, 1000))

    order.take(0, [1], Wanted(1000, 0, 200, prices_only=True))

    assert order.surplus_left() == 0
    assert order.left(1, [1]) == [Parts(goods=1000)]


def test_what_another_claim_speaks_for_is_not_taken_as_overpaid() -> None:
    order = paid(2200, price(1, 1000), price(1, 1000))
    elsewhere = frozenset({(1, 1)})

    order.take(0, [1], Wanted(0, 0, 100, prices_only=True), spoken_for=elsewhere)

    assert order.surplus_left(spoken_for=elsewhere) == 0
    assert order.left(1, [1]) == [Parts(goods=1000, goods_surplus=100)]


def test_what_a_feed_lowers_after_something_went_back_is_never_below_zero() -> None:
    before, lowered = paid(1000, price(1, 800, shipping=200)), paid_for_lines([price(1, 500)], Money(500, "EUR"))
    taken = before.take(0, [1], Wanted(300, 200))

    order = Entitlement(dict(enumerate(lowered)), [taken])

    assert order.left(0, [1]) == [Parts(goods=200)]
    assert order.can_give == 0


def test_a_discount_that_a_feed_adds_later_is_never_more_than_the_goods_that_are_left() -> None:
    before = paid(1000, price(1, 1000))
    taken = before.take(0, [1], Wanted(900, 0))

    order = Entitlement(dict(enumerate(paid_for_lines([price(1, 1000, discount=500)], Money(500, "EUR")))), [taken])

    assert order.left(0, [1]) == [Parts(goods=100, discount=100)]


@pytest.mark.proves("bug 18")
def test_two_equal_remedies_of_two_units_both_go_back() -> None:
    order = paid(2000, price(2, 1000))

    first, second = order.take(0, [1], Wanted(1000, 0)), order.take(0, [2], Wanted(1000, 0))

    assert (sum_of(first), sum_of(second)) == (Parts(goods=1000), Parts(goods=1000))


@pytest.mark.proves("M10")
def test_each_payment_of_a_remedy_gets_its_own_parts_of_the_tax() -> None:
    order = paid(1200, price(1, 1000, tax=200))
    taken = order.take(0, [1], in_proportion(order.left(0, [1]), 1200))

    by_payment = [sum_of(part) for part in split_given(taken, [900, 300])]

    assert by_payment == [Parts(goods=750, tax=150), Parts(goods=250, tax=50)]


def test_units_are_named_from_one_and_taken_ones_are_left_out() -> None:
    assert free_units(4, frozenset({2, 3})) == [1, 4]
