"""Fail a test where something does not hold, and say what."""

from collections.abc import Sequence

from portal.records.invariants.declared import Invariant
from portal.records.invariants.every import EVERY
from portal.services.check_invariants import Beside, check_invariants
from portal.services.toolkit import Toolkit


def assert_all_hold(toolkit: Toolkit, beside: Beside | None = None, *, among: Sequence[Invariant] = EVERY) -> None:
    """Check every invariant in one round trip."""
    broken = check_invariants(toolkit, beside, among=among)
    if broken:
        raise AssertionError("\n".join(f"{one.key} {one.says}: {one.broken}, {', '.join(one.refs)}" for one in broken))
