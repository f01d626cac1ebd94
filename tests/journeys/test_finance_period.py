"""Finance closes the month before: one asks, as not everything is matched, another closes, and the file is sealed."""

import csv
import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from portal.domain.actors import Actor
from portal.domain.journal import Account, Entry, Occasion, Posting
from portal.domain.money import Money
from portal.records import books
from portal.services.count_journey import count_journey
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import FINANCE, Worker
from tests.support.running import Running

OTHER_FINANCE = "farah@goodparcel.example"
_ASK_OR_CLOSE = "Ask another person to close it, or close what was asked"
_BATCHES = "SELECT ref, sha256, asked_by, closed_by FROM closed_batches WHERE currency = 'BRL'"


def book_in_the_month_before(running: Running) -> datetime:
    """Write what was refunded elsewhere in the middle of last month, and came back; give its day."""
    at = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).replace(day=15, hour=12)
    with running.toolkit() as toolkit:
        with toolkit.transaction() as session:
            for occasion, minor in ((Occasion.REFUNDED_ELSEWHERE, 700), (Occasion.REFUND_ELSEWHERE_FAILED, -700)):
                amount = Money(minor, "BRL")
                postings = (Posting(Account.REMEDY_COST, amount), Posting(Account.OWED_TO_CUSTOMERS, -amount))
                entry = Entry(occasion, "XRF-JOURNEY", postings)
                books.record(session, entry, actor=Actor.system("tests"), now=at, zone=toolkit.zone)
        # As every night: the worker of this shop may have counted that month already, before this was in it.
        count_journey(toolkit)
    return at


@pytest.mark.proves("input 80", "X2")
def test_a_month_is_asked_for_by_one_closed_by_another_and_its_file_is_the_sealed_one(running: Running, opens: Any):
    month = f"{book_in_the_month_before(running):%Y-%m}"
    first, second = opens(Worker, running), opens(Worker, running)
    first.come_in(FINANCE)
    second.come_in(OTHER_FINANCE)

    first.go("/finance/periods")
    first.page.locator(f'main a[href$="/finance/periods/{month}"]').click()
    shown = first.words
    first.press(_ASK_OR_CLOSE)
    first.press(_ASK_OR_CLOSE)
    asked, left = first.words, running.rows(_BATCHES)
    second.go(f"/finance/periods/{month}")
    second.press(_ASK_OR_CLOSE)
    ((ref, sha256, asked_by, closed_by),) = running.rows(_BATCHES)
    second.follow(ref)
    with second.page.expect_download() as download:
        second.page.get_by_role("link", name="Download as CSV").click()
    content = Path(download.value.path()).read_bytes()

    assert "Not everything is matched, so two people have to close it:" in shown
    assert "Emil Novak has asked to close it." in asked
    assert left == []
    assert asked_by != closed_by
    assert sha256 in second.words
    assert hashlib.sha256(content).hexdigest() == sha256
    sums: Counter[str] = Counter()
    for row in csv.DictReader(StringIO(content.decode())):
        sums[row["currency"]] += int(row["amount_minor"])
    assert sums == {"BRL": 0}
    first.go(f"/finance/periods/{month}")
    assert "This month is closed already" in first.words
    assert_invariants_hold(running)
