"""What finance downloads: the file of remedy costs, which adds up to their page and to the journal."""

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

from tests.journeys.people import FINANCE, Worker
from tests.support.running import Running

_TOTALS = """
    SELECT p.currency, sum(p.amount_minor) AS minor FROM journal_postings p WHERE p.account LIKE 'remedy_cost%%'
    GROUP BY p.currency
"""


def downloaded_costs(running: Running, opens: Any) -> list[dict[str, str]]:
    """Download the costs of this month, fail where they add up to anything else, and give the rows."""
    worker = opens(Worker, running)
    worker.come_in(FINANCE)
    shown = worker.words
    with worker.page.expect_download() as download:
        worker.page.get_by_role("link", name="Download as CSV").click()
    rows = list(csv.DictReader(StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))

    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["currency"]] += int(row["amount_minor"])
    totals = {row.currency: int(row.minor) for row in running.rows(_TOTALS)}
    assert dict(sums) == totals
    for minor in totals.values():
        assert f"{minor:,}" in re.sub(r"(\d)[.](\d\d)\b", r"\1\2", shown) or f"{minor / 100:,.2f}" in shown
    return rows


def cost_of(rows: list[dict[str, str]], claim_ref: str) -> list[int]:
    """Give what the file says of a claim, in minor units: nothing where it cost nothing."""
    return [int(row["amount_minor"]) for row in rows if row["claim"] == claim_ref]
