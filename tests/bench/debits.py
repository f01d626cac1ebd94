"""Fifty checkouts that take from one account at the same moment, which has room for ten: exactly ten pass."""

import time
from concurrent.futures import ThreadPoolExecutor

from portal.domain.credit import ShortOfCredit
from portal.launch.postgres import Server
from tests.bench.figures import Report
from tests.support.credit_shop import CreditShop
from tests.support.database import fresh_database, migrated_template

AT_ONCE, ROOM = 50, 10
MOST_SECONDS = 5.0
_AMOUNT = 1_000


def measure(report: Report, server: Server) -> None:
    """Let them all begin at once, count who passed, and tell how long it took."""
    with fresh_database(server, "bench_debits", template=migrated_template(server)) as url:
        shop = CreditShop(url)
        _customer, code = shop.with_credit(ROOM * _AMOUNT)
        key = shop.api_key("checkout of the bench")

        def debit(_number: int) -> bool:
            try:
                shop.capture(key, shop.hold(key, code, _AMOUNT).ref)
            except ShortOfCredit:
                return False
            return True

        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            passed = sum(threads.map(debit, range(AT_ONCE)))
        seconds = time.perf_counter() - began
        shop.check_invariants()
        shop.engine.dispose()
    if passed != ROOM:
        raise RuntimeError(f"{passed} debits passed where there was room for {ROOM}")
    report.tell("refunds.parallel_debits_passed", passed, f"of {AT_ONCE}, room for {ROOM}")
    report.hold("refunds.parallel_debits_seconds", seconds, "s", most=MOST_SECONDS)
