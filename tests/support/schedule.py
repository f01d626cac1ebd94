"""What one process of a run takes as one piece: a file, and all journeys on the sample, which share one product.

Starting the product takes as long as several journeys, and it would be started by each process that has one of them.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

_JOURNEYS = "tests/journeys/"
# They run on the real orders, in a step of their own, or on no product.
_ELSEWHERE = ("tests/journeys/test_real_orders", "tests/journeys/test_orders_command")


class _ByProduct(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        on_the_sample = nodeid.startswith(_JOURNEYS) and not nodeid.startswith(_ELSEWHERE)
        return _JOURNEYS if on_the_sample else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Share the work out by file, the journeys on the sample together."""
    return _ByProduct(config, log) if config.getoption("dist") == "loadfile" else None
