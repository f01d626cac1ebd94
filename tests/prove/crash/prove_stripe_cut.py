"""The connection between the worker and Stripe breaks in every way, and Stripe is gone for a while."""

import threading
import time
from collections.abc import Callable

import pytest

from tests.prove.crash.doors import Fate, Way, half, nothing
from tests.prove.crash.rest import be_idle, check, come_to_rest
from tests.prove.crash.world import World, eventually

_BREAKS = {
    "reset before the request": (Way.ASK, "POST /v1/refunds", nothing),
    "half of the request": (Way.ASK, "refund_ref", half),
    "reset before the answer": (Way.ANSWER, "refund_ref", nothing),
    "half of the answer": (Way.ANSWER, "refund_ref", half),
}


@pytest.mark.short
@pytest.mark.proves("fault 26")
def test_whatever_breaks_between_the_worker_and_stripe_each_refund_is_made_once(world: World):
    be_idle(world)
    claims = [world.reported() for _ in _BREAKS]
    come_to_rest(world)
    for (way, words, does), claim in zip(_BREAKS.values(), claims, strict=True):
        met = breaking(world, way, words, does)
        world.shop.accept(*claim, "refund")
        eventually(met.is_set, "the break")

    come_to_rest(world)

    assert {row.state for row in world.rows("SELECT state FROM refunds")} == {"succeeded"}
    check(world)


def breaking(world: World, way: Way, words: str, does: Callable[[bytes], Fate]) -> threading.Event:
    """Break the next thing that fits; tell when that has happened."""
    return world.doors.stripe.break_next(way, lambda text: words in text, does)


@pytest.mark.proves("fault 27")
def test_while_stripe_is_gone_claims_are_taken_and_afterwards_all_is_paid(world: World):
    be_idle(world)
    world.doors.stripe.shut()
    claims = [world.reported() for _ in range(5)]
    for claim in claims:
        world.shop.accept(*claim, "refund")
    time.sleep(4)
    unpaid = {row.state for row in world.rows("SELECT state FROM refunds WHERE state <> 'succeeded'")}
    world.doors.stripe.open()
    began = time.monotonic()

    come_to_rest(world, seconds=90)

    assert unpaid <= {"requested", "sent", "unknown"}
    print(f"all was paid {time.monotonic() - began:.0f} seconds after Stripe came back")
    check(world)


@pytest.mark.proves("fault 25")
def test_a_stripe_that_takes_its_time_holds_no_other_claim_back(world: World):
    be_idle(world)
    slow_one, other = world.reported(), world.reported()
    come_to_rest(world)
    held = world.doors.stripe.hold(Way.ANSWER, lambda text: "refund_ref" in text)
    world.shop.accept(*slow_one, "refund")
    held.wait("Stripe's answer")

    world.shop.accept(*other, "refund")

    eventually(lambda: "refund_sent" in world.shop.letters(other[0]), "the mail of the other claim", seconds=10)
    held.let_go()
    come_to_rest(world)
    check(world)
