"""A year of a made-up shop: the same seed and feed make the same one, and an injected fault shows, and only it."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean

import pytest

from portal.domain.feed import BadLines, FeedFile
from portal.domain.feed_reader import FeedReader
from portal.sandbox.year.chance import dice_of
from portal.sandbox.year.given import read_given
from portal.sandbox.year.injected import BadFault, read_faults
from portal.sandbox.year.make import MONEY, ORDERS, TRUTH, Wish, Year, make_year
from portal.sandbox.year.people import GLAD, SAID_NOTHING, Customers
from portal.sandbox.year.truth import Fate, Truth, read_truth

GIVEN = Path(__file__).parents[2] / "portal" / "sandbox" / "sample"
UNTIL, STRUCK_FROM = date(2026, 11, 1), date(2026, 5, 1)
CARRIER = "Tucano Log"
LOSS = f"lane={CARRIER}/*/* from={STRUCK_FROM} loss=2x"

Making = Callable[..., Year]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Making:
    """Make years, each once."""
    known: dict[tuple[object, ...], Year] = {}

    def make(orders: int = 200, seed: int = 7, *faults: str) -> Year:
        if (orders, seed, faults) not in known:
            wish = Wish(UNTIL, orders, seed, read_faults(faults), faults)
            folder = tmp_path_factory.mktemp("year")
            known[orders, seed, faults] = make_year(wish, (GIVEN / "orders.csv", GIVEN / "payments.csv"), folder)
        return known[orders, seed, faults]

    return make


def in_lane(truths: list[Truth], *, struck: bool) -> list[Truth]:
    return [
        truth
        for truth in truths
        if truth.carrier == CARRIER
        and truth.handed_over_at is not None
        and (truth.handed_over_at.date() >= STRUCK_FROM) is struck
    ]


def lost_share(truths: list[Truth]) -> float:
    return sum(truth.fate is Fate.LOST for truth in truths) / len(truths)


def test_the_same_seed_and_feed_make_the_same_year_and_another_seed_another(made: Making, tmp_path: Path):
    first = made()

    again = make_year(first.wish, (GIVEN / "orders.csv", GIVEN / "payments.csv"), tmp_path)

    assert again.digest == first.digest
    assert made(200, 8).digest != first.digest


def test_what_is_made_is_an_order_feed_without_a_bad_line(made: Making):
    year = made()
    for file, name in ((FeedFile.ORDERS, ORDERS), (FeedFile.PAYMENTS, MONEY)):
        bad = BadLines()
        with (year.folder / name).open("rb") as source:
            reader = FeedReader(file, source, bad)
            reader.start()
            pieces = list(reader.pieces())

        assert bad.kept == []
        assert pieces
        assert reader.records >= 200


def test_the_truth_reads_as_it_was_written(made: Making):
    year = made()

    with (year.folder / TRUTH).open(encoding="utf-8", newline="") as file:
        assert list(read_truth(file)) == year.truths


def test_nothing_in_the_feed_happens_after_its_end(made: Making):
    year = made()
    ends_at = datetime(2026, 11, 1, tzinfo=UTC)

    told = (year.folder / ORDERS).read_text(encoding="utf-8")

    late = [truth for truth in year.truths if truth.delivered_at and truth.delivered_at >= ends_at]
    assert late
    assert not any(str(truth.delivered_at.astimezone(UTC).isoformat()) in told for truth in late if truth.delivered_at)
    assert min(truth.placed_at for truth in year.truths).date() >= date(2025, 11, 1)


def test_a_lane_at_twice_its_loss_rate_loses_twice_as_many_from_that_day_on(made: Making):
    usual, struck = made(2500).truths, made(2500, 7, LOSS).truths

    before, after = in_lane(struck, struck=False), in_lane(struck, struck=True)

    assert len(after) > 300
    assert lost_share(before) == lost_share(in_lane(usual, struck=False))
    assert 1.5 < lost_share(after) / lost_share(in_lane(usual, struck=True)) < 2.6


def test_a_fault_says_which_parcels_it_lost_and_leaves_the_others_as_they_were(made: Making):
    usual, struck = made(2500).truths, made(2500, 7, LOSS).truths

    changed = [(old, new) for old, new in zip(usual, struck, strict=True) if old.fate is not new.fate]
    caused = [new for _, new in changed if new.fault == 1]

    # Who was let down buys elsewhere, so that few later orders are another's.
    assert len(caused) > 0.8 * len(changed)
    assert all(new.fate is Fate.LOST and new.carrier == CARRIER for new in caused)
    assert all(old.fault is None for old in usual)


def test_who_was_let_down_and_said_nothing_buys_again_less_often():
    with (GIVEN / "orders.csv").open() as orders, (GIVEN / "payments.csv").open() as payments:
        given = read_given(orders, payments)
    customers, dice, begins = Customers(given), dice_of(7), datetime(2026, 1, 1, tzinfo=UTC)
    address, bought = given.orders[0].row, Counter[str]()

    for index in range(3000):
        customer = customers.who_buys(dice, begins + timedelta(hours=2 * index), address)
        customer.willing = SAID_NOTHING if int(customer.mailbox.split(".")[-2].removesuffix("@example")) % 2 else GLAD
        bought[customer.mailbox] += 1

    let_down = [count for mailbox, count in bought.items() if int(mailbox.split(".")[-2].removesuffix("@example")) % 2]
    glad = [count for mailbox, count in bought.items() if int(mailbox.split(".")[-2].removesuffix("@example")) % 2 == 0]
    assert mean(let_down) < 0.9 * mean(glad)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("loss=2x", "where it strikes"),
        ("lane=A/B from=2026-05-01 loss=2x", "CARRIER/SERVICE/REGION"),
        ("vendor=A from=2026-05-01 loss=twice", "as 2x"),
        ("vendor=A from=May loss=2x", "a day is written"),
        ("twice as bad", "a fault is written as"),
    ],
)
def test_a_fault_that_cannot_be_read_says_why(typed: str, why: str):
    with pytest.raises(BadFault, match=why):
        read_faults([typed])
