"""Ask the policy in force about every order and every sensible problem of its lines; nothing is kept."""

from collections.abc import Iterator

from portal.analysis.coverage import Cell, cell_of
from portal.domain.facts import Facts
from portal.domain.policy import Verdict, judge
from portal.domain.problems import SENSIBLE, Problem
from portal.records import orders
from portal.services.current_policy import policy_for
from portal.services.gather_facts import Affected, gather_facts
from portal.services.read_order import read_order
from portal.services.toolkit import Toolkit

_PAGE = 500


def cover_policy(toolkit: Toolkit) -> Iterator[Cell]:
    """Give a cell per order line and sensible problem, each reported whole and by itself. Reads order by order."""
    for problem, facts, verdict in verdicts_of_orders(toolkit):
        yield cell_of(problem, facts.parcel_state, verdict)


def verdicts_of_orders(toolkit: Toolkit) -> Iterator[tuple[Problem, Facts, Verdict]]:
    """Judge every order line with each sensible problem, reported whole and by itself. Reads order by order."""
    after = 0
    while True:
        with toolkit.reading() as session:
            page = orders.after(session, after, limit=_PAGE)
            for order in page:
                now = toolkit.now()
                read = read_order(session, order, now)
                _, policy = policy_for(session, read.dossier)
                for line in read.dossier.lines:
                    units = tuple(range(1, line.quantity + 1))
                    for problem in SENSIBLE[read.states[line.id]]:
                        facts = gather_facts(read, [Affected(line, units, problem)], now=now)[0]
                        yield problem, facts, judge(facts, policy)
        if not page:
            return
        after = page[-1].id
