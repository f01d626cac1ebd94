"""What was paid for each unit: whatever is refunded in whatever order, it adds up to what was paid."""

from hypothesis import given
from hypothesis import strategies as some

from portal.domain.amounts import LinePrice, free_units, paid_for, paid_per_unit
from portal.domain.money import Money, total

LINES = some.builds(
    LinePrice,
    quantity=some.integers(1, 7),
    unit_price=some.integers(0, 50_000),
    discount=some.integers(0, 5_000),
    tax=some.integers(0, 5_000),
    shipping=some.integers(0, 9_000),
    shipping_tax=some.integers(0, 900),
)


@given(some.lists(LINES, min_size=1, max_size=6), some.integers(0, 10**7), some.randoms())
def test_refunding_every_unit_in_any_order_gives_exactly_what_was_paid(lines, captured, chance) -> None:
    paid = paid_per_unit(lines, Money(captured, "EUR"))
    units = [unit.whole for line in paid for unit in line]
    chance.shuffle(units)

    assert total(units, "EUR") == Money(captured, "EUR")
    assert all(unit.minor >= 0 for unit in units)


@given(some.lists(LINES, min_size=1, max_size=6))
def test_a_cart_that_was_paid_exactly_gives_each_line_its_own_price(lines) -> None:
    captured = sum(line.goods + line.carriage for line in lines)
    paid = paid_per_unit(lines, Money(captured, "EUR"))

    for line, units in zip(lines, paid, strict=True):
        everything = paid_for(units, range(1, line.quantity + 1), "EUR")
        if captured:
            assert (everything.goods.minor, everything.shipping.minor) == (line.goods, line.carriage)


def test_a_cent_of_difference_belongs_to_the_lines_in_proportion() -> None:
    lines = [LinePrice(1, 3990, 0, 0, 1510, 0), LinePrice(1, 3990, 0, 0, 1510, 0)]

    paid = paid_per_unit(lines, Money(11001, "BRL"))

    assert [units[0].whole.minor for units in paid] == [5501, 5500]


def test_units_are_named_from_one_and_taken_ones_are_left_out() -> None:
    assert free_units(4, frozenset({2, 3})) == [1, 4]
