"""Put work back that found the lane to the provider shut: nothing was tried, so no try of it is used up."""

import random

from portal.domain.ports import LaneShut
from portal.records import outbox
from portal.services.toolkit import Toolkit, tried_again

_CHANCE = random.SystemRandom()


@tried_again
def put_back(toolkit: Toolkit, task: str, lane: LaneShut, **arguments: str | int) -> str:
    """Leave a new job of the task for when the lane is open again, with some chance in it; say why."""
    with toolkit.transaction() as session:
        outbox.defer_later(session, task, lane.seconds * _CHANCE.uniform(1.0, 1.5), **arguments)
    return "the lane is shut"
