"""What these tests read of the sources is let go after them."""

from collections.abc import Iterator

import pytest

from tests.house.sources import tree_of


@pytest.fixture(scope="package", autouse=True)
def _sources_are_let_go() -> Iterator[None]:
    """Free the parsed sources: millions of objects that the memory collector would walk through in every later test."""
    yield
    tree_of.cache_clear()
