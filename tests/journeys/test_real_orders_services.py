"""Something goes wrong with every real order: policy says what to do, and each of it comes to a good end."""

import re
import time
from collections import Counter
from datetime import UTC, datetime

from portal.analysis.coverage import tally
from portal.domain.policy import OutcomeKind
from portal.domain.problems import SENSIBLE
from portal.gateways.photo_folder import PhotoFolder
from portal.letters.language import LOCALES
from portal.services.cover_policy import cover_policy, verdicts_of_orders
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.real_orders import ENDED, EVERY, carry_out, counted, loose_end, plans
from tests.support.reasons import reason_for
from tests.support.running import Running, eventually

# A name of ours, or a value that nobody gave.
NO_SENTENCE = re.compile(r"\w_\w|%\(|None")
_MOVING = "SELECT count(*) FROM claim_lines WHERE state = 'accepted'"
_UNTOLD = """
    SELECT count(*) FROM orders o WHERE o.id %% %(every)s = 0
      AND NOT EXISTS (SELECT FROM claims c WHERE c.order_id = o.id)
"""
_PATIENCE_SECONDS = 420
_MOST_TO_A_PERSON = 0.08
_FAILED = "SELECT task_name, count(*) FROM jobs.procrastinate_jobs WHERE status = 'failed' GROUP BY 1"


# Before anything is reported: what went back already leaves nothing to offer.
def test_hardly_anything_goes_to_a_person_and_nothing_is_without_a_rule(real_shop: Running):
    with real_shop.toolkit() as toolkit:
        table = tally(cover_policy(toolkit))

    for row in table.rows:
        cell = row.cell
        print(f"{cell.problem:<17} {cell.parcel_state:<12} {cell.rule_key:<36} {cell.outcome:<9} {row.lines:>6}")
    print(f"{table.total} judged, to a person {table.share_of(OutcomeKind.ESCALATE):.2%}")
    assert table.without_rule == 0
    assert table.share_of(OutcomeKind.ESCALATE) <= _MOST_TO_A_PERSON


def test_every_verdict_over_the_real_orders_has_one_plain_sentence_for_its_customer(real_shop: Running):
    said: Counter[str] = Counter()

    with real_shop.toolkit() as toolkit:
        for _, facts, verdict in verdicts_of_orders(toolkit):
            for locale in LOCALES:
                said[reason_for(verdict, facts, locale)] += 1

    for sentence, times in said.most_common():
        print(f"{times:>7}  {sentence}")
    assert said
    assert [one for one in said if not one.endswith(".") or NO_SENTENCE.search(one)] == []


def test_a_problem_reported_on_every_real_order_comes_to_a_good_end(real_shop: Running):
    planned = list(plans(real_shop, datetime.now(UTC)))
    began = time.monotonic()

    with real_shop.toolkit() as toolkit:
        carry_out(toolkit, PhotoFolder(real_shop.config.photo_folder), planned)
    reported = time.monotonic()
    eventually(lambda: _is_settled(real_shop), "every remedy settled", seconds=_PATIENCE_SECONDS, pause=1)
    settled = time.monotonic()

    rows = real_shop.rows(ENDED)
    print(f"\n{len(planned)} orders in {reported - began:.0f} s, settled {settled - reported:.0f} s later")
    print(counted(rows))
    print(dict(Counter(row.state for row in rows)))
    assert real_shop.rows(_UNTOLD, {"every": EVERY})[0][0] == 0
    assert [fault for row in rows if (fault := loose_end(row))] == []
    assert real_shop.rows(_FAILED) == []
    assert_invariants_hold(real_shop)
    if EVERY == 1:
        reached = {(row.parcel_state, row.problem) for row in rows}
        states = {state for state, _ in reached}
        assert reached == {(state, problem) for state in SENSIBLE for problem in SENSIBLE[state] if state in states}


def _is_settled(product: Running) -> bool:
    return product.is_idle() and not product.rows(_MOVING)[0][0]
