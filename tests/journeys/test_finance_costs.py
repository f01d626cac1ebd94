"""Finance downloads what it cost: the file adds up to the totals, and Stripe tells the same."""

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import FINANCE, Guest, Worker
from tests.support.running import Running

_TOTALS = """
    SELECT p.currency, sum(p.amount_minor) AS minor FROM journal_postings p WHERE p.account LIKE 'remedy_cost%%'
    GROUP BY p.currency
"""


def test_the_file_of_remedy_costs_adds_up_to_the_page_and_to_the_journal(running: Running, opens: Any):
    worker = opens(Worker, running)
    _take_one_of_each(running, opens)

    worker.come_in(FINANCE)
    shown = worker.words
    with worker.page.expect_download() as download:
        worker.page.get_by_role("link", name="Download as CSV").click()
    rows = list(csv.DictReader(StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))

    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["currency"]] += int(row["amount_minor"])
    totals = {row.currency: int(row.minor) for row in running.rows(_TOTALS)}
    assert rows
    assert dict(sums) == totals
    for minor in totals.values():
        assert f"{minor:,}" in re.sub(r"(\d)[.](\d\d)\b", r"\1\2", shown) or f"{minor / 100:,.2f}" in shown
    assert_invariants_hold(running)


def _take_one_of_each(running: Running, opens: Any) -> None:
    guest = opens(Guest, running)
    for mailbox, number, kind, end in (
        ("grace.okafor@example.com", "AURORA-1021", "refund", "Promise kept"),
        ("julia.girassol@example.com", "AURORA-1025", "store_credit", "Type this code at the checkout"),
        ("o@example.com", "AURORA-1033", "replacement", "Tracking"),
    ):
        guest.is_in(mailbox)
        guest.tell(number, {1: "missing_line"})
        guest.take(kind)
        guest.until(end, seconds=60)
