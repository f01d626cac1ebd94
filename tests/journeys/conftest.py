"""What the journeys ask for, and which of them need the real orders."""

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, sync_playwright

from portal.launch.postgres import Server
from tests.journeys.bar import Seen
from tests.journeys.real_orders import FOLDER, ORDERS, PAYMENTS
from tests.journeys.visit import Visit
from tests.support.browser import ARGUMENTS, chromium
from tests.support.running import Running, running, whole_product, worker_name

__all__ = ["running"]
V = TypeVar("V", bound=Visit)
Opens = Callable[..., Any]
# It reports something of every real order that is left, and so leaves none to whoever looks for one after it.
_TAKES_ALL = "test_real_orders_services.py"


@pytest.fixture(scope="session")
def real_shop(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the whole product on the real orders, once for all journeys on them."""
    folder, name = tmp_path_factory.mktemp("real"), f"amends_real_{worker_name()}"
    with whole_product(database_server, folder, name, orders=ORDERS, payments=PAYMENTS) as product:
        yield product


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the journeys on real orders out where PORTAL_REAL_ORDERS names no folder of them; else the longest is last.

    However many processes share the journeys, none of them has another one on real orders to do after that.
    """
    left_out = [] if FOLDER.is_dir() else [item for item in items if item.path.name.startswith("test_real_orders")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=lambda item: item.path.name == _TAKES_ALL)


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Run one Chromium for all journeys; each visit gets a window without anything of the others."""
    # Playwright keeps an event loop running in this thread while it is open: it closes before other tests need one.
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Keep which pages were held to the bar in this run of the tests, by whichever of its processes."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "audited"
    folder.mkdir(exist_ok=True)
    return Seen(folder)


@pytest.fixture
def opens(chrome: Browser, audited: Seen) -> Iterator[Opens]:
    """Open windows: ``opens(Guest, running, java_script_enabled=False)``. They are closed after the test."""
    windows: list[Visit] = []

    def open_window(kind: type[V], product: Running, **options: Any) -> V:
        window = kind(chrome, product, audited, **options)
        windows.append(window)
        return window

    yield open_window
    for window in windows:
        window.close()
