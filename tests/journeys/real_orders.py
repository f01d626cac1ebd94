"""Something goes wrong with every real order: what is reported, what is taken, and where each of it ended."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image

from portal.domain.claims import ClaimState
from portal.domain.offers import RemedyKind
from portal.domain.ports import PhotoStore
from portal.domain.problems import SENSIBLE, ParcelState, Problem, parcel_state
from portal.domain.refs import new_ref
from portal.records import claims
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.add_photos import Photo, add_photos
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.toolkit import Toolkit
from tests.support.running import Running

FOLDER = Path(os.environ.get("PORTAL_REAL_ORDERS") or "nowhere")
ORDERS, PAYMENTS = FOLDER / "orders.csv", FOLDER / "payments.csv"
# For a quick look: only every so many-th order.
EVERY = int(os.environ.get("PORTAL_REAL_ORDERS_EVERY", "1"))
_THREADS = 4
_LINES = """
    SELECT o.order_number, o.customer_id, l.line_number, l.quantity, o.status, s.handed_over_at, s.promised_at,
        s.delivered_at
    FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN shipments s ON s.id = l.shipment_id
    WHERE o.id %% %(every)s = 0 AND NOT EXISTS (SELECT FROM claims c WHERE c.order_id = o.id)
    ORDER BY o.id, l.line_number
"""
_KINDS = (RemedyKind.REFUND, RemedyKind.STORE_CREDIT, RemedyKind.REPLACEMENT)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the customer of one order reports, and which remedies they would rather have, best first."""

    order_number: str
    customer_id: int
    lines: tuple[ReportedLine, ...]
    rather: tuple[RemedyKind, ...]


def plans(running: Running, now: Any) -> Iterator[Plan]:
    """Plan a report on every order without one, all its lines: the problems that make sense for a parcel take turns."""
    told: Counter[tuple[ParcelState, Problem]] = Counter()
    rows = running.rows(_LINES, {"every": EVERY})
    for number, of_order in groupby(rows, key=lambda row: row[0]):
        chosen: dict[ParcelState, Problem] = {}
        lines = []
        customer_id = 0
        for _, owner, line_number, quantity, status, handed, promised, delivered in of_order:
            state = parcel_state(
                order_status=status, handed_over_at=handed, promised_at=promised, delivered_at=delivered, now=now
            )
            customer_id = owner
            if state not in chosen:
                _, turn = min((told[state, problem], turn) for turn, problem in enumerate(SENSIBLE[state]))
                chosen[state] = SENSIBLE[state][turn]
                told[state, chosen[state]] += 1
            lines.append(ReportedLine(line_number, quantity, chosen[state]))
        # Counted by problem, so that every remedy comes up for each of them.
        turn = min(told[one] for one in chosen.items()) % len(_KINDS)
        yield Plan(number, customer_id, tuple(lines), _KINDS[turn:] + _KINDS[:turn])


def carry_out(toolkit: Toolkit, store: PhotoStore, planned: list[Plan]) -> None:
    """Let every customer report and take what is offered, several at a time, as they would at a busy shop."""
    photo = _a_photo()
    with ThreadPoolExecutor(_THREADS) as customers:
        list(customers.map(lambda plan: _one(toolkit, store, plan, photo), planned))


def _one(toolkit: Toolkit, store: PhotoStore, plan: Plan, photo: Photo) -> None:
    report = Report(plan.order_number, new_ref("key", 12), plan.lines, "It went wrong.", "pt_BR")
    ref = report_problem(toolkit, customer_id=plan.customer_id, reported=report)
    claim = _read(toolkit, ref)
    if any(line.evidence_wanted for line in claim.lines):
        add_photos(toolkit, store, customer_id=plan.customer_id, claim_ref=ref, photos=[photo])
        claim = _read(toolkit, ref)
    taken = tuple(_taken(line, plan) for line in claim.lines if line.state == ClaimState.OFFERED)
    if taken:
        acceptance = Acceptance(ref, taken, claim.version, street="Rua das Flores 12")
        accept_offers(toolkit, customer_id=plan.customer_id, acceptance=acceptance)


def _read(toolkit: Toolkit, ref: str) -> Claim:
    with toolkit.reading() as session:
        found = claims.found(session, ref)
        assert found is not None
        return found


def _taken(line: ClaimLine, plan: Plan) -> str:
    live = {offer.kind: offer.ref for offer in line.offers if offer.state == "live"}
    return next(live[kind.value] for kind in plan.rather if kind.value in live)


def _a_photo() -> Photo:
    written = BytesIO()
    Image.new("RGB", (64, 48), "#b4532a").save(written, "JPEG")
    content = written.getvalue()
    return Photo(content, "image/jpeg", 64, 48, hashlib.sha256(content).digest())


ENDED = """
    SELECT l.problem, l.parcel_state, l.verdict ->> 'outcome' AS outcome, l.verdict ->> 'rule_key' AS rule_key,
        coalesce(r.kind, '') AS remedy, l.state, coalesce(r.state, '') AS remedy_state, c.answer_by, l.wait_until,
        l.reason, l.alternative, c.ref, p.shipped_at
    FROM claims c JOIN claim_lines l ON l.claim_id = c.id LEFT JOIN remedies r ON r.claim_line_id = l.id
    LEFT JOIN replacements p ON p.remedy_id = r.id
"""


def loose_end(row: Any) -> str | None:
    """Say how a claim line ended where that is no good end: not settled, with nobody, waiting for nothing."""
    ends = {
        ClaimState.MADE_WHOLE: row.remedy_state == "settled" and (row.remedy != "replacement" or row.shipped_at),
        ClaimState.ESCALATED: row.answer_by is not None,
        ClaimState.WAITING: row.wait_until is not None and row.reason,
        ClaimState.DECLINED: row.reason and row.alternative,
    }
    return None if ends.get(ClaimState(row.state)) and row.rule_key else f"{row.ref}: {tuple(row)}"


def counted(rows: list[Any]) -> str:
    """Write a table of how many lines ended how, by problem, parcel state, outcome and remedy."""
    counts = Counter((row.problem, row.parcel_state, row.outcome, row.remedy, row.state) for row in rows)
    lines = [f"{'problem':<17} {'parcel':<12} {'outcome':<9} {'remedy':<13} {'ended':<11} {'lines':>6}"]
    for (problem, state, outcome, remedy, ended), count in sorted(counts.items()):
        lines.append(f"{problem:<17} {state:<12} {outcome:<9} {remedy or '-':<13} {ended:<11} {count:>6}")
    return "\n".join(lines)
